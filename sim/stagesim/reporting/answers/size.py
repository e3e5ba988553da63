"""A size: for each mode the smallest, or largest, value that meets the goals, and what was found at every one tried."""

from collections.abc import Iterator
from functools import partial

from matplotlib.figure import Figure

from stagesim.experiments.questions.sizing import Finding, Size, SizeResults, Trial, size_frame
from stagesim.reporting.answers.answer import Answer, Drawing, Grid, amount, with_interval
from stagesim.reporting.charts import style
from stagesim.reporting.words.figure_rows import NOBODY
from stagesim.reporting.words.goal_words import goal_words
from stagesim.reporting.words.hold_ups import in_a_mode
from stagesim.reporting.words.keys import key_words
from stagesim.reporting.words.labels import axis_unit, labelled, mode_name
from stagesim.reporting.words.numbers import number
from stagesim.scenario.demands.goals import Goal
from stagesim.statistics import Interval


def size_answer(results: SizeResults) -> Answer:
    """The answer of a search."""
    search = results.search
    goals = " and ".join(goal_words(goal.comparison) for goal in search.goals)
    words = key_words(search.path)
    return Answer(
        kind="size",
        question=results.question,
        title=results.title,
        asks=f"{'What is the largest' if search.largest else 'What is the smallest'} {words} for {goals}?",
        facts=f"{words} from {search.low} to {search.high}, seed {results.question.seed}",
        lines=tuple(sentence(results, size) for size in results.sizes),
        reading=(
            f"{search.confidence:.0%} sure of what is met or missed, for all values of a mode together; in brackets is "
            "where a figure lies, as far as that needs. Both ends are tried. Assumed: between a value that meets the "
            "goal and one that does not, things change only once."
        ).replace("%", " %"),
        grids=tuple(_grid(size, results) for size in results.sizes),
        drawings=tuple(_drawings(results)),
        files={"size.csv": partial(size_frame, results)},
        telling=len(results.sizes),
    )


def tried(path: str, mode: str, trial: Trial) -> str:
    """What came of a value of the count at a path, in one mode, while others are tried."""
    after = f"{trial.answer} after {trial.replications} sessions"
    return f"{mode_name(mode)}, {key_words(path)} {trial.value}: {after}"


def sentence(results: SizeResults, size: Size) -> str:
    """The answer for one mode."""
    said = _without_a_value(results, size) if size.value is None else _with_a_value(results, size, size.value)
    return f"{mode_name(size.mode)}: {said}."


def _with_a_value(results: SizeResults, size: Size, value: int) -> str:
    search = results.search
    largest = search.largest
    match size.more:
        case "no matter":
            other = search.low if largest else search.high
            return f"{value} meets the goal, and {other} changes nothing: each session has the same"
        case "unknown":
            return f"meets the goal at {search.low} and at {search.high}, the ends of the range"
        case "better" | "worse" if (size.more == "worse") != largest:
            end, other = (search.high, search.low) if largest else (search.low, search.high)
            missed = all(trial.answer != "undecided" for trial in size.trials)
            hint = "ask without `--largest` for the smallest" if largest else "ask with `--largest` for the largest"
            does_not = "does not" if missed else "is not shown to"
            return f"{end} meets the goal, {other} {does_not} ({_failures(size)}); {hint} that does"
        case _:
            if size.certain:
                return f"{value} is {'the most that meets the goal' if largest else 'enough'}"
            beyond = value + 1 if largest else value - 1
            return f"{value} meets the goal; {beyond} may do as well: {search.budget} sessions do not tell"


def _without_a_value(results: SizeResults, size: Size) -> str:
    search = results.search
    low, high = search.low, search.high
    match size.more:
        case "no matter":
            return (
                f"does not help: each session has the same at {low} and {high} ({_failures(size)}){_why(results, size)}"
            )
        case "neither":
            met = next(trial.value for trial in size.trials if trial.answer == "met")
            return (
                f"{met} meets the goal, and neither {low} nor {high} does ({_failures(size)}): more is neither "
                f"always better nor always worse; search from {low} to {met}, or from {met} to {high}"
            )
        case _:
            shown = "meets" if size.certain else "is shown to meet"
            return f"no value that was tried {shown} the goal: {_failures(size)}{_why(results, size)}"


def _why(results: SizeResults, size: Size) -> str:
    """What holds people up where no number helps."""
    if size.reason is None or not size.reason.leading:
        return ""
    return f". What holds people up at {results.search.high}: {in_a_mode(size.reason).partition(' – ')[2]}"


