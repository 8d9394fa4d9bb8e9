"""Hangs on each value what it can be trusted for: expected error, grade, verdict, reasons and remedy.

A value without an expected error is withheld: its row stays, with the reason, and says nothing of the athlete.
"""

import polars as pl

from pipelines.observations.metrics import CANDIDATE, METRICS, observation_id
from pipelines.quality.grades import graded
from pipelines.tables import conform


def weighed(candidates: pl.DataFrame, *, verdicts: pl.DataFrame, flags: pl.DataFrame) -> pl.DataFrame:
    """One row per candidate that has a verdict for its metric's purpose: table `observations`.

    The verdict's expected error becomes the value's own unit: a fraction is taken of the value, ln ms and bpm stay.
    A null value or a null error withholds both: the verdict is then not assessable, and the reason is named.
    """
    named = candidates.with_columns(_of_metric("purpose"), _of_metric("unit"), _of_metric("version"))
    rows = named.join(graded(verdicts=verdicts, flags=flags), on=["subject_kind", "subject_id", "purpose"], how="inner")
    is_share = (pl.col("error_unit") == "fraction") & (pl.col("unit") != "fraction")
    error = pl.when(is_share).then(pl.col("error") * pl.col("observed_value").abs()).otherwise(pl.col("error"))
    rows = rows.with_columns(why_withheld=_why_withheld())
    withheld = pl.col("observed_value").is_null() | pl.col("error").is_null()
    return conform(
        rows.with_columns(
            expected_error=pl.when(~withheld).then(error),
            observed_value=pl.when(~withheld).then(pl.col("observed_value")),
            verdict=pl.when(withheld & (pl.col("verdict") == "usable"))
            .then(pl.lit("not_assessable"))
            .otherwise(pl.col("verdict")),
            # Not assessable is never a pass; only a flag makes it worse than doubtful.
            grade=pl.when(withheld & (pl.col("grade") == "ok")).then(pl.lit("doubtful")).otherwise(pl.col("grade")),
            reasons=pl.when(withheld & (pl.col("reasons").list.len() == 0))
            .then(pl.concat_list(pl.struct(check_name=pl.col("why_withheld"), share_fraction=pl.lit(1.0))))
            .otherwise(pl.col("reasons")),
            definition_version=pl.col("version"),
            observation_id=pl.struct("athlete_id", "subject_id", "metric", "method").map_elements(
                lambda key: observation_id(**key), return_dtype=pl.String
            ),
        ).select(*(name for name in CANDIDATE if name != "firmware"), *_WEIGHED),
        "observations",
    ).sort("observation_id")


_WEIGHED = (
    "observation_id",
    "purpose",
    "unit",
    "expected_error",
    "grade",
    "verdict",
    "reasons",
    "remedy",
    "definition_version",
)


NO_STEADY_BLOCK = "no_steady_block"
"""Reason of a decoupling that is not claimed; its evidence says how long the longest steady block was."""
NO_VALUE = "nothing_to_measure"
"""Reason of any other value that could not be computed: no good beat, no record with a heart rate."""
NO_ERROR = "error_not_known"
"""Reason of a value whose expected error is not known."""


def _why_withheld() -> pl.Expr:
    return (
        pl.when(pl.col("observed_value").is_not_null())
        .then(pl.lit(NO_ERROR))
        .when(pl.col("metric") == "decoupling")
        .then(pl.lit(NO_STEADY_BLOCK))
        .otherwise(pl.lit(NO_VALUE))
    )


def _of_metric(attribute: str) -> pl.Expr:
    known = {name: getattr(metric, attribute) for name, metric in METRICS.items()}
    kind = pl.Int32 if attribute == "version" else pl.String
    return pl.col("metric").replace_strict(known, return_dtype=kind).alias(attribute)
