"""What there is to score of each task, how the naive rivals do on it, and why nothing where there is nothing.

So a task without enough to go by stands in the results with its reason, and not as an empty line. What does not belong
here: a model.
"""

import hashlib

import polars as pl

from pipelines.costs.model_input import Input
from pipelines.models.evaluate import FIRST_ORIGIN_DAYS, REFIT_DAYS, coach_error, is_scored, origins_of, rivals_of
from pipelines.models.task import KEY, Task
from pipelines.tables import conform
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import insert, transaction


def note(warehouse: Warehouse, squad: str, task: Task, found: Input) -> None:
    """Stores the state of a task and the errors of its rivals; nothing is done while its input is as it was."""
    con = warehouse.con
    state = hashlib.sha256("|".join((found.fingerprint, *task.rivals)).encode()).hexdigest()
    query = "select 1 from task_states where squad = ? and task = ? and input_state = ?"
    if con.execute(query, [squad, task.name, state]).fetchone():
        return
    rows = task.rows(found.days).filter(pl.col("target").is_not_null())
    scorable = _scorable(task, rows, found)
    of = {"squad": squad, "task": task.name}
    row = {
        **of,
        "input_state": state,
        "observed_count": rows.height,
        "history_count": rows.filter("has_history").height,
        "scorable_count": scorable.height,
        "athlete_count": scorable["athlete_id"].n_unique(),
        "why_not": why_not(task, rows, scorable, found),
    }
    with transaction(con, "settle"):
        for table in ("task_states", "rival_scores"):
            con.execute(f"delete from {table} where squad = ? and task = ?", [squad, task.name])  # noqa: S608 - ours
        insert(con, "task_states", conform(pl.DataFrame([row]), "task_states"))
        if scorable.height:
            scores = [{**of, **_score(task, scorable, rival)} for rival in rivals_of(scorable)]
            insert(con, "rival_scores", conform(pl.DataFrame(scores), "rival_scores"))


def why_not(task: Task, rows: pl.DataFrame, scorable: pl.DataFrame, found: Input) -> str:
    """Why nothing of a task can be scored, in words; empty when something can.

    `rows` are those of `Task.rows` with a target, `scorable` those of them that every rival can estimate in time.
    """
    one, many = task.counted
    if scorable.height:
        return ""
    if rows.is_empty():
        spoiled = _count(found.left_out_count, "value is", "values are")
        return f"no {one} was found in what was observed" + (f"; {spoiled} not usable" if found.left_out_count else "")
    seen = _count(rows.height, one, many)
    if not rows["has_history"].any():
        return f"{seen}, none of them with {task.history}"
    late = rows.filter("has_history", _is_late(rows))
    if late.is_empty():
        return f"{seen}, none of them behind the first {FIRST_ORIGIN_DAYS} days, which are there to fit on"
    return f"{seen}, none of which every naive rival can estimate"


def _scorable(task: Task, rows: pl.DataFrame, found: Input) -> pl.DataFrame:
    """Key, target and the estimate of each rival of the rows behind the first origin that all of them can estimate."""
    late = rows.filter(is_scored(), _is_late(rows)).select(*KEY)
    return task.rival_rows(found.days).join(late, on=KEY, how="semi").drop_nulls().sort(KEY)


def _is_late(rows: pl.DataFrame) -> pl.Expr:
    origins = origins_of(rows, REFIT_DAYS)
    return pl.col("day_date") >= origins[0] if origins else pl.lit(value=False)


def _score(task: Task, scorable: pl.DataFrame, rival: str) -> dict[str, object]:
    return {
        "rival": rival,
        "mean_absolute_error": scorable.select((pl.col(rival) - pl.col("target")).abs().mean()).item(),
        "unit": task.unit,
        "coach_error": coach_error(scorable, rival, task.coach_unit),
        "coach_unit": task.coach_unit.unit,
    }


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
