"""Conformal calibration: from subjects of known truth to the factors that expected errors are multiplied with.

The factor of a stratum of n subjects is the ceil((n + 1) * 0.8)-th smallest of error over expected error: at least 80 %
of further subjects like them then lie within. Source: Lei et al. 2018, doi:10.1080/01621459.2017.1307116.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.proofs.calibration_subjects import MEASURES
from pipelines.quality.conformal import NOT_CALIBRATED, WHOLE, Stratum
from pipelines.quality.contract import Threshold
from pipelines.quality.limits import LIMITS, Limit

PROMISE = (4, 5)
"""Share of cases an expected error is to hold in, as a fraction of whole numbers: rounding must not move a rank."""

FEWEST = Threshold(
    name="subjects of a stratum", number=100.0, unit="subjects", source="Wilson interval of 80 % within 9 points"
)
EDGES = (0.0, 0.005, 0.02, 0.05, 0.10, 0.30, 1.0)
"""Shares of flagged rows between which strata lie. What is recorded well is in the first, what is hardly usable in the
last; between them the error of RMSSD grows by a few per cent each (2,500 simulated windows)."""

DECIMALS = 1000
"""Factors are rounded up to a thousandth, coverages to the nearest."""

Numbers = npt.NDArray[np.float64]


def factor_of(ratios: Numbers) -> float | None:
    """The conformal factor of errors over expected errors; None when there are too few to hold in 80 % of cases."""
    rank = -(-(len(ratios) + 1) * PROMISE[0] // PROMISE[1])
    if rank > len(ratios):
        return None
    return max(1, math.ceil(float(np.sort(ratios)[rank - 1]) * DECIMALS)) / DECIMALS


def held_out_coverage(ratios: Numbers) -> float | None:
    """Share of subjects within the factor of the other half of them: every second one, and the rest."""
    first, second = ratios[::2], ratios[1::2]
    factors = factor_of(second), factor_of(first)
    if factors[0] is None or factors[1] is None:
        return None
    held = int((first <= factors[0]).sum()) + int((second <= factors[1]).sum())
    return round(held / len(ratios) * DECIMALS) / DECIMALS


@dataclass(frozen=True, kw_only=True)
class Made:
    """Where a table is from: the seed and the version of the generator, and the day."""

    seed: int
    generator_version: int
    made_on: date


def calibrated(subjects: pl.DataFrame, made: Made) -> tuple[Stratum, ...]:
    """The table for every purpose and source that has a limit, from rows of `calibration_subjects`.

    A stratum of fewer than FEWEST subjects has the factor of its source, else of its purpose; with fewer still, or
    where no truth is known, it is not calibrated. Neighbours with one factor of their parent are one row.
    """
    with_ratio = subjects.with_columns((pl.col("error") / pl.col("uncalibrated_error")).alias("ratio"))
    known = {(measure.purpose, source) for measure in MEASURES for source in measure.sources}
    found: list[Stratum] = []
    for limit in LIMITS:
        pair = (limit.purpose, limit.source)
        of_purpose = with_ratio.filter(purpose=limit.purpose) if pair in known else with_ratio.clear()
        found += _merged([_stratum(of_purpose, limit, ends, made) for ends in _bins(of_purpose)])
    return tuple(found)


def _bins(of_purpose: pl.DataFrame) -> Sequence[tuple[float, float]]:
    return list(pairwise(EDGES)) if of_purpose.height else [WHOLE]


def _stratum(of_purpose: pl.DataFrame, limit: Limit, ends: tuple[float, float], made: Made) -> Stratum:
    own = of_purpose.filter(source=limit.source)
    inside = own.filter(within(*ends))
    factor, ratios, basis = None, np.empty(0), NOT_CALIBRATED
    for name, rows in (("stratum", inside), ("source", own), ("purpose", of_purpose)):
        if rows.height >= FEWEST.number:
            ratios, basis = rows["ratio"].to_numpy(), name
            factor = factor_of(ratios)
            break
    return Stratum(
        purpose=limit.purpose,
        source=limit.source,
        flagged_from=ends[0],
        flagged_to=ends[1],
        basis=basis,
        subject_count=len(ratios),
        factor=1.0 if factor is None else factor,
        coverage=held_out_coverage(ratios) if len(ratios) else None,
        seed=made.seed,
        generator_version=made.generator_version,
        made_on=made.made_on,
    )


def within(start: float, end: float) -> pl.Expr:
    """Whether the flagged share lies in a stratum; the last one holds what is flagged throughout."""
    share = pl.col("flagged_share")
    return (share >= start) & ((share <= end) if end == WHOLE[1] else (share < end))


def _merged(rows: list[Stratum]) -> list[Stratum]:
    kept: list[Stratum] = []
    for row in rows:
        last = kept[-1] if kept else None
        if last is not None and row.basis == last.basis != "stratum":
            kept[-1] = replace(last, flagged_to=row.flagged_to)
        else:
            kept.append(row)
    return kept
