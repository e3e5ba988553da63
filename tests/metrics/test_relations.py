"""What must hold exactly, in every log of every mode; and that a wrong log does not pass."""

import pytest

from handmade import session
from stagesim.eventlog import EventLog, Header
from stagesim.eventlog.packing import ENTRY
from stagesim.metrics import Spell, relations, standings, timeline

MODES = ("everyone_on_stage", "join_by_request", "invite_only")


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("mode", MODES)
def test_every_relation_holds(mode, seed):
    found = relations(session(mode, seed))
    assert [relation for relation in found if not relation.holds] == []
    assert sum(relation.left > 0 for relation in found) >= 4


@pytest.mark.parametrize("mode", MODES)
def test_the_relations_hold_wherever_a_log_is_cut(mode):
    """A log that stops in the middle has open requests, wishes and stays, and still adds up."""
    log = session(mode, people=30, minutes=20)
    moments = [entry[0] for entry in log.entries()]
    ends = [place for place in range(1, len(log)) if moments[place - 1] != moments[place]]
    for end in ends[::9]:
        beginning = EventLog.restored(log.header, log.packed[: end * ENTRY.size], log.names, log.groups)
        assert [relation for relation in relations(beginning) if not relation.holds] == []


def broken(log: EventLog) -> list[str]:
    return [relation.name for relation in relations(log) if not relation.holds]


def test_a_lost_invitation_is_noticed():
    log = session("join_by_request")
    lost = next(row["invitation"] for row in log.rows() if row["event"] == "invitation_closed")
    kept = [place for place, row in enumerate(log.rows()) if row.get("invitation") != lost]
    packed = b"".join(log.packed[place * ENTRY.size : (place + 1) * ENTRY.size] for place in kept)
    torn = EventLog.restored(log.header, packed, log.names, log.groups)
    assert broken(torn) == ["requests approved = invitations that answer a request"]


def test_going_live_twice_breaks_littles_law():
    log = EventLog(Header("Torn", "", "everyone_on_stage", seed=1))
    for at_ms, kind in ((0, "stage_joined"), (5_000, "stage_joined")):
        log.note(at_ms, kind, "ann", via="self")
    log.note(9_000, "session_ended", "system")
    assert broken(log) == ["stage: people over time = lengths of the stays (Little)"]


def test_an_outcome_that_a_request_cannot_have_does_not_add_up():
    log = EventLog(Header("Torn", "", "join_by_request", seed=1))
    log.note(0, "request_created", "ann", request="r1")
    log.note(5_000, "request_closed", "ann", request="r1", outcome="patience")
    assert broken(log) == ["requests made = every outcome + open"]


@pytest.mark.parametrize("mode", MODES)
def test_spells_and_steps_agree(mode):
    """The time on stage over all spells is the area under the count of people on stage, and so for the queue."""
    log = session(mode, people=40)
    spells, steps = standings(log), timeline(log)
    lasts = steps["t_s"].diff().shift(-1).fillna(0)
    for standing, column in (("on_stage", "on_stage"), ("requested", "queue")):
        area = (steps[column] * lasts).sum()
        assert sum(spell.to_s - spell.from_s for spell in spells if spell.standing == standing) == pytest.approx(area)


def test_spells_of_a_person_follow_one_another():
    log = session("join_by_request", people=20)
    last: dict[str, Spell] = {}
    for spell in sorted(standings(log), key=lambda spell: (spell.person, spell.from_s)):
        if spell.person in last:
            assert last[spell.person].to_s == spell.from_s
            assert last[spell.person].standing != spell.standing
        assert spell.from_s < spell.to_s
        last[spell.person] = spell
