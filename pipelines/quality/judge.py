"""Judges many subjects at once: every check over the rows of its family, then the figures verdicts rest on. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from pipelines.quality import distances, effort, heart_rate, movement, rhythm
from pipelines.quality.activity_facts import activity_facts
from pipelines.quality.beat_facts import beat_facts
from pipelines.quality.catalogue import checks
from pipelines.quality.contract import Check, Family, Finding
from pipelines.quality.day_facts import daily_value_facts, night_facts
from pipelines.quality.place_facts import place_facts
from pipelines.quality.segments import SEGMENTS
from pipelines.quality.subjects import subjects
from pipelines.tables import conform, contract, empty

NEEDED = (
    *("activities", "pauses", "laps", "records", "beat_series", "beats", "nights", "daily_values"),
    *("athletes", "sleep_stages"),
)


CHECK = ("check_name", "check_version")
OF_HISTORIES = ("athletes", "activities", "beat_series")
"""What checks that hold a subject against the athlete's earlier ones need, besides facts."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What was found, in the columns of the tables of the same names."""

    flags: pl.DataFrame
    check_outcomes: pl.DataFrame
    facts: pl.DataFrame


def judge_alone(tables: Mapping[str, pl.DataFrame]) -> Judged:
    """Everything there is to say where the tables hold all there is of their athletes, such as one inspected file."""
    own = judge_subjects(tables)
    later = judge_histories({**tables, "facts": own.facts})
    parts = (own, later)
    return Judged(
        flags=pl.concat(part.flags for part in parts),
        check_outcomes=pl.concat(part.check_outcomes for part in parts),
        facts=pl.concat(part.facts for part in parts),
    )


def judge_subjects(tables: Mapping[str, pl.DataFrame]) -> Judged:
    """Flags, outcomes and facts of every activity, beat series, night and daily value in the tables.

    A table that is left out counts as empty; `sessions` may hold all activities of the athletes whose nights are
    judged. The result for a subject does not depend on the others in the batch, save that nights and daily values are
    compared with those of the same athlete before them. Checks on histories are left out: see `judge_histories`.
    """
    given = {name: tables[name] if name in tables else empty(name) for name in NEEDED}
    known = subjects(given)
    kinds = set(known["subject_kind"])
    wanted = tuple(check for check in checks() if not check.family.is_of_histories and check.subject_kind in kinds)
    measured = _measured({**given, **{name: tables[name] for name in ("sessions",) if name in tables}}, wanted)
    findings = {check.name: check.find(measured[check.family]) for check in wanted}
    return _judged(findings, known, lambda flags: _facts(given, measured, flags, kinds=kinds))


def judge_histories(tables: Mapping[str, pl.DataFrame]) -> Judged:
    """Flags, outcomes and facts of the checks that hold each activity or series against the athlete's earlier ones.

    `tables` holds athletes, all their activities and beat series, and the facts that `judge_subjects` found of them.
    Nothing looks ahead: a subject is judged anew only when an earlier one appears.
    """
    of_histories = tuple(check for check in checks() if check.family.is_of_histories)
    given = {name: tables[name] if name in tables else empty(name) for name in OF_HISTORIES}
    known = subjects({**{name: empty(name) for name in NEEDED}, **given})
    kinds = set(known["subject_kind"])
    measured = _measured({**given, "facts": tables["facts"]}, of_histories)
    findings = {check.name: check.find(measured[check.family]) for check in of_histories if check.subject_kind in kinds}
    return _judged(findings, known, lambda _: effort.effort_facts(measured[effort.FAMILY]))


def _judged(
    findings: Mapping[str, Finding], known: pl.DataFrame, facts_of: Callable[[pl.DataFrame], pl.DataFrame]
) -> Judged:
    flags = _flags(findings, known)
    owner = known.select("subject_kind", "subject_id", "athlete_id")
    return Judged(
        flags=conform(flags, "flags"),
        check_outcomes=conform(_outcomes(findings, known), "check_outcomes"),
        facts=conform(facts_of(flags).join(owner, on=["subject_kind", "subject_id"]), "facts"),
    )


def _measured(tables: Mapping[str, pl.DataFrame], wanted: tuple[Check, ...]) -> dict[Family, pl.DataFrame]:
    """The measured rows of each family; rows made by the same function are made once."""
    families = dict.fromkeys(check.family for check in wanted)
    rows = {function: function(tables) for function in dict.fromkeys(family.rows for family in families)}
    return {family: family.measure(rows[family.rows]) for family in families}


