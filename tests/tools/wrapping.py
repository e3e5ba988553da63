"""An engine to inherit from."""

from stageaccess import RoomConfig, RuleSet, StageAccess
from stagesim.engines.asking import Asking


class Wrapping(Asking):
    """An engine that asks the right one; who inherits from it changes what that is asked, or what it answers.

    From the right one itself nobody can inherit, where it is compiled.
    """

    def __init__(self, config: RoomConfig, rules: RuleSet) -> None:
        super().__init__(StageAccess(config, rules))
        self.config = config
