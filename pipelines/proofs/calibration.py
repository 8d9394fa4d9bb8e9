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


def factor_of(ratios: Numbers, weights: Numbers | None = None) -> float | None:
    """The conformal factor of errors over expected errors; None when there are too few to hold in 80 % of cases.

    `weights` say which share of a subject a ratio is; without, each is one.
    """
    order = np.argsort(ratios, kind="stable")
    reached = np.cumsum(np.ones(len(ratios)) if weights is None else weights[order])
    count = round(reached[-1]) if len(reached) else 0
    rank = -(-(count + 1) * PROMISE[0] // PROMISE[1])
    if rank > count:
        return None
    place = min(int(np.searchsorted(reached, rank - TINY)), len(ratios) - 1)
    return max(1, math.ceil(float(ratios[order][place]) * DECIMALS - TINY)) / DECIMALS


TINY = 1e-6  # of a subject, or of a thousandth: what adding up may leave


def held_out_coverage(rows: pl.DataFrame) -> float | None:
    """Share of subjects (ratio, weight, half) within the factor of the other half of them."""
    halves = [rows.filter(half=half) for half in (0, 1)]
    factors = [factor_of(half["ratio"].to_numpy(), half["weight"].to_numpy()) for half in reversed(halves)]
    if factors[0] is None or factors[1] is None:
        return None
    held = [
        float(half.filter(pl.col("ratio") <= factor)["weight"].to_numpy().sum())
        for half, factor in zip(halves, factors, strict=True)
    ]
    return round(sum(held) / float(_weights(rows).sum()) * DECIMALS) / DECIMALS


def subject_count(rows: pl.DataFrame) -> int:
    """How many subjects the rows are of."""
    return round(float(_weights(rows).sum()))


def share_within(rows: pl.DataFrame, expected: pl.Expr) -> float:
    """Share of subjects whose error is within what is expected."""
    return mean_of(rows, (pl.col("error") <= expected).cast(pl.Float64))


def mean_of(rows: pl.DataFrame, what: pl.Expr) -> float:
    """Mean over subjects."""
    return float(np.average(rows.select(what).to_series().to_numpy(), weights=_weights(rows)))


def _weights(rows: pl.DataFrame) -> Numbers:
    return rows["weight"].to_numpy()


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
    parents = (("stratum", inside), ("source", own), ("purpose", of_purpose))
    enough = ((name, rows) for name, rows in parents if subject_count(rows) >= FEWEST.number)
    basis, used = next(enough, (NOT_CALIBRATED, of_purpose.clear()))
    factor = factor_of(used["ratio"].to_numpy(), used["weight"].to_numpy())
    return Stratum(
        purpose=limit.purpose,
        source=limit.source,
        flagged_from=ends[0],
        flagged_to=ends[1],
        basis=basis,
        subject_count=subject_count(used),
        factor=1.0 if factor is None else factor,
        coverage=held_out_coverage(used),
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
