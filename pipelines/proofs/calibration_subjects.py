"""Subjects of known truth with their expected error and how wrong they are: what calibration and its proof rest on.

What a sensor is off by at its best is not the generator's to say: where the generator makes it smaller than the
table of sources states, the rest is added as Gaussian error, so that both are of one size: to each subject sixteen
times, from all over the distribution, each a sixteenth of a subject. That part of an expected error is therefore
assumed and not measured; all others (sampling, what flags and gaps leave behind, faults nobody found) are measured.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import polars as pl

from pipelines.progress import SILENT, Progress
from pipelines.proofs.calibration_mixture import Group
from pipelines.proofs.cases import Batch, Tables, build
from pipelines.quality.judge import judge_alone
from pipelines.quality.verdicts import decide

SENSOR_SALT = 77
SENSOR_DRAWS = 16
OPEN = ("open", "trail", "indoor")
WORN = ("strap", "wrist", "unknown")
RECORDED = ("night", "morning")
VALUE, TRUTH = pl.col("fact_value"), pl.col("truth")
MS_PER_MIN = 60_000.0


@dataclass(frozen=True, kw_only=True)
class Measure:
    """How wrong a value is for a purpose: the fact that holds it, its truth, the error, and the sources it is known of.

    `stated` is the fact with what the sensor is off by at its best, `made` the truth with what the generator's is.
    """

    purpose: str
    kind: str
    fact: str
    truth: str
    error: pl.Expr
    sources: tuple[str, ...]
    stated: str | None = None
    made: str | None = None


def _of_hrv(purpose: str) -> Measure:
    return Measure(
        purpose=purpose,
        kind="beat_series",
        fact="ln_rmssd",
        truth="ln_rmssd",
        error=VALUE - TRUTH,
        sources=RECORDED,
    )


def _of_distance(purpose: str, fact: str, truth: str, error: pl.Expr) -> Measure:
    return Measure(
        purpose=purpose,
        kind="activity",
        fact=fact,
        truth=truth,
        error=error,
        sources=OPEN,
        stated="error_distance_source",
        made="sensor_fraction",
    )


def _of_heart_rate(purpose: str) -> Measure:
    return Measure(
        purpose=purpose,
        kind="activity",
        fact="mean_heart_rate_bpm",
        truth="mean_heart_rate_bpm",
        error=VALUE - TRUTH,
        sources=WORN,
        stated="error_heart_rate_source",
    )


MEASURES = (
    _of_hrv("hrv_day"),
    _of_hrv("hrv_baseline"),
    Measure(
        purpose="resting_hr",
        kind="beat_series",
        fact="mean_rr_ms",
        truth="mean_rr_ms",
        error=MS_PER_MIN / VALUE - MS_PER_MIN / TRUTH,
        sources=RECORDED,
        stated="error_heart_rate_source",
    ),
    _of_distance("distance", "distance_m", "distance_m", VALUE / TRUTH - 1),
    _of_distance("mean_pace", "mean_speed_m_per_s", "mean_speed_m_per_s", TRUTH / VALUE - 1),
    _of_heart_rate("load"),
    _of_heart_rate("hr_zones"),
)
"""The purposes the generator knows a truth for; of splits, fastest kilometres, decoupling, sleep and whatever a vendor
states it knows none, and their expected errors stay as they are."""

COLUMNS = (
    *("part", "fault", "severity", "purpose", "source", "flagged_share", "uncalibrated_error", "conformal_factor"),
    *("error_limit", "error", "weight", "half"),
)


def subjects(groups: Iterable[Group], *, seed: int, progress: Progress = SILENT, label: str) -> pl.DataFrame:
    """Rows of every subject and purpose whose value would be shown with an expected error: COLUMNS.

    `uncalibrated_error` is the expected error with a factor of one, `error` how wrong the value is, both in the unit of
    the purpose; `weight` of the rows of a subject add up to one, `half` (0 or 1) parts subjects in two. Values that are
    withheld for a hard violation or not assessable are left out, whatever their error.
    """
    listed = tuple(groups)
    counted = progress.over(listed, label=label, total=len(listed), unit="groups")
    return pl.concat([_group(group, seed=seed) for group in counted])


def _group(group: Group, *, seed: int) -> pl.DataFrame:
    batch = build(group.wishes, seed=seed, salt=group.salt)
    judged = judge_alone(batch.tables)
    known: Tables = {
        **batch.tables,
        "flags": judged.flags,
        "facts": judged.facts,
        "check_outcomes": judged.check_outcomes,
    }
    decided = decide(known).filter("is_assessable", ~pl.col("is_hard"), pl.col("expected_error").is_not_null())
    chance = np.random.default_rng([seed, group.salt, SENSOR_SALT, group.wishes[0].number])
    errors = _errors(batch, known["facts"], chance)
    own = decided.join(errors, on=["subject_id", "purpose", "source"], how="inner", maintain_order="left")
    return own.with_columns(
        pl.lit(group.part).alias("part"),
        pl.lit(group.fault).alias("fault"),
        (pl.col("expected_error") / pl.col("conformal_factor")).alias("uncalibrated_error"),
    ).select(COLUMNS)


def _errors(batch: Batch, facts: pl.DataFrame, chance: np.random.Generator) -> pl.DataFrame:
    """Rows of every subject, purpose and source: severity, error (not negative, in the unit of the purpose), weight."""
    truths = [(case.subject_ids[0], case.severity, *one) for case in batch.cases for one in case.truths.items()]
    cases = pl.DataFrame(truths, schema=["subject_id", "severity", "name", "truth"], orient="row")
    drawn = _drawn([case.subject_ids[0] for case in batch.cases], chance)
    found = []
    for measure in MEASURES:
        rows = facts.filter(fact=measure.fact, subject_kind=measure.kind).filter(VALUE > 0)
        rows = rows.join(cases.filter(name=measure.truth), on="subject_id").join(drawn, on="subject_id")
        if measure.stated is None:
            rows = rows.unique("subject_id", keep="first", maintain_order=True).with_columns(
                pl.lit(1.0).alias("weight")
            )
        rows = rows.join(_sensor(measure, facts, cases), on="subject_id", maintain_order="left")
        error = (measure.error + pl.col("drawn") * pl.col("sensor")).abs()
        found.append(
            rows.select(
                *("subject_id", "severity", "weight", "half"),
                pl.lit(measure.purpose).alias("purpose"),
                error.alias("error"),
            )
            .filter(pl.col("error").is_finite())
            .join(pl.DataFrame({"source": list(measure.sources)}), how="cross")
        )
    return pl.concat(found)


def _drawn(subject_ids: list[str], chance: np.random.Generator) -> pl.DataFrame:
    """SENSOR_DRAWS rows per subject: one standard deviate from each equal part of the distribution, weight and half."""
    count = len(subject_ids)
    parts = (np.arange(SENSOR_DRAWS) + chance.random((count, 1))) / SENSOR_DRAWS
    deviates = [NormalDist().inv_cdf(part) for part in np.clip(parts, LEAST_CHANCE, 1 - LEAST_CHANCE).ravel().tolist()]
    return pl.DataFrame(
        {
            "subject_id": np.repeat(subject_ids, SENSOR_DRAWS),
            "drawn": deviates,
            "weight": 1.0 / SENSOR_DRAWS,
            "half": np.repeat(np.arange(count) // 2 % 2, SENSOR_DRAWS),
        }
    )


LEAST_CHANCE = 1e-9  # keeps a deviate finite


def _sensor(measure: Measure, facts: pl.DataFrame, cases: pl.DataFrame) -> pl.DataFrame:
    """What has to be drawn beside the generator's own error so that a sensor is off by what is stated: `sensor`."""
    ids = cases.select("subject_id").unique()
    if measure.stated is None:
        return ids.with_columns(pl.lit(0.0).alias("sensor"))
    stated = facts.filter(fact=measure.stated, subject_kind=measure.kind).select(
        "subject_id", pl.col("fact_value").alias("stated")
    )
    made = cases.filter(pl.col("name") == (measure.made or "")).select("subject_id", pl.col("truth").alias("made"))
    left = pl.col("stated") ** 2 - pl.col("made").fill_null(0.0) ** 2
    return (
        ids.join(stated, on="subject_id")
        .join(made, on="subject_id", how="left")
        .select("subject_id", left.clip(0.0).sqrt().alias("sensor"))
    )
