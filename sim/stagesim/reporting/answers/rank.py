"""A ranking: the modes by their score, what is best or tied, and the Pareto chart of wait, work and disruption."""

from collections.abc import Iterator, Sequence
from functools import partial

from matplotlib.figure import Figure

from stagesim.experiments.questions.ranking import AIMS, Ranked, RankResults, Standing, rank_frame
from stagesim.metric_table import METRIC
from stagesim.reporting.answers.answer import Answer, Drawing, Grid, amount, with_interval
from stagesim.reporting.charts import style
from stagesim.reporting.words.labels import label, mode_name

READING = (
    "The score of a session is the weight of the goals that it meets, as a share of all weights. The probability of "
    "being best is a bootstrap over the sessions; what is best or tied is a selection after Kim and Nelson."
)


def rank_answer(results: RankResults) -> Answer:
    """The answer of a ranking."""
    goals = f"{len(results.goals)} goal{'s' * (len(results.goals) != 1)}"
    return Answer(
        kind="rank",
        question=results.question,
        title=results.title,
        facts=f"{goals}, {results.replications} sessions per mode, seed {results.question.seed}",
        lines=tuple(_sentences(results)),
        reading=READING,
        grids=(_scores(results), _goals(results), _aims(results)),
        drawings=(
            Drawing(
                "pareto",
                partial(_pareto, results),
                "Points of the modes by mean wait and moderator actions per hour; their size shows disrupted time.",
                "Filled points are on the Pareto front: no other mode is better in one of the three and no worse in "
                "the others; a mode that none dominates has a dash in the table. The bars are 95 % t-intervals.",
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
    margin = f"an indifference of {results.indifference * 100:g} % of the weights"
    sure = f"{results.confidence * 100:g} % confidence"
    if not results.decided:
        yield f"Undecided between {_list(names)} after {results.replications} sessions per mode, at {margin}."
    elif len(names) > 1:
        yield f"Tied: {_list(names)}, at {margin} ({sure})."
    else:
        yield f"Best: {names[0]}, at {margin} ({sure})."


def _list(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _scores(results: RankResults) -> Grid:
    rows = tuple(
        (
            mode_name(each.mode),
            f"{each.score.mean:.3f} ± {each.score.half_width:.3f}",
            f"{each.best_probability * 100:.1f} %",
            _place(results, each),
        )
        for each in results.modes
    )
    return Grid("Ranking", ("mode", "score", "probability best", "selection"), rows)


def _place(results: RankResults, each: Ranked) -> str:
    if each.mode not in results.best:
        return "–"
    return "undecided" if not results.decided else "tied" if len(results.best) > 1 else "best"


def _goals(results: RankResults) -> Grid:
    rows = tuple(
        (
            f"{goal.that} (weight {goal.weight:g})",
            *(f"{each.goals[place].met_share * 100:.0f} %; {_figure(each.goals[place])}" for each in results.modes),
        )
        for place, goal in enumerate(results.goals)
    )
    return Grid("Sessions that meet each goal", ("goal", *(mode_name(each.mode) for each in results.modes)), rows)


def _figure(found: Standing) -> str:
    """The mean of a goal's metric; of a share within a time, the share of all sessions together."""
    metric = found.goal.comparison.metric
    figure = with_interval(found.mean, metric)
    if metric.within is not None:
        return f"{figure} % of all {metric.within.wait.things}"
    return f"mean {figure}" + (f", not reached in {found.unreached}" if found.unreached else "")


def _aims(results: RankResults) -> Grid:
    rows = tuple(
        (
            mode_name(each.mode),
            *(with_interval(found, METRIC[aim]) for found, aim in zip(each.aims, AIMS, strict=True)),
            ", ".join(mode_name(mode).lower() for mode in each.dominated_by) or "–",
        )
        for each in results.modes
    )
    return Grid("Wait, moderator work, disruption", ("mode", *map(label, AIMS), "dominated by"), rows)


def _pareto(results: RankResults) -> Figure:
    wait, work, disruption = AIMS
    figure, axes = style.new_figure(
        4.4,
        "Wait, moderator work and disruption",
        f"Means of {results.replications} sessions. Further left and further down is better; the larger the point, the "
        "longer somebody disturbs on stage.",
    )
    most = max((each.aims[2].mean for each in results.modes), default=0.0)
    for each in results.modes:
        x, y, disrupted = each.aims
        colour = style.MODE_COLOURS[each.mode]
        bars = {"xerr": x.half_width, "yerr": y.half_width} if x.half_width >= 0 and y.half_width >= 0 else {}
        axes.errorbar(x.mean, y.mean, **bars, color=colour, linewidth=1, capsize=2, linestyle="none")
        axes.scatter(
            x.mean,
            y.mean,
            s=60 + 340 * (disrupted.mean / most if most else 0),
            facecolor=colour if not each.dominated_by else "white",
            edgecolor=colour,
            linewidth=1.6,
            alpha=0.9,
            zorder=3,
            label=f"{mode_name(each.mode)}: disrupted for {amount(disrupted.mean, METRIC[disruption])}",
        )
    axes.set_xlabel(f"{label(wait)} (s)")
    axes.set_ylabel(label(work))
    axes.margins(0.15)
    axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
    style.legend_below(axes, ncols=1, markerscale=0.5)
    return figure
