"""The files of experiments in the inbox: where a plan lies, what is added to it, and the values it is made from."""

import csv
from datetime import date, timedelta
from pathlib import Path

from pipelines.errors import ConfigurationError
from pipelines.observations.experiments.planning import Question, plan, purpose_of
from pipelines.observations.experiments.series import chosen_series
from pipelines.paths import Home
from pipelines.readers.csv_file import csv_rows
from pipelines.readers.experiment_files import REPORT_COLUMNS, PlanFile, plans_in, report_name
from pipelines.readers.inbox import athlete_folders
from pipelines.warehouse.query import frame
from pipelines.warehouse.snapshot import open_snapshot


def planned_from_history(where: Home, asked: Question) -> tuple[PlanFile, float | None]:
    """The plan, and the share (fraction) of the variance that the expected errors make, where they are known."""
    with open_snapshot(where) as con:
        rows = frame(
            con,
            "queries/experiment_history.sql",
            athlete=asked.athlete,
            metric=asked.metric,
            purpose=purpose_of(asked.metric),
        ).to_dicts()
        reached = con.execute("select last_data_date from mart_athletes where folder = ?", [asked.athlete]).fetchone()
    series = None if reached is None or reached[0] is None else chosen_series(rows, until=reached[0])
    if reached is None or series is None:
        raise ConfigurationError(
            doing="planning an experiment for",
            where=asked.athlete,
            found=f"no usable value of {asked.metric} was published",
            remedy="Run `wattworth run` first, or choose another metric: "
            '`wattworth sql "select metric, count(*) from mart_observations group by metric"` counts them.',
        )
    variance = _variance([value for _, value in series.values])
    share = series.error_variance / variance if variance and series.error_variance is not None else None
    return plan(asked, series, until=reached[0]), share


def _variance(values: list[float]) -> float:
    mean = sum(values) / max(1, len(values))
    return sum((value - mean) ** 2 for value in values) / max(1, len(values) - 1)


def found(where: Home, experiment_id: str) -> tuple[Path, PlanFile]:
    """The folder and the plan of an experiment, by its file in the inbox."""
    for folder in athlete_folders(where.inbox):
        for planned in plans_in(folder):
            if planned.experiment_id == experiment_id:
                return folder, planned
    raise ConfigurationError(
        doing="looking for the experiment",
        where=experiment_id,
        found=f"no plan of that name lies in {where.inbox}",
        remedy="`wattworth experiment list` names those there are.",
    )


def append_word(folder: Path, planned: PlanFile, *, on: date, done: str, author: str, said: date) -> None:
    """Adds a row to the file of what was done."""
    path = folder / report_name(planned.experiment_id)
    is_new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if is_new:
            writer.writerow(REPORT_COLUMNS)
        writer.writerow((planned.experiment_id, on, done, author, said))


def refuse_overlap(folder: Path, made: PlanFile) -> None:
    """Two experiments of one athlete at once would each be the other's noise."""
    for other in plans_in(folder):
        reports = folder / report_name(other.experiment_id)
        is_stopped = reports.exists() and any(row.cells.get("did") == "stop" for row in csv_rows(reports))
        if (
            made.days
            and other.days
            and not is_stopped
            and made.start_date <= other.days[-1][0] + timedelta(days=other.lag_days)
            and other.start_date <= made.days[-1][0]
        ):
            raise ConfigurationError(
                doing="planning an experiment beside",
                where=other.experiment_id,
                found=f"that one lasts from {other.start_date} to {other.days[-1][0]}",
                remedy=f"Begin after it, or end it with `wattworth experiment stop {other.experiment_id}`.",
            )