def _failures(size: Size) -> str:
    """What was found where the goals are not met."""
    missed = [(found, trial.value) for trial in size.trials for found in trial.findings if found.answer != "met"]
    by_goal: dict[str, list[str]] = {}
    for found, value in missed:
        by_goal.setdefault(goal_words(found.goal.comparison), []).append(_reason(found, value))
    several = len(size.trials[0].findings) > 1
    return "; ".join((f"{goal}: " if several else "") + ", ".join(said) for goal, said in by_goal.items())


def _reason(found: Finding, value: int) -> str:
    metric = found.goal.comparison.metric
    if found.nobody:
        return f"{NOBODY} at {value}"
    if not found.interval.n:
        return f"nothing to measure at {value}"
    return f"{amount(found.interval.mean, metric, digits=3)} at {value}"


def _grid(size: Size, results: SizeResults) -> Grid:
    heads = (
        key_words(results.search.path),
        "sessions",
        *(goal_words(goal.comparison) for goal in results.search.goals),
        "goals",
    )
    rows = tuple(
        (str(trial.value), str(trial.replications), *map(_cell, trial.findings), _verdict(size, trial))
        for trial in size.trials
    )
    return Grid(mode_name(size.mode), heads, rows)


def _cell(found: Finding) -> str:
    nobody = f", {NOBODY}" if found.nobody else ""
    metric, interval = found.goal.comparison.metric, found.interval
    if interval.is_bounded or not interval.half_width > 0 or metric.quantile is not None:
        return with_interval(interval, metric) + nobody
    mean, low, high = (number(each, metric, 3) for each in (interval.mean, interval.low, interval.high))
    return f"{mean} ({low} to {high}){nobody}"


def _verdict(size: Size, trial: Trial) -> str:
    return f"{trial.answer}, chosen" if trial.value == size.value else trial.answer


def _drawings(results: SizeResults) -> Iterator[Drawing]:
    for place, goal in enumerate(results.search.goals):
        what = labelled(goal.comparison.metric, results.horizon_ms)
        yield Drawing(
            f"size_{goal.comparison.metric.name}" if len(results.search.goals) == 1 else f"size_goal_{place + 1}",
            partial(_chart, results, place, goal),
            f"Points with margins of error of {what} at every value tried, one colour a mode. "
            + " ".join(sentence(results, size) for size in results.sizes),
            "Only values that were tried have points. The dashed line is the goal's limit.",
        )


def _beside(found: Interval, scale: float) -> list[list[float]] | None:
    """How far the limits of a figure are from it, below and above."""
    if not found.half_width > 0:
        return None
    return [[(found.mean - found.low) * scale], [(found.high - found.mean) * scale]]


def _chart(results: SizeResults, place: int, goal: Goal) -> Figure:
    metric = goal.comparison.metric
    scale = 100 if metric.unit == "share" else 1
    what = labelled(metric, results.horizon_ms)
    figure, axes = style.new_figure(4.0, f"{what[0].upper()}{what[1:]}", f"Goal: {goal_words(goal.comparison)}.")
    values = sorted({trial.value for size in results.sizes for trial in size.trials})
    for place_of, size in enumerate(results.sizes):
        shift = (place_of - (len(results.sizes) - 1) / 2) * 0.12
        colour = style.MODE_COLOURS[size.mode]
        for first, trial in enumerate(size.trials):
            found = trial.findings[place]
            axes.errorbar(
                values.index(trial.value) + shift,
                found.interval.mean * scale,
                yerr=_beside(found.interval, scale),
                color=colour,
                marker="o",
                markerfacecolor=colour if found.answer == "met" else style.PAPER,
                linestyle="none",
                label=None if first else mode_name(size.mode),
            )
    axes.axhline(goal.comparison.limit.offset * scale, color=style.FAINT, linestyle="--", linewidth=1)
    axes.set_xticks(range(len(values)), [str(value) for value in values])
    axes.set_xlim(-0.6, len(values) - 0.4)
    axes.set_ylim(0, 102 if scale == 100 else None)
    for face, said in ((style.FAINT, "meets the goal"), (style.PAPER, "does not, or is undecided")):
        axes.plot([], [], "o", color=style.FAINT, markerfacecolor=face, label=said)
    axes.set_xlabel(f"{key_words(results.search.path)}, values tried")
    unit = axis_unit(metric)
    style.vertical_name(axes, f"{what}{f' ({unit})' if unit else ''}")
    style.legend_below(axes)
    return figure
