"""What would turn it, for programs: tables, and plain values."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from stagesim.experiments.questions.contenders import sign
from stagesim.experiments.questions.tipping import TipResults
from stagesim.experiments.questions.turns import Judged
from stagesim.scenario.forms.canonical import digest

if TYPE_CHECKING:
    import pandas as pd


def tip_frame(results: TipResults) -> "pd.DataFrame":
    """One row an assumption, value and contender; values beside the nine were simulated to find a turn, with two."""
    import pandas as pd

    rows = []
    for tip in results.tips:
        standings = {each.point.text: each.standing for each in tip.values}
        for point in tip.points:
            said = standings.get(point.text, "")
            for place, (who, mean) in enumerate(zip(results.contenders, point.means, strict=True)):
                row = (tip.bounds.path, point.text, *who, sign(results.metric) * mean, place == point.leader, said)
                rows += [row] if point.has(place) else []
    columns = ["assumption", "value", "variant", "mode", "mean", "leads", "standing"]
    return pd.DataFrame(rows, columns=columns)


def turn_frame(results: TipResults) -> "pd.DataFrame":
    """One row a turn."""
    import pandas as pd

    columns = ["assumption", "unit", "at", "low", "high", "before_variant", "before", "after_variant", "after", "found"]
    rows = [
        (
            *(tip.bounds.path, tip.bounds.unit, each.at, each.low, each.high),
            *(*results.contenders[each.before], *results.contenders[each.after], each.found),
        )
        for tip in results.tips
        for each in tip.turns
    ]
    return pd.DataFrame(rows, columns=columns)


def tip_data(
    results: TipResults, names: Sequence[str], sentences: Sequence[str], in_short: Sequence[str]
) -> dict[str, object]:
    """The same as plain values, ready for JSON; `in_short` is what the page of a comparison of the same says of it."""
    return {
        "decided": results.decided,
        "contenders": list(names),
        "variants": {name: digest(results.question.scenario(each)) for name, each in results.variants.items()},
        "in_short": list(in_short),
        "by": results.metric or [goal.that for goal in results.goals],
        "assumptions": [
            {
                "path": tip.bounds.path,
                "low": tip.bounds.low,
                "high": tip.bounds.high,
                "unit": tip.bounds.unit,
                "source": tip.source,
                "here": tip.here,
                "decided": tip.decided,
                "turns": [
                    {
                        "before": names[each.before],
                        "after": names[each.after],
                        "at": each.at,
                        "interval": [each.low, each.high] if each.certain else None,
                    }
                    for each in tip.turns
                ],
                "values": [
                    {
                        "value": each.point.text,
                        "means": dict(zip(names, _means(results, each), strict=True)),
                        "leader": names[each.leader],
                        "standing": each.standing,
                    }
                    for each in tip.values
                ],
            }
            for tip in results.tips
        ],
        "sentences": list(sentences),
    }


def _means(results: TipResults, found: Judged) -> list[float | None]:
    """The mean of every contender; nothing where there is nothing to measure, of which JSON has no number."""
    return [None if math.isnan(mean) else sign(results.metric) * mean for mean in found.point.means]
