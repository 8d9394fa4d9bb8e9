"""What each answer changes in the warehouse and in the marts, and that it changes nothing else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from pipelines.observations.observe import observe
from pipelines.paths import Home, home
from pipelines.progress import SILENT
from pipelines.quality.stop import judge
from pipelines.readers.answers_rows import AnswerRow, append_answers
from pipelines.tables import conform
from pipelines.warehouse.content_hash import table_hashes
from pipelines.warehouse.intake import drop, recognise
from pipelines.warehouse.load import load
from pipelines.warehouse.open import Warehouse, open_warehouse
from pipelines.warehouse.query import insert
from pipelines.warehouse.queue import enqueue
from pipelines.warehouse.reading import read
from pipelines.warehouse.spread import athletes_named, spread_answers
from pipelines.warehouse.views import resting_on

SQUAD = "unassigned"
FIRST = date(2025, 3, 3)
DAYS = 56
RUN_DAYS = (1, 3, 6)
"""Tuesdays, Thursdays and Sundays."""
QUIET = range(35, 42)
"""A week without a run, though the ring was worn every night of it."""
UNWORN = range(44, 48)
"""Nights without the ring, with runs as ever."""
ARRIVED = {"answers", "inbox_files", "source_files"}
"""What every further file of answers changes by being there."""
ANSWERS = ("other", "chose_not_to", "life", "device", "travel", "ill")
"""Each takes the place of the one before, in an order in which what is restated is restated once."""
NOTED, MARKED = 30, 52
"""Days of a note of kind ill, and of how hard a run was and how it felt."""
OF_GAPS = {"questions", "gaps", "excused_days"}
OF_RANGES = {"baselines", "patterns", "restatements"}
MAY_CHANGE = {*ARRIVED, *OF_GAPS, *OF_RANGES, "observed_subjects", "notes", "wellness_answers"}
SEEN_GAPS = {"mart_questions", "mart_gaps", "mart_excused_days"}
SEEN_RANGES = {"mart_observations", "mart_patterns", "mart_restatements"}


def on(day: int) -> date:
    return FIRST + timedelta(days=day)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The state of the home after a run: a hash of every table and of every mart, and the rows of some."""

    tables: dict[str, str]
    marts: dict[str, str]
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
        f'{day},"{on(day):%b} {on(day).day}, {on(day).year}, 6:00:00 AM",Run,Run,1800,1800,5000'
        for day in range(DAYS)
        if on(day).weekday() in RUN_DAYS and day not in QUIET
    ]
    (folder / "activities.csv").write_text("\n".join([heads, *lines]) + "\n", encoding="utf-8")


def _first(warehouse: Warehouse) -> Shown:
    for step in (drop, recognise, read, load, judge, observe):
        step(warehouse, SQUAD, SILENT)
    return _shown(warehouse, None)


def _by_file(warehouse: Warehouse, before: Shown, row: AnswerRow) -> Shown:
    """Somebody puts a row into a file of answers in Bo's folder."""
    append_answers(warehouse.home.inbox / "bo", [row])
    for step in (drop, recognise, read, load):
        step(warehouse, SQUAD, SILENT)
    return _observed(warehouse, before)


def _by_rows(warehouse: Warehouse, before: Shown, *said: AnswerRow) -> Shown:
    """The same without the way of a file, which is the same for every row: they go where the reader would put them."""
    con = warehouse.con
    rows = con.sql("from answers order by row_index").pl()
    told = [
        {"about_id": row.id, "athlete_folder": row.athlete, "said_text": row.text}
        | {name: getattr(row, name) for name in ("kind", "about_date", "answer", "author", "said_on")}
        | {"row_index": rows.height + number, "line_number": rows.height + number + 2}
        for number, row in enumerate(said)
    ]
    owner = rows.head(1).select("athlete_id", "source_file_id")
    insert(con, "answers", conform(pl.DataFrame(told).join(owner, how="cross"), "answers"))
    spread_answers(con)
    enqueue(warehouse, "observe", athletes_named(con, owner["source_file_id"].to_list()))
    return _observed(warehouse, before)


def _observed(warehouse: Warehouse, before: Shown) -> Shown:
    """Words of a person are judged by nothing: what is to be judged goes on as it is."""
    warehouse.con.execute("update work_queue set stop = 'observe' where stop = 'judge'")
    observe(warehouse, SQUAD, SILENT)
    return _shown(warehouse, before)


def _shown(warehouse: Warehouse, before: Shown | None) -> Shown:
    con = warehouse.con
    tables = table_hashes(con)
    moved = MAY_CHANGE if before is None else _changed(before.tables, tables)
    total = "select count(*) || ' ' || coalesce(sum(hash(rows)::hugeint), 0)"
    marts = {
        name: con.execute(f"{total} from {name} as rows").fetchone()[0]
        for name in resting_on(moved)
        if name.startswith("mart_")
    }
    rows = ("questions", "gaps", "baselines", "excused_days", "patterns", "restatements")
    return Shown(
        tables=tables,
        marts=marts if before is None else before.marts | marts,  # one that rests on none of them cannot differ
        rows={name: con.sql(f"from {name} order by all").pl() for name in rows},
    )


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
        opened.con.execute("set threads = 1")  # two of them look for work longer than they do any
        yield opened


