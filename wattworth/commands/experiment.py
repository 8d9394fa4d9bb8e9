"""`wattworth experiment`: put a question to chance with one athlete; plans and what was done are files in the inbox."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from pipelines.errors import ConfigurationError
from pipelines.observations.experiments.planning import ADHERENCE, LAG_DAYS, WASHOUT_DAYS, Question
from pipelines.observations.experiments.words import METRICS, stored
from pipelines.observations.metrics import METRICS as OBSERVED
from pipelines.paths import Home
from pipelines.readers.athlete_card import look_at_card
from pipelines.readers.experiment_files import plan_name, plan_text
from pipelines.warehouse.query import fetched, frame
from pipelines.warehouse.snapshot import open_snapshot
from wattworth.experiment_in_words import print_plan, print_standing
from wattworth.experiment_inbox import append_word, found, planned_from_history, refuse_overlap
from wattworth.options import HomeOption, InboxOption, JsonOption, located
from wattworth.printing import print_json, print_line, print_table
from wattworth.said import AuthorOption, SaidOption, folder_of, one_of, said_on

app = typer.Typer(no_args_is_help=True, add_completion=False)

DAY = "%Y-%m-%d"
WEEKS_MAXIMUM, WASHOUT_MAXIMUM, LAG_MAXIMUM = 52, 14, 3
DID = ("a", "b", "neither")


@app.callback()
def experiment() -> None:
    """Put a question to chance: plan from the athlete's own days, say what was done, read the result at the end."""


@app.command("plan")
def plan_one(
    athlete: Annotated[str, typer.Argument(help="Name of the athlete's folder in the inbox.")],
    *,
    question: Annotated[str, typer.Option(help="What you want to know, in your own words.")],
    a: Annotated[str, typer.Option("--a", help="What is done on days of condition A.")],
    b: Annotated[str, typer.Option("--b", help="What is done on days of condition B.")],
    metric: Annotated[str, typer.Option(help=f"The one thing it is decided by: {', '.join(METRICS)}.")],
    smallest: Annotated[
        float, typer.Option(help="Smallest difference worth knowing: bpm, minutes asleep, or percent of RMSSD.")
    ],
    weeks: Annotated[int, typer.Option(min=1, max=WEEKS_MAXIMUM, help="Weeks there are.")],
    washout: Annotated[
        int, typer.Option(min=0, max=WASHOUT_MAXIMUM, help="Days between conditions on which nothing counts.")
    ] = WASHOUT_DAYS,
    lag: Annotated[
        int, typer.Option(min=0, max=LAG_MAXIMUM, help="Days to the value: 1 is the next morning.")
    ] = LAG_DAYS,
    adherence: Annotated[
        float, typer.Option(min=0.5, max=1.0, help="Share of days you expect to be done as scheduled.")
    ] = ADHERENCE,
    start: Annotated[datetime | None, typer.Option(formats=[DAY], help="First day; else tomorrow there.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the order; else made from your words.")] = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
    inbox: InboxOption = None,
) -> None:
    """Plan an experiment, or hear why it cannot answer: both are written down and end with exit code 0.

    How many pairs it takes is worked out from the athlete's own usable values. Below a power of 0.6 there is no
    schedule but what would make the question answerable. Else the schedule is a file in the athlete's folder.
    """
    where = located(home, inbox)
    folder = folder_of(where, athlete)
    today = said_on(where, athlete, None)
    asked = Question(
        athlete=athlete,
        question=_words(question, "--question"),
        condition_a=_words(a, "--a"),
        condition_b=_words(b, "--b"),
        metric=one_of(tuple(METRICS), metric),
        smallest_effect=_smallest(smallest, one_of(tuple(METRICS), metric)),
        smallest_effect_percent=smallest if one_of(tuple(METRICS), metric) == "ln_rmssd" else None,
        week_count=weeks,
        start=start.date() if start else today + timedelta(days=1),
        planned_on=today,
        washout_days=washout,
        lag_days=lag,
        adherence=adherence,
        seed=seed,
        is_simulated=bool(look_at_card(folder).card.simulated),
    )
    if asked.start <= today:
        raise _wrong("--start", f"{asked.start} is not after {today}", "Begin tomorrow or later: it is planned first.")
    made, error_share = planned_from_history(where, asked)
    path = folder / plan_name(made.experiment_id)
    if not path.exists():
        refuse_overlap(folder, made)
        path.write_text(plan_text(made), encoding="utf-8")
    if as_json:
        print_json({**asdict(made), "path": str(path)})
    else:
        print_plan(made, error_share=error_share, path=path)


