"""Subjects held against the athlete's earlier ones: those judged now, and those a new file changes. Pure."""

from collections.abc import Mapping

import polars as pl

from pipelines.quality.catalogue import checks
from pipelines.quality.effort import EFFORT_FACT
from pipelines.quality.judge import Judged, judge_histories

KEY = ["subject_kind", "subject_id"]


def with_histories(
    known: Mapping[str, pl.DataFrame], fresh: Mapping[str, pl.DataFrame], scope: pl.DataFrame
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """The fresh flags, outcomes and facts with those of checks on histories, and the scope they replace.

    `known` holds what is stored of whole athletes, `scope` the subjects that `fresh` is about (a null subject_id is
    every one of the kind). A subject that was not judged now, of which an earlier one that is new changes what is
    said, joins the scope with all its rows.
    """
    untouched = {name: _outside(known[name], scope) for name in ("flags", "check_outcomes", "facts")}
    plain = {name: rows.filter(~_of_history(rows)) for name, rows in untouched.items()}
    facts = pl.concat([plain["facts"], fresh["facts"]])
    found = _frames(judge_histories({**known, "facts": facts}))
    changed = _changed(untouched, found, scope)
    joined = pl.concat([scope, changed])
    added = {name: rows.join(joined, on=KEY, how="semi", maintain_order="left") for name, rows in found.items()}
    carried = {name: rows.join(changed, on=KEY, how="semi", maintain_order="left") for name, rows in plain.items()}
    return {name: pl.concat([fresh[name], carried[name], added[name]]) for name in found}, joined


def _frames(judged: Judged) -> dict[str, pl.DataFrame]:
    return {"flags": judged.flags, "check_outcomes": judged.check_outcomes, "facts": judged.facts}


def _of_history(rows: pl.DataFrame) -> pl.Expr:
    """Does a flag, outcome or fact come of a check on histories?"""
    if "fact" in rows.columns:
        return pl.col("fact") == EFFORT_FACT
    return pl.col("check_name").is_in([check.name for check in checks() if check.family.is_of_histories])


def _changed(
    untouched: Mapping[str, pl.DataFrame], found: Mapping[str, pl.DataFrame], scope: pl.DataFrame
) -> pl.DataFrame:
    """Subjects outside the scope of which the checks on histories now say something else: the columns of scope."""
    differing = []
    for name, columns in (("check_outcomes", ["check_name", "outcome"]), ("facts", ["fact", "fact_value"])):
        deciding = ["athlete_id", *KEY, *columns]
        was = untouched[name].filter(_of_history(untouched[name])).select(deciding)
        now = _outside(found[name], scope).select(deciding)
        differing += [
            now.join(was, on=deciding, how="anti", nulls_equal=True),
            was.join(now, on=deciding, how="anti", nulls_equal=True),
        ]
    return pl.concat([rows.select(scope.columns) for rows in differing]).unique(maintain_order=True)


def _outside(rows: pl.DataFrame, scope: pl.DataFrame) -> pl.DataFrame:
    """Rows of subjects that are not in the scope."""
    return rows.join(scope, on=KEY, how="anti", maintain_order="left").join(
        scope.filter(pl.col("subject_id").is_null()).select("subject_kind", "athlete_id").unique(),
        on=["subject_kind", "athlete_id"],
        how="anti",
        maintain_order="left",
    )
