"""What judging the data was worth: the same nights estimated from usable values alone, and from all values.

The nights are usable ones both times; what differs is what a model was fitted on and what it was told. What does not
belong here: what the judging cost, which the ledger knows.
"""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from pipelines.costs import model_job
from pipelines.costs.model_input import SEED, Input, Job
from pipelines.models.bootstrap import drawn_means, interval
from pipelines.models.evaluate import coach_error, rivals_of
from pipelines.models.task import KEY, Task
from pipelines.tables import conform
from pipelines.warehouse.connect import Connection
from pipelines.warehouse.query import insert

BEST_RIVAL = "best naive rival"
"""How the rival is called where a model would stand."""


def store(
    con: Connection, job: Job, scratch: Path, *, nights: pl.DataFrame, found: Input, facts: Mapping[str, object]
) -> None:
    """Stores the row of the job and that of the best rival; `nights` as from `same_nights`, at least one.

    When nothing is spoiled there is no difference to be found: the row says so, with no gain. A job that was not
    estimated from all values, though some are spoiled, has no row.
    """
    about = {
        "squad": facts["squad"],
        "task": job.task.name,
        "spoiled_count": found.spoiled_count,
        "coach_unit": job.task.coach_unit.unit,
        "unit": job.task.unit,
        "is_simulated": facts["is_simulated"],
    }
    best = best_rival(nights)
    ways: tuple[tuple[str, str | None, str, Path], ...] = (
        (BEST_RIVAL, None, best, model_job.all_rival_estimates(scratch, job.task.name)),
        (job.model.name, job.job_id, "estimate", model_job.all_estimates(scratch, job.job_id)),
    )
    for model, job_id, column, path in ways:
        if path.is_file():
            every = pl.read_parquet(path).select(*KEY, all_values=column).drop_nulls()
            both = nights.join(every, on=KEY, how="inner").sort(KEY)
        elif found.spoiled_count == 0:
            both = nights.with_columns(all_values=pl.col(column))
        else:
            continue
        row = {**about, "model": model, "job_id": job_id, **compared(both, column, best, job.task, found.spoiled_count)}
        identity = [about["squad"], about["task"], model]
        con.execute("delete from quality_worth where squad = ? and task = ? and model = ?", identity)
        insert(con, "quality_worth", conform(pl.DataFrame([row]), "quality_worth"))


def best_rival(nights: pl.DataFrame) -> str:
    """The rival with the smallest mean absolute error."""
    return min(rivals_of(nights), key=lambda name: (nights[name] - nights["target"]).abs().mean() or 0.0)


def compared(both: pl.DataFrame, column: str, best: str, task: Task, spoiled_count: int) -> dict[str, object]:
    """Errors both ways on the nights of `both`, and the gain in skill with its interval; null where nothing differs."""
    counts: dict[str, object] = {"athlete_count": both["athlete_id"].n_unique(), "night_count": both.height}
    if both.is_empty():
        return counts
    columns = list(dict.fromkeys((column, "all_values", best)))
    losses = both.with_columns((pl.col(columns) - pl.col("target")).abs())
    means = dict(zip(columns, losses.select(pl.col(columns).mean()).row(0), strict=True))
    row: dict[str, object] = {
        **counts,
        "usable_mean_absolute_error": means[column],
        "all_mean_absolute_error": means["all_values"],
        "rival_mean_absolute_error": means[best],
        "usable_coach_error": coach_error(both, column, task.coach_unit),
        "all_coach_error": coach_error(both, "all_values", task.coach_unit),
    }
    if spoiled_count == 0 or not means[best]:
        return row
    drawn = drawn_means(losses, columns, seed=SEED)
    told = {name: drawn[:, position] for position, name in enumerate(columns)}
    lower, upper = interval((told["all_values"] - told[column]) / told[best])
    return row | {
        "gain_fraction": (means["all_values"] - means[column]) / means[best],
        "gain_lower_fraction": lower,
        "gain_upper_fraction": upper,
    }
