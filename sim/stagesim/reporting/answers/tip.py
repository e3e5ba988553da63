"""What would turn it: who is ahead along each assumption, where that changes, and what is not decided."""

from collections.abc import Iterator, Sequence
from functools import partial

from stagesim.experiments.questions.contenders import sign
from stagesim.experiments.questions.tipping import Tip, TipResults
from stagesim.experiments.questions.turns import Judged, Turn
from stagesim.reporting.answers.answer import Answer, Drawing, Grid
from stagesim.reporting.answers.tip_files import tip_data, tip_frame, turn_frame
from stagesim.reporting.charts.tipping import bars, said, turned
from stagesim.reporting.words.goal_words import goal_words
from stagesim.reporting.words.keys import key_heading, key_words
from stagesim.reporting.words.labels import label, mode_name
from stagesim.reporting.words.numbers import number
from stagesim.reporting.words.turning import MOST_NAMED
from stagesim.scenario.demands.shares import metric_named

READING = (
    "Each assumption is varied alone, with the same people at every value. {confidence} sure who is shown to be ahead, "
    "for all values of an assumption together; near a turn nobody is. In brackets: {confidence} sure that the averages "
    "cross there."
)
FEW = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def tip_answer(results: TipResults) -> Answer:
    """The answer of what would turn it."""
    number_of = len(results.tips)
    names, lines = contender_names(results), tuple(sentences(results))
    return Answer(
        kind="tip",
        question=results.question,
        title=results.title,
        asks="What would turn the answer?",
        facts=f"{number_of} assumption{'s' * (number_of != 1)}, {results.replications} sessions at each value, "
        f"by {_measure(results)}, seed {results.question.seed}",
        lines=lines,
        reading=READING.format(confidence=f"{results.confidence * 100:g} %"),
        grids=tuple(_grids(results)),
        drawings=(
            Drawing(
                "tip",
                partial(bars, results, names),
                "A bar for each assumption, from the lower to the upper end of its range, coloured by who is ahead. "
                + " ".join(in_short(results)),
                "Lines across a bar are where it turns, with their intervals; a triangle is what the scenario "
                "says. Pale: ahead on average, but not shown to be. Hatched: not decided.",
            ),
        ),
        files={"tip.csv": partial(tip_frame, results), "turns.csv": partial(turn_frame, results)},
        data=partial(tip_data, results, names, lines, tuple(in_short(results))),
    )


def contender_names(results: TipResults) -> list[str]:
    """What the contenders are called: by the mode, by the variant, or by both, as far as that tells them apart."""
    modes = [mode_name(each.mode) for each in results.contenders]
    variants = [each.variant for each in results.contenders]
    for names in (modes, variants):
        if len(set(names)) == len(names):
            return names
    return [f"{variant}, {mode.lower()}" for variant, mode in zip(variants, modes, strict=True)]


def sentences(results: TipResults) -> Iterator[str]:
    """What is found for each assumption, then which of them would turn it."""
    names = contender_names(results)
    for tip in results.tips:
        yield from _of(tip, names)
    turning = [key_words(tip.bounds.path) for tip in results.tips if tip.turns]
    steady = [key_words(tip.bounds.path) for tip in results.tips if not tip.turns and tip.decided]
    undecided = [key_words(tip.bounds.path) for tip in results.tips if not tip.decided]
    if turning and len(results.tips) > 1:
        yield f"What turns it: {'; '.join(turning)}."
    if steady:
        yield f"What does not turn it in its range: {'; '.join(steady)}."
    if undecided:
        more = f"More sessions than {results.replications} may tell: `--replications`."
        if len(undecided) == len(results.tips) > 1:
            yield f"None of them is decided in all of its range. {more}"
        else:
            yield f"Not decided in all of its range: {'; '.join(undecided)}. {more}"


def in_short(results: TipResults) -> Iterator[str]:
    """What would turn it, for whoever reads of something else: each turn, then what does not, and what is open."""
    names, measure = contender_names(results), _measure(results)
    for tip in results.tips:
        for each in tip.turns:
            yield f"{key_heading(tip.bounds.path)}: {_turn(tip, each, names)}, by {measure}{_here(tip, names)}."
    steady = [f"{key_words(tip.bounds.path)} ({_ends(tip)})" for tip in results.tips if not tip.turns and tip.decided]
    if steady:
        yield f"Does not turn it: {_few(steady)}."
    undecided = [key_words(tip.bounds.path) for tip in results.tips if not tip.decided]
    if undecided:
        yield f"Not decided in all of its range, with {results.replications} sessions a value: {_few(undecided)}."


def told(results: TipResults) -> str:
    """What was found for the first of the assumptions, in one sentence."""
    tip = results.tips[0]
    first, *more = (line.removesuffix(".") for line in _of(tip, contender_names(results)))
    return "; ".join([first, *(line.removeprefix(f"{key_heading(tip.bounds.path)}: ") for line in more)]) + "."


def _few(names: Sequence[str]) -> str:
    """The first of several names, and how many more there are."""
    more = f"; and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return "; ".join(names[:MOST_NAMED]) + more