def _flags(findings: Mapping[str, Finding], known: pl.DataFrame) -> pl.DataFrame:
    """All failing segments, numbered within their subject and check, in order of time."""
    frames = [
        findings[check.name].segments.with_columns(
            pl.lit(check.family.subject_kind).alias("subject_kind"),
            pl.lit(check.name).alias("check_name"),
            pl.lit(check.version).alias("check_version"),
        )
        for check in checks()
        if check.name in findings and findings[check.name].segments.height
    ]
    key = ["subject_kind", "subject_id", "check_name"]
    found = pl.concat(frames) if frames else empty("flags").select(*SEGMENTS.names(), "subject_kind", *CHECK)
    numbered = found.with_columns(pl.int_range(pl.len()).over(key).alias("segment_index"))
    return numbered.join(
        known.select("subject_kind", "subject_id", "athlete_id"), on=["subject_kind", "subject_id"], how="inner"
    )


def _outcomes(findings: Mapping[str, Finding], known: pl.DataFrame) -> pl.DataFrame:
    """pass, fail or not_assessable for every subject and every check on its kind."""
    asked = [check for check in checks() if check.name in findings]
    of = {check.name: findings[check.name] for check in asked}
    rules = pl.DataFrame(
        [(check.subject_kind, check.name, check.version, check.why_not) for check in asked],
        schema={"subject_kind": pl.String, "check_name": pl.String, "check_version": pl.Int32, "usual_why": pl.String},
        orient="row",
    )
    whys = [(name, subject_id, why) for name, finding in of.items() for subject_id, why in finding.why_not.items()]
    failed = _named({name: finding.segments["subject_id"] for name, finding in of.items()}, "is_failed")
    assessed = _named({name: finding.assessed["subject_id"] for name, finding in of.items()}, "is_assessed")
    told = pl.DataFrame(
        whys, schema={"check_name": pl.String, "subject_id": pl.String, "own_why": pl.String}, orient="row"
    )
    rows = rules.join(known, on="subject_kind", maintain_order="left_right")
    for marks in (failed, assessed, told):
        rows = rows.join(marks, on=["check_name", "subject_id"], how="left", maintain_order="left")
    outcome = pl.when("is_failed").then(pl.lit("fail")).when("is_assessed").then(pl.lit("pass"))
    rows = rows.with_columns(outcome.otherwise(pl.lit("not_assessable")).alias("outcome"))
    why = pl.when(pl.col("outcome") == "not_assessable").then(pl.coalesce("own_why", "usual_why")).otherwise(pl.lit(""))
    return rows.with_columns(why.alias("why")).select(contract("check_outcomes").names())


def _named(subjects: Mapping[str, pl.Series], mark: str) -> pl.DataFrame:
    """Each pair of check_name and subject_id once, with `mark` true."""
    if not subjects:
        return pl.DataFrame(schema={"check_name": pl.String, "subject_id": pl.String, mark: pl.Boolean})
    names = [name for name, ids in subjects.items() for _ in range(ids.len())]
    pairs = pl.DataFrame([pl.Series("check_name", names, dtype=pl.String), pl.concat(list(subjects.values()))])
    return pairs.unique().with_columns(pl.lit(value=True).alias(mark))


def _facts(
    tables: Mapping[str, pl.DataFrame],
    measured: Mapping[Family, pl.DataFrame],
    flags: pl.DataFrame,
    *,
    kinds: set[str],
) -> pl.DataFrame:
    """Figures of every subject: subject_kind, subject_id, fact, fact_value, unit."""
    signals = pl.DataFrame(
        [(check.name, check.signal) for check in checks()], schema=["check_name", "signal"], orient="row"
    )
    parts = [night_facts(tables["nights"]), daily_value_facts(tables["daily_values"])]
    if "activity" in kinds:
        parts += [
            activity_facts(
                measured[movement.FAMILY],
                measured[heart_rate.FAMILY],
                distances=measured[distances.FAMILY],
                flags=flags.join(signals, on="check_name", how="left"),
                laps=tables["laps"],
            ),
            place_facts(measured[movement.FAMILY]),
        ]
    if "beat_series" in kinds:
        parts.append(beat_facts(measured[rhythm.FAMILY]))
    return pl.concat(parts)
