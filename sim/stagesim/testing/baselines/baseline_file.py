"""The file of a baseline: JSON without anything that depends on the machine.

There is one line a metric, so that a reviewer sees what an acceptance has changed. A checksum tells an edit by hand, or
a merge of two versions, from what was saved.
"""

import hashlib
import json
import math
from array import array
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from stageaccess import EngineIdentity
from stagesim.experiments.study import known_metric
from stagesim.given_files import file_text, parsed_json, refuse_other, write_whole
from stagesim.metric_table import WAITS
from stagesim.metrics import METRICS, Times
from stagesim.plain_text import trouble
from stagesim.testing.baselines.baseline import Acceptance, Baseline, BaselineError, same_values

SCHEMA: Final = "stagesim.baseline/4"
MARK: Final = '"schema": "stagesim.baseline/'
"""What a baseline has in its first bytes, of whatever version."""


def save(path: Path, baseline: Baseline) -> None:
    """Write the file, whole or not at all. Raises NotAFile for a file in its place that is no baseline."""
    refuse_other(path, "baseline", lambda head: MARK in head)
    write_whole(path, _text(baseline))


def load_baseline(path: str | Path) -> Baseline:
    """Read a baseline. Raises BaselineError when there is none, or when this version cannot read it."""
    try:
        data = parsed_json(file_text(path))
        _check_texts(data)
    except FileNotFoundError:
        raise BaselineError(f"there is no baseline `{path}`\n  hint: `stagesim baseline save` makes one") from None
    except (OSError, ValueError) as error:
        why = str(error).partition("\n")[0]
        raise BaselineError(f"cannot read the baseline `{path}`: {why}\n  hint: save it again") from None
    schema = data.get("schema") if isinstance(data, dict) else None
    if schema != SCHEMA:
        raise BaselineError(
            f"the baseline `{path}` has the schema `{schema}`, and this version reads `{SCHEMA}`\n  hint: save it again"
        )
    if data.get("checksum") != _checksum(data):
        raise BaselineError(
            f"the baseline `{path}` was edited, or merged: its checksum is not that of what it says\n"
            "  hint: take the file as it was saved; `stagesim baseline accept` takes over what you name"
        )
    try:
        found = _baseline(data, str(path))
    except (KeyError, TypeError, AttributeError, ValueError) as fault:
        raise BaselineError(f"the baseline `{path}` is incomplete: {fault}\n  hint: save it again") from None
    for mode in found.modes:
        tables = (found.values[mode], found.times.get(mode, {}))
        lengths = {len(found.logs.get(mode, ())), *(len(series) for table in tables for series in table.values())}
        if lengths != {found.replications} or mode not in found.reels:
            raise BaselineError(
                f"the baseline `{path}` is too short: `{mode}` has not all of its {found.replications} replications\n"
                "  hint: save it again"
            )
    return found


def baseline_path(scenario_file: str | Path, case: str = "") -> Path:
    """Where the baseline of a scenario file, or of one of its cases, is kept: `baselines/NAME.json` beside it."""
    file = Path(scenario_file)
    return file.parent / "baselines" / (f"{file.stem}.{case}.json" if case else f"{file.stem}.json")


def _check_texts(value: object) -> None:
    """Raise ValueError for a text in the file that cannot be shown."""
    match value:
        case str():
            found = trouble(value, lines=True)
            if found is not None:
                raise ValueError(found[0])
        case dict():
            for key, below in value.items():
                _check_texts(key)
                _check_texts(below)
        case list():
            for below in value:
                _check_texts(below)


def _text(baseline: Baseline) -> str:
    """The file: one line for each metric, tape and acceptance."""
    values = {
        mode: {key: [None if math.isnan(value) else value for value in series] for key, series in table.items()}
        for mode, table in baseline.values.items()
    }
    data = {
        "schema": SCHEMA,
        "scenario": {
            "title": baseline.title,
            "digest": baseline.situation,
            "settings": dict(baseline.settings),
        },
        "made_by": baseline.made_by._asdict(),
        "answers": baseline.answers,
        "commands": baseline.commands,
        "versions": dict(baseline.versions),
        "seed": baseline.seed,
        "replications": baseline.replications,
        "accepted": {
            str(number): {"only": list(each.only), "reason": each.reason}
            for number, each in enumerate(baseline.accepted, start=1)
        },
        "logs": {mode: list(digests) for mode, digests in baseline.logs.items()},
        "values": values,
        "times": {
            mode: {key: [[each.number, *each.ended_ms] for each in series] for key, series in table.items()}
            for mode, table in baseline.times.items()
        },
        "decisions": dict(baseline.reels),
    }
    return _object({**data, "checksum": _checksum(data)}) + "\n"


