"""Statistics over replications: intervals, paired differences, when to stop, corrections.

The unit is the replication, never the person. A value that is not a number says that a replication had nothing to
measure; it is left out and counted. What scipy has is scipy's; the rest is checked against published values.
"""

from stagesim.looks import LOOKS
from stagesim.statistics.corrections import bonferroni, bonferroni_confidence, holm
from stagesim.statistics.intervals import (
    Interval,
    Running,
    average,
    cumulative,
    paired_interval,
    relative_precision,
    t_interval,
    t_quantile,
    variance,
    welch_freedom,
    welch_interval,
)
from stagesim.statistics.marks import TURNED, Mark, Says, among, paired
from stagesim.statistics.pairs import (
    Difference,
    Verdict,
    correlation,
    differences,
    pair_p_value,
    variance_reduction,
    verdict,
)
from stagesim.statistics.precision import Precision, replications_needed
from stagesim.statistics.reach import ENOUGH, Moments, Rare, Summary, mean_interval, moments
from stagesim.statistics.shares import (
    Counts,
    Quantile,
    decide_share,
    limited,
    paired_per_session,
    per_session,
    quantile,
    share,
    share_interval,
    summary,
)
from stagesim.statistics.spending import (
    Decision,
    Look,
    decide,
    decide_by,
    planned_looks,
    repeated_interval,
    spending_looks,
)
from stagesim.statistics.warmup import Truncation, mser5

__all__ = [
    "ENOUGH",
    "LOOKS",
    "TURNED",
    "Counts",
    "Decision",
    "Difference",
    "Interval",
    "Look",
    "Mark",
    "Moments",
    "Precision",
    "Quantile",
    "Rare",
    "Running",
    "Says",
    "Summary",
    "Truncation",
    "Verdict",
    "among",
    "average",
    "bonferroni",
    "bonferroni_confidence",
    "correlation",
    "cumulative",
    "decide",
    "decide_by",
    "decide_share",
    "differences",
    "holm",
    "limited",
    "mean_interval",
    "moments",
    "mser5",
    "pair_p_value",
    "paired",
    "paired_interval",
    "paired_per_session",
    "per_session",
    "planned_looks",
    "quantile",
    "relative_precision",
    "repeated_interval",
    "replications_needed",
    "share",
    "share_interval",
    "spending_looks",
    "summary",
    "t_interval",
    "t_quantile",
    "variance",
    "variance_reduction",
    "verdict",
    "welch_freedom",
    "welch_interval",
]
