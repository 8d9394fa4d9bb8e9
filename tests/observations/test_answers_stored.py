"""What each answer changes in the warehouse and in the marts, and that it changes nothing else."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from pipelines.observations.observe import observe
from pipelines.paths import Home, home
from pipelines.progress import SILENT
from pipelines.quality.stop import judge
from pipelines.readers.answers_rows import AnswerRow, append_answers
from pipelines.warehouse.content_hash import table_hashes
from pipelines.warehouse.intake import drop, recognise
from pipelines.warehouse.load import load
from pipelines.warehouse.open import Warehouse, open_warehouse
from pipelines.warehouse.reading import read
from pipelines.warehouse.views import packaged_views

SQUAD = "unassigned"
FIRST = date(2026, 3, 2)
DAYS = 56
RUN_DAYS = (1, 3, 6)
"""Tuesdays, Thursdays and Sundays."""
QUIET = range(35, 42)
"""A week without a run, though the ring was worn every night of it."""
UNWORN = range(44, 48)
"""Nights without the ring, with runs as ever."""
ARRIVED = {"answers", "inbox_files", "source_files", "observed_subjects"}
"""What every further file of answers changes by being there."""
ANSWERS = ("other", "chose_not_to", "ill")


def on(day: int) -> date:
    return FIRST + timedelta(days=day)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The state of the home after a run."""

    tables: dict[str, str]
    marts: dict[str, str]
    """Of those that read a table an answer may change; no other one can differ."""
    rows: dict[str, pl.DataFrame]


def _ring(folder: Path) -> None:
    heads = "date,Total Sleep Duration,Bedtime Start,Bedtime End,Lowest Resting Heart Rate,Average HRV"
    lines = [
        f"{on(day)},{26_000 + 400 * (day % 5)},{on(day - 1)}T22:40:00.000+00:00,{on(day)}T06:40:00.000+00:00,"
        f"{50 + 7 * (day in QUIET) + day % 3},{60 - 20 * (day in QUIET) + day % 4}"
        for day in range(DAYS)
        if day not in UNWORN
    ]
    (folder / "oura_trends.csv").write_text("\n".join([heads, *lines]) + "\n", encoding="utf-8")


def _runs(folder: Path) -> None:
    heads = "Activity ID,Activity Date,Activity Name,Activity Type,Elapsed Time,Moving Time,Distance"
    lines = [
        f'{day},"{on(day):%b} {on(day).day}, 2026, 6:00:00 AM",Run,Run,1800,1800,5000'
        for day in range(DAYS)
        if on(day).weekday() in RUN_DAYS and day not in QUIET
    ]
    (folder / "activities.csv").write_text("\n".join([heads, *lines]) + "\n", encoding="utf-8")


def _run(warehouse: Warehouse, *, is_first: bool = False) -> Shown:
    for step in (drop, recognise, read, load):
        step(warehouse, SQUAD, SILENT)
    if is_first:
        judge(warehouse, SQUAD, SILENT)
    else:  # words of a person are judged by nothing: what is to be judged goes on as it is
        warehouse.con.execute("update work_queue set stop = 'observe' where stop = 'judge'")
    observe(warehouse, SQUAD, SILENT)
    con = warehouse.con
    total = "select count(*) || ' ' || coalesce(sum(hash(rows)::hugeint), 0)"
    rows = ("questions", "gaps", "baselines", "excused_days", "restatements")
    return Shown(
        tables=table_hashes(con),
        marts={name: con.execute(f"{total} from {name} as rows").fetchone()[0] for name in _marts_that_may_differ()},
        rows={name: con.sql(f"from {name} order by all").pl() for name in rows},
    )


def _marts_that_may_differ() -> list[str]:
    """Marts that read, directly or by way of others, anything that an answer may change."""
    found = {*ARRIVED, "questions", "gaps", "excused_days", "baselines", "restatements"}
    views = packaged_views()
    for view, text in views.items():  # each stands behind those it reads
        if found & set(re.findall(r"\w+", text)):
            found.add(view)
    return sorted(name for name in found if name.startswith("mart_"))


def _answer(question: dict[str, object], answer: str, said: date) -> AnswerRow:
    about = question["start_date"]
    row = {"kind": "question", "athlete": "anna", "about_date": about, "answer": answer, "author": "coach"}
    return AnswerRow(id=str(question["question_id"]), said_on=said, **row)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory, with_database: Callable[[Home], Home]) -> Iterator[Warehouse]:
    """Anna with her ring and her runs; Bo, in whose folder answers about her lie."""
    with open_warehouse(with_database(home(tmp_path_factory.mktemp("answers") / "home")), owner="test") as opened:
        for folder in ("anna", "bo"):
            (opened.home.inbox / folder).mkdir(parents=True)
        _ring(opened.home.inbox / "anna")
        _runs(opened.home.inbox / "anna")
        yield opened


