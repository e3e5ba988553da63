"""Every reason says what it means, to somebody who does not know the rules."""

from stageaccess import Reason
from stageaccess.vocabulary import MEANINGS


def test_every_reason_has_a_meaning_of_its_own() -> None:
    assert list(MEANINGS) == list(Reason)
    assert len(set(MEANINGS.values())) == len(Reason)


def test_a_meaning_uses_no_word_of_the_protocol() -> None:
    assert [reason for reason, meaning in MEANINGS.items() if "_" in meaning or reason in meaning] == []