@app.command()
def did(
    experiment_id: Annotated[str, typer.Argument(metavar="ID", help="The experiment.")],
    on: Annotated[datetime, typer.Argument(metavar="DATE", formats=[DAY], help="The day it is about.")],
    what: Annotated[str, typer.Argument(metavar="A|B|neither", help="What was done.")],
    *,
    author: AuthorOption = "coach",
    said: SaidOption = None,
    home: HomeOption = None,
    inbox: InboxOption = None,
) -> None:
    """Say what was done on a day; the last word on a day counts. Days nobody speaks of do not count."""
    where = located(home, inbox)
    folder, planned = found(where, experiment_id)
    done = one_of(DID, what)
    day = on.date()
    if day not in {one for one, _, condition in planned.days if condition != "washout"}:
        raise _wrong(str(day), "no day of A or B of this experiment", f"`wattworth experiment show {experiment_id}`.")
    told_on = said_on(where, folder.name, said)
    append_word(folder, planned, on=day, done=done if done == "neither" else done.upper(), author=author, said=told_on)
    print_line(f"Noted for {day}: {what}. The next `wattworth run` takes it in.")


@app.command()
def stop(
    experiment_id: Annotated[str, typer.Argument(metavar="ID", help="The experiment.")],
    *,
    author: AuthorOption = "coach",
    home: HomeOption = None,
    inbox: InboxOption = None,
) -> None:
    """End an experiment before its time. It has no result then, and never will."""
    where = located(home, inbox)
    folder, planned = found(where, experiment_id)
    today = said_on(where, folder.name, None)
    if not planned.days or today > planned.days[-1][0] + timedelta(days=planned.lag_days):
        raise _wrong(experiment_id, "it is over, or never began", "A result cannot be taken back.")
    append_word(folder, planned, on=max(today, planned.start_date), done="stop", author=author, said=today)
    print_line(f"Stopped {planned.experiment_id}: it has no result. The next `wattworth run` takes it in.")


@app.command("list")
def list_all(
    *,
    athlete: Annotated[str | None, typer.Option(help="Only of the athlete of this folder.")] = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Every experiment with its state; a running one shows counts only."""
    rows = [row for row in _standings(located(home)) if athlete in {None, row["folder"]}]
    if as_json:
        print_json(rows)
    elif not rows:
        print_line("No experiment. `wattworth experiment plan` makes one.")
    else:
        columns = ("experiment_id", "display_name", "state", "start_date", "end_date", "question", "words")
        print_table(columns, ([row[name] for name in columns] for row in rows))


@app.command()
def show(
    experiment_id: Annotated[str, typer.Argument(metavar="ID", help="The experiment.")],
    *,
    as_json: JsonOption = False,
    home: HomeOption = None,
    inbox: InboxOption = None,
) -> None:
    """One experiment: its plan day by day, what was done, and its result once it is over."""
    where = located(home, inbox)
    row = next((one for one in _standings(where) if one["experiment_id"] == experiment_id), None)
    if row is None:
        _, planned = found(where, experiment_id)
        if as_json:
            print_json({**asdict(planned), "days": [list(day) for day in planned.days]})
        else:
            print_plan(planned, error_share=None, path=None)
        return
    days = _days(where, experiment_id)
    if as_json:
        print_json({**row, "schedule": days})
    else:
        print_standing(row, days)


def _days(where: Home, experiment_id: str) -> list[dict[str, Any]]:
    """The published days of an experiment, in order."""
    with open_snapshot(where) as con:
        query = "from mart_experiment_days where experiment_id = ? order by day_date"
        return fetched(con.execute(query, [experiment_id])).to_dicts()


def _standings(where: Home) -> list[dict[str, Any]]:
    with open_snapshot(where) as con:
        return frame(con, "queries/listed_experiments.sql").to_dicts()


def _smallest(number: float, metric: str) -> float:
    if not number > 0.0:
        raise _wrong("--smallest", f"{number} is not above 0", "Say the smallest difference that would matter to you.")
    return stored(number, OBSERVED[metric].unit)


def _words(text: str, option: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise _wrong(option, "it is empty", "Say it in your own words.")
    return words


def _wrong(where: str, found: str, remedy: str) -> ConfigurationError:
    return ConfigurationError(doing="reading", where=where, found=found, remedy=remedy)