def _of(tip: Tip, names: Sequence[str]) -> Iterator[str]:
    path, count = key_heading(tip.bounds.path), FEW[len(tip.values)]
    firm = [each for each in tip.values if each.standing == "ahead"]
    if len({each.point.sides for each in tip.values}) == 1:
        yield f"{path} changes nothing: every session has the same at the ends and the middle of its range."
    if tip.turns:
        yield f"{path}: {'; '.join(_turn(tip, each, names) for each in tip.turns)}{_here(tip, names)}."
    elif len(firm) == len(tip.values):
        yield f"{path}: at none of {count} values does it turn; {_low(names[firm[0].leader])} is ahead."
    elif firm:
        where = _listed(tip, firm)
        yield f"{path}: {_low(names[firm[0].leader])} is ahead at {where}, and another one at none of {count} values."
    elif not tip.open:
        yield f"{path}: at none of {count} values is one of them alone ahead."
    for leaders, values in _tied(tip):
        first, last = [_low(names[each]) for each in leaders[:-1]], _low(names[leaders[-1]])
        yield f"{path}: {', '.join(first)} and {last} have the same in every session at {_listed(tip, values)}."
    if tip.open:
        where = f"any of {count} values" if len(tip.open) == len(tip.values) else _listed(tip, tip.open)
        best = {each.leader for each in tip.open}
        mean = f"; on average, {_low(names[min(best)])} has the best there" if len(best) == 1 else ""
        yield f"{path}: who is ahead is not decided at {where}{mean}."


def _listed(tip: Tip, values: Sequence[Judged]) -> str:
    """Values of an assumption; those that are next to each other as a range."""
    runs: list[list[Judged]] = []
    for place, each in enumerate(tip.values):
        if each in values:
            if place and runs and runs[-1][-1] is tip.values[place - 1]:
                runs[-1].append(each)
            else:
                runs.append([each])
    ends = [[said(tip.bounds, run[place].point.number) for place in (0, -1)] for run in runs]
    return ", ".join(low if low == high else f"{low} to {high}" for low, high in ends)


def _turn(tip: Tip, found: Turn, names: Sequence[str]) -> str:
    before, after = _low(names[found.before]), _low(names[found.after])
    return (
        f"on average {before} is ahead up to {turned(tip.bounds, found.at)} {_interval(tip, found)}, {after} from there"
    )


def _here(tip: Tip, names: Sequence[str]) -> str:
    """Who is shown to be ahead at the value that the scenario itself has, if that lies in the range."""
    if tip.here is None or not tip.bounds.low <= tip.here <= tip.bounds.high:
        return ""
    who = "none" if tip.leads_here is None else _low(names[tip.leads_here])
    is_tried = any(each.point.number == tip.here for each in tip.values)
    return f"; {'at' if is_tried else 'on both sides of'} {said(tip.bounds, tip.here)}, as here, {who} is shown to be"


def _interval(tip: Tip, found: Turn) -> str:
    if not found.certain:
        return "(no interval: in too few resamples does it turn)"
    return f"({turned(tip.bounds, found.low)} to {turned(tip.bounds, found.high)})"


def _low(name: str) -> str:
    """A name in the midst of a sentence."""
    return name[0].lower() + name[1:] if name[1:2].islower() else name


def _tied(tip: Tip) -> Iterator[tuple[tuple[int, ...], list[Judged]]]:
    found: dict[tuple[int, ...], list[Judged]] = {}
    for each in tip.values:
        if each.standing == "tied":
            found.setdefault(tuple(sorted((each.leader, *each.tied))), []).append(each)
    yield from found.items()


def _measure(results: TipResults) -> str:
    if results.metric:
        return label(results.metric, results.horizon_ms)
    return f"the score over {len(results.goals)} goal{'s' * (len(results.goals) != 1)}"


def _grids(results: TipResults) -> Iterator[Grid]:
    names = contender_names(results)
    heads = ("assumption", "range", "source", "ahead", "turns at", "ahead then", "key")
    yield Grid("What would turn it", heads, tuple(row for tip in results.tips for row in _rows(tip, names)))
    for tip in results.tips:
        title = f"{key_heading(tip.bounds.path)}: average of {_measure(results).removeprefix('the ')}"
        body = tuple(
            (said(tip.bounds, each.point.number), *_means(results, each), _said(each, names)) for each in tip.values
        )
        yield Grid(title, ("value", *names, "shown to be ahead"), body)
    if not results.metric:
        goals = tuple((goal_words(each.comparison), f"{each.weight:g}") for each in results.goals)
        yield Grid("The goals, of which the score tells how many are met", ("goal", "weight"), goals)


def _rows(tip: Tip, names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    path = tip.bounds.path
    for each in tip.turns:
        where = f"{turned(tip.bounds, each.at)} {_interval(tip, each)}"
        yield key_words(path), _ends(tip), tip.source, names[each.before], where, names[each.after], path
    if not tip.turns:
        ahead = next((names[each.leader] for each in tip.values if each.standing == "ahead"), "–")
        yield key_words(path), _ends(tip), tip.source, ahead, "nowhere" if tip.decided else "not decided", "–", path


def _ends(tip: Tip) -> str:
    """The range of an assumption."""
    return " to ".join(said(tip.bounds, end) for end in (tip.bounds.low, tip.bounds.high))


def _means(results: TipResults, found: Judged) -> list[str]:
    means = [sign(results.metric) * mean for mean in found.point.means]
    if results.metric:
        return [number(mean, metric_named(results.metric)) for mean in means]
    return [f"{mean * 100:.1f} %" for mean in means]


def _said(found: Judged, names: Sequence[str]) -> str:
    return {"ahead": names[found.leader], "tied": "tied", "undecided": "not decided"}[found.standing]
