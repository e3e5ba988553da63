"""A table as rows, for a file of comma-separated values or for pandas, which is not needed to write one."""

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pandas as pd


class Table(NamedTuple):
    """Rows of values under the names of their columns. None and not a number are values that are missing."""

    columns: Sequence[str]
    rows: Sequence[Sequence[object]]

    def frame(self) -> "pd.DataFrame":
        """The same for pandas."""
        import pandas as pd

        return pd.DataFrame(self.rows, columns=list(self.columns))

    def write(self, path: Path) -> None:
        """Write it as comma-separated values, what is missing as nothing, as pandas does."""
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(self.columns)
            writer.writerows(zip(*map(_alike, zip(*self.rows, strict=True)), strict=True))


def of_dicts(rows: Sequence[Mapping[str, object]], first: Iterable[str] = ()) -> Table:
    """The table with a column for each key, the `first` ones in front; what a row does not have is missing."""
    columns = tuple(dict.fromkeys((*first, *(key for row in rows for key in row))))
    return Table(columns, [tuple(row.get(name) for name in columns) for row in rows])


def _alike(column: Sequence[object]) -> list[object]:
    """A column in which one value has decimals has them throughout, and what is missing is empty."""
    if not any(isinstance(value, float) for value in column):
        return list(column)
    return [_decimal(value) if isinstance(value, int | float) else value for value in column]


def _decimal(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
