"""Every rule has a test that names it."""

import re
from pathlib import Path

HERE = Path(__file__).parent
SPECIFICATION = HERE.parents[2] / "shared" / "design" / "RULES.md"

# The ids of the rules. Where the specification lies beside the project, this list is compared with it.
IDS = [
    *("S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8"),
    *("M1", "M2", "M3", "M4", "M5"),
    *("C1", "C2", "C3"),
    *("T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "T10"),
    *("Q1", "Q2", "Q3", "Q4"),
]


def ids_with_a_test() -> set[str]:
    """The ids in `@pytest.mark.rule(...)` of the test files here."""
    marks = [
        mark
        for path in sorted(HERE.glob("test_*.py"))
        if path != Path(__file__)
        for mark in re.findall(r"^@pytest\.mark\.rule\((.*)\)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    return {rule for mark in marks for rule in re.findall(r'"(\w+)"', mark)}


def test_every_rule_has_a_test() -> None:
    assert sorted(ids_with_a_test()) == sorted(IDS)


def test_the_list_is_that_of_the_specification() -> None:
    listed = IDS
    if SPECIFICATION.exists():
        listed = re.findall(r"\*\*([SMCTQ]\d+)\*\*", SPECIFICATION.read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(IDS)
    assert len(set(IDS)) == len(IDS) == 30
