"""Facts in long form: one row per subject and figure."""

from collections.abc import Mapping

import polars as pl


def long_facts(wide: pl.DataFrame, subject_kind: str, units: Mapping[str, str]) -> pl.DataFrame:
    """One row per subject and figure (subject_kind, subject_id, fact, fact_value, unit); not a number becomes null."""
    names = list(units)
    numbers = wide.select("subject_id", *(pl.col(name).cast(pl.Float64).fill_nan(None) for name in names))
    return numbers.unpivot(on=names, index="subject_id", variable_name="fact", value_name="fact_value").select(
        pl.lit(subject_kind).alias("subject_kind"),
        "subject_id",
        "fact",
        "fact_value",
        pl.col("fact").replace_strict(units, return_dtype=pl.String).alias("unit"),
    )


def wide_facts(facts: pl.DataFrame, subject_kind: str, names: tuple[str, ...]) -> pl.DataFrame:
    """One row per subject of that kind and one column per named figure, null where there is none."""
    chosen = facts.filter((pl.col("subject_kind") == subject_kind) & pl.col("fact").is_in(names))
    return chosen.group_by("subject_id", maintain_order=True).agg(
        pl.col("fact_value").filter(pl.col("fact") == name).first().alias(name) for name in names
    )