def _checksum(data: Mapping[str, Any]) -> str:
    """SHA-256 of all that a file says, but for the checksum itself and the order of its keys."""
    said = {key: value for key, value in data.items() if key != "checksum"}
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=True).encode("ascii")).hexdigest()


def _object(data: Mapping[str, Any], indent: str = "") -> str:
    """Objects over several lines, everything else on one."""
    inner = indent + "  "
    lines = []
    for key, value in data.items():
        text = _object(value, inner) if isinstance(value, dict) and value else json.dumps(value, allow_nan=False)
        lines.append(f"{inner}{json.dumps(key)}: {text}")
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"


def _baseline(data: Mapping[str, Any], path: str) -> Baseline:
    values = {
        mode: {key: tuple(math.nan if value is None else value for value in series) for key, series in table.items()}
        for mode, table in data["values"].items()
    }
    times = {
        mode: {
            key: tuple(Times(array("q", ended), number) for number, *ended in series) for key, series in each.items()
        }
        for mode, each in data["times"].items()
    }
    return Baseline(
        title=data["scenario"]["title"],
        situation=data["scenario"]["digest"],
        settings=data["scenario"].get("settings", {}),
        made_by=EngineIdentity(**data["made_by"]),
        seed=data["seed"],
        replications=data["replications"],
        logs={mode: tuple(digests) for mode, digests in data["logs"].items()},
        reels=data["decisions"],
        answers=data["answers"],
        commands=data["commands"],
        values=values,
        times=times,
        versions=data["versions"],
        accepted=tuple(Acceptance(tuple(each["only"]), each["reason"]) for each in data["accepted"].values()),
        path=path,
    )


def described(baseline: Baseline, metrics: Sequence[str] = ()) -> Iterator[str]:
    """A baseline as text: where it comes from, what was accepted, and the means; all metrics if none is named."""
    yield f"{baseline.title}"
    yield f"  scenario {baseline.situation[:12]}, rules {baseline.made_by.rules}, seed {baseline.seed}"
    yield f"  made by {' '.join(filter(None, (baseline.made_by.engine, baseline.made_by.version)))}"
    yield f"  digests: answers {baseline.answers[:12]}, commands {baseline.commands[:12]}"
    yield f"  {', '.join(baseline.modes)}: {baseline.replications} replications each"
    for number, each in enumerate(baseline.accepted, start=1):
        yield f"  accepted {number}: {', '.join(each.only)}: {each.reason}"
    known = [metric.name for metric in METRICS]
    for name in [known_metric(name) for name in metrics] or known:
        means = [_figure(baseline.mean(name, mode)) for mode in baseline.modes]
        yield f"  {name:28} {'  '.join(f'{figure:>10}' for figure in means)}"


def accepted_lines(old: Baseline, changed: Baseline) -> Iterator[str]:
    """What an acceptance has changed: the means before and after."""
    if old.reels != changed.reels:
        yield f"  decisions: digest of all answers {old.answers[:12]} -> {changed.answers[:12]}"
    for mode in changed.modes:
        for metric in METRICS:
            if not same_values(old.series(metric.name, mode), changed.series(metric.name, mode)):
                before, after = (_figure(each.mean(metric.name, mode)) for each in (old, changed))
                yield f"  {mode} {metric.name}: {before} -> {after}"
        for wait in WAITS:
            if old.times[mode][wait.name] != changed.times[mode][wait.name]:
                yield f"  {mode} {wait.words}, within any time: taken over"


def _figure(value: float) -> str:
    return "none" if math.isnan(value) else f"{value:.4g}"
