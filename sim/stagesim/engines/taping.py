"""Makes an engine whose tape is kept, with who was told of each event, as far as it can say so."""

from stageaccess import RoomConfig, RuleSet, StageAccess
from stagesim.engines.checked import checked
from stagesim.engines.contract import EngineMaker
from stagesim.engines.tape import Recorder, Tape


class Taping:
    """A maker of engines, for one replication: `tape` is what was asked in it, and answered. None is `stageaccess`."""

    def __init__(self, maker: EngineMaker | None = None) -> None:
        self._maker = maker or StageAccess
        self._recorder: Recorder | None = None

    def __call__(self, config: RoomConfig, rules: RuleSet) -> Recorder:
        """The engine for a fresh room."""
        self._recorder = Recorder(checked(self._maker(config, rules), config))
        self._recorder.report_told()
        return self._recorder

    @property
    def tape(self) -> Tape:
        """Everything since the room was made."""
        assert self._recorder is not None
        return Tape(tuple(self._recorder.entries))
