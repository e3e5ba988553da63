"""What a folder of results is about: only a run about the same goes on with a folder, or replaces what is in it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from stagesim.experiments.kept.identity import identity
from stagesim.experiments.kept.manifests import SESSIONS, StoreError, manifest_in
from stagesim.experiments.origin import Origin
from stagesim.experiments.results import Results
from stagesim.scenario.scenario import Scenario

WORDS: Final[Mapping[str, str]] = {
    "scenario": "another scenario",
    "seed": "another seed",
    "behaviours": "other behaviours",
    "engine": "another engine",
    "code": "another version of the code",
    "packages": "other versions of its packages",
}


@dataclass(frozen=True, slots=True)
class Matter:
    """The command, the identity of each study by the name of its variant, and what else decides.

    A comparison may grow: by sessions, and by `modes`. Everything else has the same `options`.
    """

    question: str
    studies: Mapping[str, Mapping[str, Any]]
    modes: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as JSON gives them back."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self), default=str))
        return plain

    def apart(self, found: object) -> list[str]:
        """In what the matter of a folder, as JSON has it, differs, in words; nothing if this goes on with it."""
        own = self.as_dict()
        if not isinstance(found, dict) or found.get("question") != own["question"]:
            of = found.get("question") if isinstance(found, dict) else ""
            return [f"the command `{of}`" if of else "another command"]
        theirs: Any = found.get("studies")
        if not isinstance(theirs, dict) or list(theirs) != list(own["studies"]):
            return ["other variants"]
        words = dict.fromkeys(word for name in theirs for word in differences(theirs[name], own["studies"][name]))
        if set(found.get("modes") or ()) - set(own["modes"]):
            words["more modes"] = None
        said = found.get("options")
        given: dict[str, Any] = said if isinstance(said, dict) else {}
        other = [key for key in {**own["options"], **given} if own["options"].get(key) != given.get(key)]
        words |= dict.fromkeys(f"another `{key}`" for key in other)
        return list(words)


def differences(one: object, other: Mapping[str, Any]) -> list[str]:
    """In what two identities differ, in words. Code of the user's may have changed since, and nothing says so."""
    known = one if isinstance(one, dict) else {}
    found = [WORDS[key] for key in other if known.get(key) != other[key]]
    if not found and (other["engine"] or other["behaviours"]):
        return ["code of yours that may have changed since"]
    return found


def matter_of(variants: Mapping[str, Results]) -> Matter:
    """What a run or a comparison is about, by its results; a plan's without any outcomes will do."""
    first = next(iter(variants.values()))
    studies = {name: identity(each.scenario, each.seed, each.origin) for name, each in variants.items()}
    question = first.origin.question.removesuffix("_variants")
    if question == "run":
        return Matter(question, studies, options={"mode": None, "replication": 0, **first.origin.options})
    return Matter(question, studies, tuple(dict.fromkeys(mode for each in variants.values() for mode in each.modes)))


def matter_of_answer(kind: str, scenario: Scenario, seed: int, origin: Origin) -> Matter:
    """What the answer to a question is about."""
    return Matter(kind, {"": identity(scenario, seed, origin)}, options=origin.options)


def other_study(path: Path, matter: Matter, least: int | None = None) -> str:
    """What is in a folder that is not to be replaced, in words; empty where this goes on with it, or nothing is there.

    `least` is how many sessions in each mode there will be, where that is known: fewer replace no more.
    """
    begun, manifest = begun_in(path), manifest_in(path)
    if begun and not matter.apart(begun):
        return ""  # also where it was begun with `fresh`, and what is there was to be replaced
    if not manifest:
        apart = matter.apart(begun) if begun else []
        return f"`{path}` has a study of {' and '.join(apart)}, and it was interrupted" if apart else ""
    done = manifest.get("complete", True)
    apart = matter.apart(manifest.get("matter"))
    size = manifest.get("replications")
    if not apart and done and least is not None and isinstance(size, int) and size > least:
        apart = [f"{size} sessions in each mode, more than the {least} that are asked for"]
    if not apart:
        return ""
    return f"`{path}` has a study of {' and '.join(apart)}" + ("" if done else ", and it was interrupted")


def begun_in(path: Path) -> dict[str, Any]:
    """The matter of a study that was begun in a folder and not finished; empty where there is none."""
    try:
        with (path / SESSIONS).open("rb") as file:
            found = json.loads(file.readline(1_000_000))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def refuse_other(path: Path, matter: Matter, least: int | None = None) -> None:
    """Raise StoreError where a folder has something else than this."""
    found = other_study(path, matter, least)
    if found:
        raise StoreError(f"{found}\n  hint: choose another folder (`out`), or replace what is there (`fresh`)")
