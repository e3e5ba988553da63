"""A ranking: the modes by their score, what is best or tied, and the Pareto chart of wait, work and disruption."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from matplotlib.figure import Figure

from stagesim.experiments.questions.ranking import AIMS, Ranked, RankResults, Standing, rank_frame
from stagesim.metric_table import METRIC
from stagesim.reporting.answers.answer import Answer, Drawing, Grid, amount, with_interval
from stagesim.reporting.charts import style
from stagesim.reporting.words.figure_rows import NOBODY
from stagesim.reporting.words.goal_words import goal_words
from stagesim.reporting.words.headlines import hits, listed
from stagesim.reporting.words.labels import label, mode_name, plain, shown_unit
from stagesim.statistics import Interval

READING = (
    "Score: the goals that a session meets, each by its weight, as a share of all. Which mode is best, or tied, comes "
    "from each session beside the same one in the other modes; how often one comes first, from drawing the sessions "
    "anew (bootstrap). A tie is one even where the same mode comes first nearly always."
)


NAME_HIGH: Final = 13
"""Points between two names of modes whose marks lie on each other."""


def rank_answer(results: RankResults) -> Answer:
    """The answer of a ranking."""
    goals = f"{len(results.goals)} goal{'s' * (len(results.goals) != 1)}"
    return Answer(
        kind="rank",
        question=results.question,
        title=results.title,
        asks="Which mode meets the goals best?",
        facts=f"{goals}, {results.replications} sessions per mode, seed {results.question.seed}",
        lines=tuple(_sentences(results)),
        reading=READING,
        costs=tuple(_costs(results)),
        sides=tuple(mode_name(each.mode) for each in results.modes),
        telling=2,
        grids=(_scores(results), _goals(results), _aims(results)),
        drawings=(
            Drawing(
                "pareto",
                partial(_pareto, results),
                f"Points of the modes by wishes heard and moderator actions per hour. {_aims_said(results)}",
                "Hollow: another mode is shown to be better in one of the three, and as good in the others. "
                "The bars are margins of error.",
            ),
        ),
        files={"rank.csv": partial(rank_frame, results)},
    )


def _sentences(results: RankResults) -> Iterator[str]:
    for each in results.modes:
        for found in each.goals:
            if found.unmeasured:
                yield (
                    f"{mode_name(each.mode)}: nothing to measure for `{found.goal.that}` in {found.unmeasured} "
                    f"of {results.replications} sessions; they count as not meeting it."
                )
    names = [mode_name(mode).lower() for mode in results.best]
    margin = f"{results.indifference * 100:g} points"
    scores = {each.mode: _score(each.score) for each in results.modes}
    sure = f"{results.confidence * 100:g} % sure"
    if not results.decided:
        said = f"Undecided between {_list(names)}" if len(names) > 1 else f"Undecided whether {names[0]} is best"
        yield f"{said} after {results.replications} sessions per mode ({sure} is asked for)."
    elif len(names) > 1:
        tied = _list([f"{name} ({scores[mode]})" for name, mode in zip(names, results.best, strict=True)])
        yield f"Tied: {tied}; {sure} that their scores are within {margin} of each other."
    else:
        yield f"Best: {names[0]} ({scores[results.best[0]]}); {sure}, and scores within {margin} would be a tie."


def _costs(results: RankResults) -> Iterator[str]:
    """The goals that the best meets in fewer sessions than another mode does, by whom that hits."""
    for each in results.modes:
        whom: dict[str, list[str]] = {}
        for place, goal in enumerate(results.goals):
            front = max(results.modes, key=lambda other: other.goals[place].met_share)
            mine, best = (f"{of.goals[place].met_share * 100:.0f} %" for of in (each, front))
            if each.mode in results.best and mine != best:
                said = (
                    f"{goal_words(goal.comparison)} in {mine} of the sessions ({mode_name(front.mode).lower()}: {best})"
                )
                whom.setdefault(hits(goal.comparison.metric), []).append(said)
        if whom:
            yield f"{mode_name(each.mode)} – {'; '.join(f'{who}: {listed(said)}' for who, said in whom.items())}."


def _aims_said(results: RankResults) -> str:
    """The figures of the chart."""
    return " ".join(
        f"{mode_name(each.mode)}: "
        + ", ".join(
            f"{label(aim, results.horizon_ms)} {amount(found.mean, METRIC[aim])}"
            for found, aim in zip(each.aims, AIMS, strict=True)
            if found.n
        )
        + "."
        for each in results.modes
    )


def _list(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _score(found: Interval) -> str:
    """A mean score, with its margin of error if it has one, or the further of its bounds."""
    mean = f"{found.mean * 100:.1f}"
    if found.half_width > 0:
        return f"{mean} ± {found.half_width * 100:.1f} %"
    if not found.is_bounded:
        return f"{mean} %"
    is_above = found.high - found.mean >= found.mean - found.low
    return f"{mean} % {f'(≤ {found.high * 100:.1f} %)' if is_above else f'(≥ {found.low * 100:.1f} %)'}"


def _scores(results: RankResults) -> Grid:
    rows = tuple(
        (
            mode_name(each.mode),
            _score(each.score),
            f"{each.best_probability * 100:.1f} %",
            _place(results, each),
        )
        for each in results.modes
    )
    return Grid("Ranking", ("mode", "score", "comes first, if drawn anew", "verdict"), rows)


def _place(results: RankResults, each: Ranked) -> str:
    if each.mode not in results.best:
        return "–"
    return "undecided" if not results.decided else "tied" if len(results.best) > 1 else "best"


def _goals(results: RankResults) -> Grid:
    rows = tuple(
        (
            f"{goal_words(goal.comparison)} (weight {goal.weight:g})",
            *(f"{each.goals[place].met_share * 100:.0f} %; {_figure(each.goals[place])}" for each in results.modes),
        )
        for place, goal in enumerate(results.goals)
    )
    return Grid("Sessions that meet each goal", ("goal", *(mode_name(each.mode) for each in results.modes)), rows)


def _figure(found: Standing) -> str:
    """A goal's metric over all sessions, and in how many nobody got to the stage for whose wait it is."""
    metric = found.goal.comparison.metric
    figure = with_interval(found.mean, metric)
    if metric.unit == "share" and metric.pooled:
        things = metric.within.wait.things if metric.within is not None else plain(metric.per)
        return f"{figure} % of all {things}"
    unreached = f", {NOBODY} in {found.unreached}" if found.unreached else ""
    return f"average {figure} {shown_unit(metric)}".rstrip() + unreached


