"""A sweep: a table of the first factor, break-even points, lines with bands or heat maps."""

import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Final

from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from stagesim.experiments.questions.break_even import BreakEven, break_even_frame, break_evens
from stagesim.experiments.questions.factors import Factor, written
from stagesim.experiments.questions.sweep import Point, SweepResults, replications_frame, sweep_frame
from stagesim.metric_table import METRICS, Silence
from stagesim.reporting.answers.answer import Answer, Drawing, Grid, with_interval
from stagesim.reporting.answers.sweep_goals import along, costs, goals
from stagesim.reporting.charts import style
from stagesim.reporting.words.hold_ups import holds_up_most
from stagesim.reporting.words.keys import key_heading, key_words
from stagesim.reporting.words.labels import axis_unit, counted, heading, label, mode_name, only_mode, shown_unit
from stagesim.reporting.words.numbers import number
from stagesim.scenario.demands.shares import metric_named

CHIEF: Final = ("time_to_stage_mean", "wishes_heard_share", "queue_mean", "moderator_actions_per_hour")
"""What is shown unless other metrics are named, behind the first of the shares within a time."""

MOST_ROWS: Final = 40
SILENT: Final[dict[Silence, str]] = {
    "no requests": "no requests, so no queue",
    "nobody on stage": "nobody is brought on stage at some point",
}
"""Why there is nothing to say of a mode."""

READING: Final = (
    "95 % sure which mode is best at which value, all of it together, with the same people in each mode. → is from the "
    "first value to the last, and ± how far a figure may be off."
)
CROSSING: Final = (
    " Two modes cross between two values, where the straight lines of their averages do; the range of that comes from "
    "drawing the sessions anew (bootstrap)."
)


def sweep_answer(results: SweepResults, asked: Sequence[str] = ()) -> Answer:
    """The answer of a sweep, on the metrics that are asked for, or on the chief ones; the files have all of them."""
    metrics = tuple(asked) or (*(share.name for share in results.shares[:1]), *CHIEF)
    every = tuple(dict.fromkeys((*(metric.name for metric in (*results.shares, *METRICS)), *metrics)))
    compared = [name for name in metrics if metric_named(name).quantile is None]
    found = break_evens(results, compared)
    each = "value" if len(results.factors) == 1 else "point"
    size = f"{_values(results)}; {results.replications} sessions at each {each} in {counted(results.modes)}"
    judged = along(results)
    grids = tuple(_grid(results, metric) for metric in metrics) if len(results.points) <= MOST_ROWS else ()
    return Answer(
        kind="sweep",
        question=results.question,
        title=results.title,
        asks=f"What changes with {_named(results)}?",
        facts=f"{size}, seed {results.question.seed}",
        goals=tuple(goals(results, judged)),
        lines=tuple(_sentences(results, found, compared)),
        costs=tuple(costs(results, judged)),
        turns=tuple(_sentence(results, each) for each in found),
        sides=tuple(map(mode_name, results.modes)) if len(results.modes) > 1 else (),
        reading=READING + CROSSING * bool(found),
        grids=grids,
        drawings=tuple(_drawings(results, metrics, found)),
        files={
            "sweep.csv": partial(sweep_frame, results, metrics=every),
            "metrics.csv": partial(replications_frame, results),
            "break_even.csv": partial(break_even_frame, found, results.factors),
        },
    )


def _without_effect(results: SweepResults) -> Iterator[str]:
    """Values that make no difference, mode by mode."""
    for place, factor in enumerate(results.factors):
        modes: dict[tuple[str, ...], list[str]] = {}
        for mode in results.modes:
            for values in results.alike(place, mode):
                modes.setdefault(values, []).append(mode_name(mode).lower())
        for values, names in modes.items():
            same = f"{', '.join(values[:-1])} and {values[-1]}"
            every = "all figures of every session are the same, the time with a full stage apart"
            yield f"{key_heading(factor.path)} {same} make no difference in {', '.join(names)}: {every}."


def _why(results: SweepResults) -> Iterator[str]:
    """Why the last step of a number does not help, mode by mode."""
    for each in results.stalls:
        why = holds_up_most(each.reason)
        if why:
            words, mode = key_heading(results.factors[0].path), mode_name(each.mode).lower()
            yield (
                f"{words} {each.after} is not shown to help more than {each.before} in {mode}, by wishes heard and the "
                f"wait for the stage: {why}."
            )


