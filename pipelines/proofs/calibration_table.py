"""The table of conformal factors as a file: written, and held against the one before."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from pipelines.errors import ConfigurationError
from pipelines.proofs.calibration import mean_of, share_within, subject_count, within
from pipelines.quality.conformal import COLUMNS, Stratum, strata_in


def as_text(strata: Sequence[Stratum]) -> str:
    """The table as it is written to its file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in strata:
        ends = (f"{one.flagged_from:g}", f"{one.flagged_to:g}")
        coverage = "" if one.coverage is None else f"{one.coverage:g}"
        made = (one.seed, one.generator_version, one.made_on.isoformat())
        writer.writerow(
            (one.purpose, one.source, *ends, one.basis, one.subject_count, f"{one.factor:g}", coverage, *made)
        )
    return text.getvalue()


def write(strata: Sequence[Stratum], path: Path) -> None:
    """Writes the table in the place of the old one, after reading it as the judge will.

    Raises `ConfigurationError` when the file cannot be written.
    """
    text = as_text(strata)
    strata_in(text)
    fresh = path.with_name(f"{path.name}.new")
    try:
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        raise ConfigurationError(
            doing="writing the factors of expected errors to",
            where=str(path),
            found=(error.strerror or "not known why").lower(),
            remedy="Name a file that can be written with --into, and copy it there.",
        ) from error


def compared(subjects: pl.DataFrame, before: Sequence[Stratum], after: Sequence[Stratum]) -> list[tuple[object, ...]]:
    """Before and after, one row per stratum that has subjects: COMPARED."""
    rows = []
    for one in after:
        own = subjects.filter(within(one.flagged_from, one.flagged_to), purpose=one.purpose, source=one.source)
        if not own.height:
            continue
        old = _factor(before, one)
        expected = pl.col("uncalibrated_error")
        told = [f"{share_within(own, expected * factor):.3f}" for factor in (old, one.factor)]
        means = [f"{mean_of(own, expected * factor):.3g}" for factor in (old, one.factor)]
        span = f"{100 * one.flagged_from:g}-{100 * one.flagged_to:g} %"
        rows.append((one.purpose, one.source, span, subject_count(own), one.basis, old, one.factor, *told, *means))
    return rows


COMPARED = (
    *("purpose", "source", "flagged", "n", "factor of", "factor before", "after"),
    *("coverage before", "after", "mean expected error before", "after"),
)
"""Columns of the comparison; mean expected errors in the unit of the purpose."""


def _factor(strata: Sequence[Stratum], like: Stratum) -> float:
    """The factor another table has in the middle of a stratum; one where it has none."""
    middle = (like.flagged_from + like.flagged_to) / 2
    own = (one for one in strata if (one.purpose, one.source) == (like.purpose, like.source))
    return next((one.factor for one in own if one.flagged_from <= middle < one.flagged_to), 1.0)
