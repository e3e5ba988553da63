"""What `stagesim permits` says: by mode and role, whether a candidate allows more, and the story that shows it."""

from typing import Final

from stagesim.reporting.answers.answer import Grid
from stagesim.reporting.answers.findings import Findings, Tale
from stagesim.reporting.answers.verify import facts
from stagesim.testing.laboratory.permissive import Answer, Cell, Compared, Permission, Story, stories
from stagesim.testing.laboratory.witness import arrows
from stagesim.testing.laboratory.written import command_in_words

READING: Final = (
    "Both are put through every history that both allow. More permissive: after one of them the candidate accepts an "
    "action that the base rejects, or the same action leads further. What leads no further than somebody stands "
    "already counts for nothing."
)


def findings(found: Compared, command: str) -> Findings:
    """The findings of one comparison."""
    told = list(stories(found))
    modes = list(dict.fromkeys(cell.mode for cell in found.cells))
    rows = [(str(mode), *(str(found.permission(Cell(mode, is_staff))) for is_staff in (False, True))) for mode in modes]
    base, candidate = found.base.variant.name, found.candidate.variant.name
    return Findings(
        kind="permits",
        title=f"What `{candidate}` allows, compared with `{base}`",
        facts=facts(found.base),
        lines=tuple(_lines(found, told)),
        reading=READING,
        command=command,
        grids=(Grid(f"`{candidate}` is …", ("mode", "for participants", "for staff"), tuple(rows)),),
        tales=tuple(tale for number, story in enumerate(told, start=1) for tale in _tales(found, story, number)),
        data={
            "schema": "stagesim.permits/1",
            "base": base,
            "candidate": candidate,
            "states": found.states,
            "depth": found.depth,
            "stopped": found.stopped or None,
            "permissions": {mode: {"participants": people, "staff": staff} for mode, people, staff in rows},
            "stories": [_as_data(story, number) for number, story in enumerate(told, start=1)],
        },
    )


def _lines(found: Compared, told: list[Story]) -> list[str]:
    tried = f"{found.states:,} pairs of states, up to {found.depth} moves from the start"
    lines = [f"{tried}; stopped {found.stopped}: not complete" if found.stopped else tried]
    for cell, allows, witness, _, _ in told:
        history = ", ".join(map(command_in_words, witness.moves))
        answers = f"base: {_said(witness.base)}; candidate: {_said(witness.candidate)}"
        lines.append(f"{cell.who} in {cell.mode} may do {allows}: {history} ({answers})")
    kinds = list(dict.fromkeys(found.permission(cell) for cell in found.cells))
    differing = [kind for kind in kinds if kind not in (Permission.EQUIVALENT, Permission.NO_DIFFERENCE_FOUND)]
    if not differing:
        return [*lines, str(kinds[0])]
    same = Permission.EQUIVALENT in kinds or Permission.NO_DIFFERENCE_FOUND in kinds
    whole = f"{differing[0]} wherever they differ" if same else str(differing[0])
    return [*lines, whole if len(differing) == 1 else "incomparable: more in one place, less in another"]


def _said(answer: Answer) -> str:
    """An answer in words."""
    if answer.reason is not None:
        return str(answer.reason)
    return "accepted" if answer.whom is None else f"{answer.whom} is {answer.standing}"


def _tales(found: Compared, story: Story, number: int) -> list[Tale]:
    """The story under both rule sets."""
    cell, allows, witness, base, candidate = story
    title = f"{cell.who} in {cell.mode} may do {allows}"
    sides = (("base", found.base, base), ("candidate", found.candidate, candidate))
    return [
        Tale(
            name=f"story-{number}-{side}",
            title=f"{title}: under {room.variant.name}",
            said=f"The shortest story, under the {side}.",
            arrows=tuple(arrows(room, witness.moves)),
            scenario=text,
        )
        for side, room, text in sides
    ]


def _as_data(story: Story, number: int) -> dict[str, object]:
    return {
        "mode": str(story.cell.mode),
        "who": story.cell.who,
        "allows": story.allows,
        "moves": [command_in_words(move) for move in story.witness.moves],
        "base": _said(story.witness.base),
        "candidate": _said(story.witness.candidate),
        "scenarios": [f"story-{number}-base.yaml", f"story-{number}-candidate.yaml"],
    }