def _grid(results: SweepResults, metric: str) -> Grid:
    known = metric_named(metric)
    unit = shown_unit(known)
    title = f"{label(metric, results.horizon_ms)}, {unit}" if unit else label(metric, results.horizon_ms)
    heads = (_named(results), *map(mode_name, results.modes))
    modes = results.modes_with(metric)
    rows = tuple(
        (
            ", ".join(point.values),
            *(
                with_interval(point.interval(metric, mode), metric_named(metric)) if mode in modes else "–"
                for mode in results.modes
            ),
        )
        for point in results.points
    )
    return Grid(title, heads, rows)


def _sentences(results: SweepResults, found: Sequence[BreakEven], metrics: Sequence[str]) -> Iterator[str]:
    yield from _without_effect(results)
    yield from _why(results)
    crossed = {each.metric for each in found}
    for metric in metrics:
        if results.modes_with(metric) == results.modes and len(results.factors) == 1:
            same = metric not in crossed and len(results.modes) > 1
            yield f"{_ends_said(results, metric)}{'; the order of the averages stays' * same}."
    for why, words in SILENT.items():
        silent: dict[tuple[str, ...], list[str]] = {}
        for mode in results.modes:
            of = tuple(label(each, results.horizon_ms) for each in metrics if results.silence(each, mode) == why)
            silent.setdefault(of, []).append(mode_name(mode).lower())
        for of, modes in silent.items():
            if of:
                yield f"{' and '.join(modes).capitalize()}: {words}. Nothing is said of {' and '.join(of)} there."


def _sentence(results: SweepResults, each: BreakEven) -> str:
    along = next(factor for factor in results.factors if factor.path == each.factor)
    others = [factor.path for factor in results.factors if factor is not along]
    where = "".join(f", at {key_words(path)} {value}" for path, value in zip(others, each.others, strict=True))
    point = written(each.at, each.unit, whole=False)
    if each.certain:
        limits = f"{written(each.low, '', whole=False)} to {written(each.high, each.unit, whole=False)}"
        sure = f"95 % interval {limits}"
    else:
        sure = f"not certain: they cross in {each.found:.0%} of the resamples".replace("%", " %")
    before, after = mode_name(each.lower_before).lower(), mode_name(each.lower_after).lower()
    return (
        f"{heading(each.metric, results.horizon_ms)}{where}: lower in {before} up to {point} "
        f"({key_words(each.factor)}), lower in {after} beyond ({sure})."
    )


def _values(results: SweepResults) -> str:
    """Which values each key takes: the ends of many."""
    said = []
    for factor in results.factors:
        some = " and ".join(factor.values) if len(factor.values) < 3 else f"{factor.values[0]} to {factor.values[-1]}"
        said.append(f"{key_words(factor.path)} {some}")
    return ", ".join(said)


def _named(results: SweepResults) -> str:
    """The keys that are varied, in words."""
    return " and ".join(key_words(factor.path) for factor in results.factors)


def _ends_said(results: SweepResults, metric: str) -> str:
    """What each mode has at the first and at the last value."""
    along, known = results.factors[0], metric_named(metric)
    ends = results.points[0], results.points[-1]
    figures = [
        f"{mode_name(mode).lower()} {' → '.join(number(end.interval(metric, mode).mean, known) for end in ends)}"
        for mode in results.modes_with(metric)
    ]
    unit = f" {shown_unit(known)}".rstrip()
    span = f"from {along.values[0]} to {along.values[-1]} ({key_words(along.path)})"
    return f"{heading(metric, results.horizon_ms)}, {span}: {', '.join(each + unit for each in figures)}"


def _span_said(results: SweepResults, metric: str) -> str:
    """The least and the most of each mode."""
    known = metric_named(metric)
    said = []
    for mode in results.modes_with(metric):
        means = [point.interval(metric, mode).mean for point in results.points]
        measured = [mean for mean in means if math.isfinite(mean)]
        if measured:
            ends = " to ".join(number(end, known) for end in (min(measured), max(measured)))
            said.append(f"{mode_name(mode)} {ends} {shown_unit(known)}".rstrip())
    return ", ".join(said)


def _drawings(results: SweepResults, metrics: Sequence[str], found: Sequence[BreakEven]) -> Iterator[Drawing]:
    for metric in metrics:
        what = label(metric, results.horizon_ms)
        if len(results.factors) == 1 and results.modes_with(metric):
            mine = [each for each in found if each.metric == metric]
            yield Drawing(
                f"sweep_{metric}",
                partial(_lines, results, metric, mine),
                f"Lines of {what}, one a mode, with bands. {_ends_said(results, metric)}.",
                _caption(metric),
            )
        elif len(results.factors) == 2 and results.modes_with(metric):
            yield Drawing(
                f"sweep_{metric}",
                partial(_heat_maps, results, metric),
                f"Heat maps of {what} by {_named(results)}, one a mode. {_span_said(results, metric)}.",
                "One colour scale for all modes. Every cell has its number.",
            )


