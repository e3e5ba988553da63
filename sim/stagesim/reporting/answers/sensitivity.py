"""Sensitivity: the assumptions by their influence, with how sure that is."""

from collections.abc import Iterator, Sequence
from functools import partial

from matplotlib.figure import Figure

from stagesim.experiments.questions.factors import written
from stagesim.experiments.questions.sensitivity import Influence, Method, SensitivityResults, sensitivity_frame
from stagesim.reporting.answers.answer import Answer, Drawing, Grid
from stagesim.reporting.charts import style
from stagesim.reporting.words.keys import key_words
from stagesim.reporting.words.labels import axis_unit, counted, difference_unit, heading, label, mode_name, only_mode
from stagesim.reporting.words.numbers import number
from stagesim.scenario.demands.shares import metric_named

READING = (
    "The effect is how much the figure changes, on average, when an assumption goes through all of its range; its "
    "spread is large where that depends on the other assumptions (mu* and sigma of Morris). ± is how far it may be "
    "off. Of little account: less than a tenth of the largest. What would turn the answer: `stagesim tip`."
)
SOBOL = " Sobol: the share of the variance in which one has a part, and its share alone."


def sensitivity_answer(results: SensitivityResults) -> Answer:
    """The answer of a sensitivity study."""
    amounts = f"{results.points} points, {results.replications} sessions each in {counted(results.modes)}"
    return Answer(
        kind="sensitivity",
        question=results.question,
        title=results.title,
        asks="Which assumptions change the answer, and by how much?",
        facts=f"{len(results.bounds)} assumptions, {amounts}, seed {results.question.seed}",
        lines=tuple(_sentences(results)),
        reading=READING + SOBOL * ("sobol" in _methods(results)),
        grids=tuple(_grids(results)),
        drawings=tuple(_drawings(results)),
        files={"sensitivity.csv": partial(sensitivity_frame, results)},
    )


def _methods(results: SensitivityResults) -> list[Method]:
    return list(dict.fromkeys(each.method for each in results.influences))


def _sentences(results: SensitivityResults, metrics: Sequence[str] = ()) -> Iterator[str]:
    """What matters most, by all metrics or by these."""
    for metric in metrics or results.metrics:
        for mode in results.modes:
            found = results.of("morris", metric, mode)
            top = found[0]
            where = f"{heading(metric, results.horizon_ms)}, {mode_name(mode).lower()}"
            if top.total == 0:
                yield f"{where}: none of the assumptions has an effect within its range."
                continue
            little = [key_words(each.path) for each in found if each.total + each.half_width < top.total / 10]
            rest = f"; of little account: {'; '.join(little)}" if little else ""
            yield f"{where}: {key_words(top.path)} matters most, {_effect(top, metric)} over its range{rest}."


def _grids(results: SensitivityResults) -> Iterator[Grid]:
    ranges = {each.path: each for each in results.bounds}
    heads = {"morris": ("range", "effect", "spread of it"), "sobol": ("range", "with others", "alone")}
    for method in _methods(results):
        for metric in results.metrics:
            for mode in results.modes:
                rows = []
                for each in results.of(method, metric, mode):
                    bounds = ranges[each.path]
                    ends = [written(end, bounds.unit, bounds.whole) for end in (bounds.low, bounds.high)]
                    rows.append((key_words(each.path), " to ".join(ends), *_cells(each)))
                title = f"{heading(metric, results.horizon_ms)}, {mode_name(mode).lower()} ({method.capitalize()})"
                yield Grid(title, ("assumption", *heads[method]), tuple(rows))


def _cells(each: Influence) -> tuple[str, str]:
    if each.method == "sobol":
        return f"{each.total:.2f} ± {each.half_width:.2f}", f"{each.other:.2f}"
    known = metric_named(each.metric)
    return (
        _effect(each, each.metric),
        number(each.other, known),
    )


def _effect(each: Influence, metric: str) -> str:
    """How much an assumption moves a metric, and how sure that is; shares move by percentage points."""
    known = metric_named(metric)
    return f"{number(each.total, known)} ± {number(each.half_width, known)} {difference_unit(known)}".rstrip()


def _drawings(results: SensitivityResults) -> Iterator[Drawing]:
    for method in _methods(results):
        for metric in results.metrics:
            yield Drawing(
                f"{method}_{metric}",
                partial(_bars, results, method, metric),
                "Bars of the influence of every assumption, one colour a mode. "
                + " ".join(_sentences(results, [metric])),
                "The longer a bar, the more the assumption changes the figure. Thin lines are margins of error.",
            )


def _bars(results: SensitivityResults, method: Method, metric: str) -> Figure:
    known = metric_named(metric)
    scale = 100 if method == "morris" and known.unit == "share" else 1
    by_mode = {mode: {each.path: each for each in results.of(method, metric, mode)} for mode in results.modes}
    totals = {path: max(found[path].total for found in by_mode.values()) for path in next(iter(by_mode.values()))}
    paths: Sequence[str] = sorted(totals, key=totals.__getitem__)
    what = "effect of taking each across its whole range" if method == "morris" else "share of the variance"
    figure, axes = style.new_figure(
        1.7 + 0.28 * len(paths) * (0.6 + 0.4 * len(results.modes)),
        f"What {label(metric, results.horizon_ms)} depends on",
        f"{what[0].upper()}{what[1:]} ({method.capitalize()}){only_mode(results.modes)}.",
    )
    thick = 0.8 / len(results.modes)
    for place, (mode, found) in enumerate(by_mode.items()):
        at = [row + 0.4 - thick * (place + 0.5) for row in range(len(paths))]
        axes.barh(
            at,
            [found[path].total * scale for path in paths],
            height=thick * 0.9,
            xerr=[found[path].half_width * scale for path in paths],
            color=style.MODE_COLOURS[mode],
            ecolor=style.FAINT,
            label=mode_name(mode),
        )
    style.row_names(axes, range(len(paths)), map(key_words, paths))
    axes.set_xlim(left=0)
    effect = difference_unit(known) or axis_unit(known)
    unit = effect if method == "morris" else "share of the variance"
    axes.set_xlabel(f"{label(metric, results.horizon_ms)} ({unit})" if unit else label(metric, results.horizon_ms))
    style.legend_below(axes)
    return figure