def _aims(results: RankResults) -> Grid:
    rows = tuple(
        (
            mode_name(each.mode),
            *(_aim(found, aim) for found, aim in zip(each.aims, AIMS, strict=True)),
            ", ".join(mode_name(mode).lower() for mode in each.dominated_by) or "–",
        )
        for each in results.modes
    )
    return Grid(
        "Heard, moderator work, disruption",
        ("mode", *(label(aim, results.horizon_ms) for aim in AIMS), "clearly outdone by"),
        rows,
    )


def _aim(found: Interval, aim: str) -> str:
    """A figure with its margin of error, or that nobody got to the stage where that is so."""
    return with_interval(found, METRIC[aim]) if found.n else NOBODY


def _pareto(results: RankResults) -> Figure:
    heard, work, disruption = AIMS
    figure, axes = style.new_figure(
        4.4,
        "Wishes heard, moderator work and disruption",
        f"{results.replications} sessions. Further right and further down is better.",
    )
    shown = [each for each in results.modes if each.aims[0].n and each.aims[1].n]
    highest = max((each.aims[1].mean for each in shown), default=0.0)
    for number, each in enumerate(shown):
        x, y, disrupted = each.aims
        before = [one.aims for one in shown[:number]]
        near = sum(abs(a.mean - x.mean) < 0.25 and abs(b.mean - y.mean) <= highest / 10 for a, b, _ in before)
        colour = style.MODE_COLOURS[each.mode]
        bars = {"xerr": x.half_width * 100, "yerr": y.half_width} if x.half_width >= 0 and y.half_width >= 0 else {}
        axes.errorbar(x.mean * 100, y.mean, **bars, color=colour, linewidth=1, capsize=2, linestyle="none")
        axes.scatter(
            x.mean * 100,
            y.mean,
            s=70,
            marker=style.MODE_MARKS[each.mode],
            facecolor=colour if not each.dominated_by else style.PAPER,
            edgecolor=colour,
            linewidth=1.6,
            alpha=0.9,
            zorder=3,
            label=f"{mode_name(each.mode)}: {amount(disrupted.mean, METRIC[disruption])} of disturbance",
        )
        side = 1 if x.mean < 0.7 else -1
        axes.annotate(
            mode_name(each.mode),
            (x.mean * 100, y.mean),
            xytext=(9 * side, 7 + NAME_HIGH * near),
            textcoords="offset points",
            ha="left" if side > 0 else "right",
            fontsize=9,
        )
    axes.set_xlabel(f"{label(heard, results.horizon_ms)} (%)")
    style.vertical_name(axes, label(work, results.horizon_ms))
    axes.margins(0.15)
    axes.set_xlim(left=0, right=100)
    axes.set_ylim(bottom=0)
    style.legend_below(axes, ncols=1, markerscale=0.5)
    return figure