@pytest.fixture(scope="module")
def shown(warehouse: Warehouse) -> dict[str, Shown]:
    """The home before any answer, and after each one, every one taking the place of the one before."""
    found = {"": _run(warehouse, is_first=True)}
    question = found[""].rows["questions"].filter(pl.col("signal") == "training").to_dicts()[0]
    for number, answer in enumerate(ANSWERS):
        row = _answer(question, answer, on(DAYS) + timedelta(days=number))
        append_answers(warehouse.home.inbox / "bo", [row])
        found[answer] = _run(warehouse)
    return found


def _changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in after if after[name] != before[name]}


def _moved(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    return after.join(before, on=after.columns, how="anti", nulls_equal=True)


def test_a_week_without_a_run_and_nights_without_the_ring_are_one_question_each(shown: dict[str, Shown]) -> None:
    asked = shown[""].rows["questions"].sort("start_date").select("signals", "start_date", "end_date", "state")

    assert asked.rows() == [
        (["training"], on(36), on(41), "open"),
        (["night", "hrv", "resting_heart_rate"], on(44), on(47), "open"),
    ]


def test_an_answer_other_is_noted_and_changes_nothing_else(shown: dict[str, Shown]) -> None:
    before, after = shown[""], shown["other"]

    assert _changed(before.tables, after.tables) == {*ARRIVED, "questions"}
    assert _changed(before.marts, after.marts) == {"mart_questions", "mart_source_files", "mart_formats"}


@pytest.mark.parametrize(
    ("answer", "tables", "marts"),
    [
        ("chose_not_to", set(), set()),
        ("ill", {"baselines", "restatements"}, {"mart_observations", "mart_restatements"}),
    ],
)
def test_an_answer_changes_exactly_what_rests_on_it(
    shown: dict[str, Shown], answer: str, tables: set[str], marts: set[str]
) -> None:
    before, after = shown["other"], shown[answer]

    of_gaps = {"questions", "gaps", "excused_days"}
    assert _changed(before.tables, after.tables) == {*ARRIVED, *of_gaps, *tables}
    of_files = {"mart_source_files", "mart_formats"}
    assert _changed(before.marts, after.marts) == {*of_files, *(f"mart_{name}" for name in of_gaps), *marts}


@pytest.mark.parametrize("answer", ANSWERS[1:])
def test_an_answer_excuses_the_gap_it_is_about_and_no_other(shown: dict[str, Shown], answer: str) -> None:
    before, after = shown["other"].rows["gaps"], shown[answer].rows["gaps"]

    words = f"answered {answer.replace('_', ' ')} by coach on {on(DAYS) + timedelta(days=ANSWERS.index(answer))}"
    assert _moved(before, after).select("signal", "start_date", "cause", "evidence").rows() == [
        ("training", on(36), "excused", words)
    ]
    assert _moved(after, before).height == 1


def test_days_of_illness_leave_every_range_after_them_and_none_before(shown: dict[str, Shown]) -> None:
    key = ["metric", "baseline_date"]
    both = shown["other"].rows["baselines"].join(shown["ill"].rows["baselines"], on=key, suffix="_ill")

    sleep = both.filter(pl.col("metric") == "sleep_duration")
    left_out = sleep.select("baseline_date", fewer=pl.col("day_count") - pl.col("day_count_ill")).rows()
    assert left_out == [(day, max(0, min(6, (day - on(36)).days))) for day, _ in left_out]
    early = both.filter(pl.col("baseline_date") <= on(36))
    assert early["median"].equals(early["median_ill"], null_equal=True)
    assert set(_moved(shown["other"].rows["baselines"], shown["ill"].rows["baselines"])["baseline_date"]) <= {
        on(day) for day in range(37, DAYS + 1)
    }


def test_what_was_chosen_stays_in_the_plan_and_illness_leaves_it(shown: dict[str, Shown]) -> None:
    leaves = {answer: set(shown[answer].rows["excused_days"]["leaves_plan"]) for answer in ANSWERS}

    assert leaves == {"other": set(), "ill": {True}, "chose_not_to": {False}}


def test_a_range_of_a_past_date_that_an_answer_changes_is_told_with_that_cause(shown: dict[str, Shown]) -> None:
    told = shown["ill"].rows["restatements"]

    assert set(told["cause"]) == {"answer_given"}
    assert set(told["what"]) == {"usual_range"}
