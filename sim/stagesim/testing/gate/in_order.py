"""Judgements in the order of the file, though questions are settled at different looks."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from stagesim.testing.gate.verdicts import Judgement, Question

Place = tuple[int, int, str, str]


class InOrder:
    """Hands on judgements once all that stand before them in the file are there: by line, then by mode."""

    def __init__(self, questions: Sequence[Question], modes: Sequence[str]) -> None:
        self._modes = {mode: at for at, mode in enumerate(modes)}
        self._awaited = sorted((self._place(each) for each in questions), reverse=True)
        self._held: defaultdict[Place, list[Judgement]] = defaultdict(list)

    def ready(self, judgement: Judgement) -> Iterator[Judgement]:
        """Those whose turn it is, now that there is one more."""
        self._held[self._place(judgement)].append(judgement)
        while self._awaited and self._held[self._awaited[-1]]:
            yield self._held[self._awaited.pop()].pop(0)

    def rest(self) -> Iterator[Judgement]:
        """Those that wait for others which never came."""
        for place in reversed(self._awaited):
            yield from self._held.pop(place, ())

    def _place(self, each: Question | Judgement) -> Place:
        last = 2**31
        return (last if each.line is None else each.line, self._modes.get(each.mode, last), each.kind, each.name)