@pytest.fixture(scope="module")
def shown(warehouse: Warehouse) -> dict[str, Shown]:
    """The home before any answer, after each one, then after a note of kind ill, then after two marks."""
    found = {"": _first(warehouse)}
    question = found[""].rows["questions"].filter(pl.col("signal") == "training").to_dicts()[0]
    other, *more = (_answer(question, answer, _said_on(answer)) for answer in ANSWERS)
    found["other"] = _by_file(warehouse, found[""], other)
    for row in more:
        found[row.answer] = _by_rows(warehouse, [*found.values()][-1], row)
    own = AnswerRow(kind="note", athlete="anna", author="coach", about_date=on(NOTED), answer="ill", said_on=on(DAYS))
    found["note"] = _by_rows(warehouse, found["ill"], replace(own, text="A cold"))
    rpe = replace(own, kind="rpe", about_date=on(MARKED), answer="7")
    found["marks"] = _by_rows(warehouse, found["note"], rpe, replace(rpe, kind="feel", answer="2"))
    return found


def _said_on(answer: str) -> date:
    return on(DAYS) + timedelta(days=ANSWERS.index(answer))


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

    assert _changed(before.tables, after.tables) == {*ARRIVED, "observed_subjects", "questions"}
    assert _changed(before.marts, after.marts) == {"mart_questions", "mart_source_files", "mart_formats"}


@pytest.mark.parametrize(
    ("then", "now", "tables", "marts"),
    [
        ("other", "chose_not_to", OF_GAPS, SEEN_GAPS),
        ("other", "life", OF_GAPS, SEEN_GAPS),
        ("other", "device", OF_GAPS, SEEN_GAPS),
        ("other", "travel", OF_GAPS | OF_RANGES, SEEN_GAPS | SEEN_RANGES),
        ("other", "ill", OF_GAPS | OF_RANGES, SEEN_GAPS | SEEN_RANGES),
        ("travel", "ill", {*OF_GAPS, "patterns"}, {*SEEN_GAPS, "mart_patterns"}),
        (
            "ill",
            "note",
            {"notes", "excused_days"} | OF_RANGES,
            {"mart_notes", "mart_excused_days", "mart_daily_coverage"} | SEEN_RANGES,
        ),
        ("note", "marks", {"wellness_answers"}, {"mart_wellness"}),
    ],
)
def test_what_is_said_changes_exactly_what_rests_on_it(
    shown: dict[str, Shown], then: str, now: str, tables: set[str], marts: set[str]
) -> None:
    before, after = shown[then], shown[now]

    assert _changed(before.tables, after.tables) == {"answers", *tables}
    assert _changed(before.marts, after.marts) == marts


@pytest.mark.parametrize("answer", ANSWERS[1:])
def test_an_answer_excuses_the_gap_it_is_about_and_no_other(shown: dict[str, Shown], answer: str) -> None:
    before, after = shown["other"].rows["gaps"], shown[answer].rows["gaps"]

    words = f"answered {answer.replace('_', ' ')} by coach on {_said_on(answer)}"
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


def test_a_day_noted_as_ill_leaves_every_range_after_it_and_none_before(shown: dict[str, Shown]) -> None:
    before, after = (shown[state].rows["baselines"] for state in ("ill", "note"))

    dates = _moved(before, after)["baseline_date"]
    assert set(dates) == {day for day in after["baseline_date"] if day > on(NOTED)}


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_pattern_names_an_answer_near_it_as_it_does_a_note(shown: dict[str, Shown], answer: str) -> None:
    found = shown[answer].rows["patterns"].filter(pl.col("pattern") == "trend_ln_rmssd")

    told = [line for line in found["doubts"][0] if "answer" in line]
    is_of_the_body = answer in {"travel", "ill"}
    assert told == [f"an answer about 6 days up to {on(41)} says {answer}"] * is_of_the_body


def test_what_was_chosen_stays_in_the_plan_and_the_other_reasons_leave_it(shown: dict[str, Shown]) -> None:
    leaves = {answer: set(shown[answer].rows["excused_days"]["leaves_plan"]) for answer in ANSWERS}

    assert leaves == {"other": set(), "chose_not_to": {False}} | {answer: {True} for answer in ANSWERS[2:]}


def test_a_range_of_a_past_date_that_an_answer_changes_is_told_with_that_cause(shown: dict[str, Shown]) -> None:
    told = shown["ill"].rows["restatements"]

    assert set(told["cause"]) == {"answer_given"}
    assert set(told["what"]) == {"usual_range"}
