"""The schema and the engine's vocabulary agree, and the codes stay what they are."""

import hashlib

import pytest

from stageaccess import vocabulary, wire
from stagesim.eventlog import KINDS, SCHEMA_VERSION, WORDS, schema
from stagesim.eventlog.packing import layout_of
from stagesim.eventlog.schema import WORD_CODE


def test_the_engines_kinds_are_those_of_the_vocabulary_in_its_order():
    ours = [kind.name for kind in KINDS if kind.source == "engine"]
    assert ours == list(vocabulary.EventKind)


def test_the_fields_of_the_engines_kinds_are_those_that_go_over_the_line():
    ours = {kind.name: kind for kind in KINDS if kind.source == "engine"}
    for name, extra in wire.EXTRA.items():
        needed = [field.name for field in extra if field.needed or field.nullable]
        assert list(ours[name].fields) == needed, name
        assert list(ours[name].optional) == [field.name for field in extra if field.name not in needed], name


@pytest.mark.parametrize(
    "words",
    [
        *(vocabulary.Mode, vocabulary.Role, vocabulary.Client, vocabulary.Via, vocabulary.Origin),
        *(vocabulary.Outcome, vocabulary.Cause, vocabulary.Action, vocabulary.Reason),
    ],
)
def test_every_word_of_the_vocabulary_has_a_code(words):
    assert [word for word in words if word not in WORD_CODE] == []


def test_words_and_kinds_are_distinct_and_fit_one_byte():
    assert len(set(WORDS)) == len(WORDS) <= 256
    assert len({kind.name for kind in KINDS}) == len(KINDS) <= 256
    assert WORDS[0] == ""


def test_the_codes_of_this_version_are_frozen():
    """Appending keeps this test green; a code that moves needs a new schema version, and then new figures here."""
    assert SCHEMA_VERSION == "stagesim.events/2"
    frozen = [KINDS[:31], WORDS[:96]]
    text = "\n".join([*(f"{kind.name} {' '.join(kind.fields)}" for kind in frozen[0]), *frozen[1]])
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "68393121cb0560d3"


def test_a_kind_with_too_many_fields_is_an_error():
    with pytest.raises(ValueError, match="more fields than a log has places"):
        layout_of(0, schema.Kind("crowded", ("role", "client", "cause", "via"), "agents", ""))