def _caption(metric: str) -> str:
    """How the lines of a metric are read."""
    if metric_named(metric).quantile is not None:
        return "The band is the range in which it lies. There is no point where fewer ever get there."
    return "The band is the margin of error of the average. Dotted vertical lines are break-even points."


def _lines(results: SweepResults, metric: str, found: Sequence[BreakEven]) -> Figure:
    factor = results.factors[0]
    unit = axis_unit(metric_named(metric))
    figure, axes = style.new_figure(
        4.2,
        f"{heading(metric, results.horizon_ms)}, by {key_words(factor.path)}",
        f"Averages of {results.replications} sessions at each point, with margins of error{only_mode(results.modes)}.",
    )
    scale = 100 if metric_named(metric).unit == "share" else 1
    order = sorted(range(len(results.points)), key=factor.numbers.__getitem__)
    x = [factor.numbers[place] for place in order]
    for mode in results.modes_with(metric):
        means = [results.points[place].interval(metric, mode) for place in order]
        colour = style.MODE_COLOURS[mode]
        axes.plot(
            x,
            [each.mean * scale for each in means],
            color=colour,
            linestyle=style.MODE_LINES[mode],
            linewidth=2,
            marker="o",
            markersize=4,
            label=mode_name(mode),
        )
        low, high = ([getattr(each, end) * scale for each in means] for end in ("low", "high"))
        axes.fill_between(x, low, high, color=colour, alpha=0.15, linewidth=0)
    for each in found:
        axes.axvline(each.at, color=style.FAINT, linewidth=1, linestyle=":")
    _axis(axes, factor, x)
    style.vertical_name(axes, f"{label(metric, results.horizon_ms)}{f' ({unit})' if unit else ''}")
    style.legend_below(axes)
    return figure


def _axis(axes: Any, factor: Factor, x: Sequence[float]) -> None:
    """The values that were simulated are the ticks, unless there are too many for that."""
    if factor.scale == "log":
        axes.set_xscale("log")
    if factor.scale == "words" or len(x) <= 10:
        axes.xaxis.set_major_locator(FixedLocator(list(x)))
        axes.xaxis.set_minor_locator(NullLocator())
        names = dict(zip(factor.numbers, factor.values, strict=True))
        axes.xaxis.set_major_formatter(lambda value, _: names.get(value, f"{value:g}"))
    beside = [factor.unit] if factor.unit and factor.scale != "words" else []
    beside += ["log scale"] if factor.scale == "log" else []
    axes.set_xlabel(key_words(factor.path) + (f" ({', '.join(beside)})" if beside else ""))


def _heat_maps(results: SweepResults, metric: str) -> Figure:
    first, second = results.factors
    known = metric_named(metric)
    modes = results.modes_with(metric)
    height = 1.6 + len(modes) * (0.8 + 0.3 * len(second.values))
    unit = shown_unit(known)
    figure, every = style.new_figure(
        height,
        f"{heading(metric, results.horizon_ms)}{f' ({unit})' if unit else ''}",
        f"Averages of {results.replications} sessions; {key_words(first.path)} from left to right, "
        f"{key_words(second.path)} upwards.",
        nrows=len(modes),
        squeeze=False,
        sharex=True,
    )
    by_values: dict[tuple[str, ...], Point] = {point.values: point for point in results.points}
    means = {
        mode: [[by_values[one, other].interval(metric, mode).mean for one in first.values] for other in second.values]
        for mode in modes
    }
    known_means = [mean for rows in means.values() for row in rows for mean in row if math.isfinite(mean)]
    low, high = (min(known_means), max(known_means)) if known_means else (0.0, 1.0)
    for axes, mode in zip(every[:, 0], modes, strict=True):
        axes.imshow(means[mode], aspect="auto", origin="lower", cmap="cividis", vmin=low, vmax=high)
        axes.grid(visible=False)
        axes.set_title(mode_name(mode))
        axes.set_xticks(range(len(first.values)), first.values)
        axes.set_yticks(range(len(second.values)), second.values)
        axes.set_ylabel(key_words(second.path), fontsize=8.5)
        for row, line in enumerate(means[mode]):
            for column, mean in enumerate(line):
                dark = high > low and (mean - low) / (high - low) < 0.5
                ink = style.ON_DARK if dark else style.ON_LIGHT
                axes.text(column, row, number(mean, known), ha="center", va="center", fontsize=8.5, color=ink)
    every[-1, 0].set_xlabel(key_words(first.path))
    return figure
