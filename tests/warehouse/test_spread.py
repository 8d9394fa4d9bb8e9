"""Rows of files of answers reach the athletes they name, and go with them."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from pipelines.observations.questions_unknown import note_unknown_names
from pipelines.readers.answers_rows import AnswerRow, not_there_yet
from pipelines.readers.wattworth_answers import FILE_NAME
from pipelines.tables import conform
from pipelines.warehouse.forget import forget
from pipelines.warehouse.invariants import violations
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import insert
from pipelines.warehouse.spread import athletes_named, spread_answers

ANNA, BO = 1, 2
SAID = date(2026, 3, 3)


def _rows(warehouse: Warehouse, table: str, *rows: dict) -> None:
    insert(warehouse.con, table, conform(pl.DataFrame(list(rows), infer_schema_length=None), table))


def _answer(number: int, **cells) -> dict:
    plain = {"kind": "note", "about_id": "", "athlete_folder": "anna", "about_date": date(2026, 3, 1), "answer": "ill"}
    said = {"said_text": "A cold", "author": "coach", "said_on": SAID}
    owner = {"athlete_id": BO, "source_file_id": "b0", "row_index": number, "line_number": number + 2}
    return {**plain, **said, **owner, **cells}


@pytest.fixture
def two(warehouse: Warehouse) -> Warehouse:
    """Anna and Bo, and a file of answers in Bo's folder."""
    names = {"anna": ANNA, "bo": BO}
    who = {"squad": "road", "time_zone": "UTC", "is_simulated": True}
    _rows(warehouse, "athletes", *({"athlete_id": n, "folder": f, "display_name": f, **who} for f, n in names.items()))
    file = {"source_file_id": "b0", "sha256": "b0", "athlete_id": BO, "path": FILE_NAME, "size_bytes": 9}
    _rows(warehouse, "source_files", {**file, "status": "loaded", "is_partial": False})
    return warehouse


def test_notes_and_marks_go_to_the_athlete_they_name_and_the_latest_mark_counts(two: Warehouse) -> None:
    marks = [("4", SAID), ("7", date(2026, 3, 5)), ("6", date(2026, 3, 4))]
    rpe = [_answer(n, kind="rpe", answer=answer, said_on=on, said_text="") for n, (answer, on) in enumerate(marks)]
    feel = _answer(3, kind="feel", answer="2", athlete_folder="bo")
    _rows(two, "answers", *rpe, feel, _answer(4), _answer(5))

    spread_answers(two.con)
    spread_answers(two.con)

    notes = two.con.sql("select athlete_id, note_index, kind, note from notes").fetchall()
    assert notes == [(ANNA, 5, "ill", "A cold")]
    query = "select athlete_id, item, answer_value, scale_min, scale_max, is_higher_better from wellness_answers"
    assert two.con.sql(f"{query} order by all").fetchall() == [
        (ANNA, "rpe", 7.0, 0.0, 10.0, None),
        (BO, "feel", 2.0, 1.0, 5.0, True),
    ]
    assert athletes_named(two.con, ["b0"])["athlete_id"].to_list() == [ANNA, BO]
    assert violations(two.con)["raw_row_without_source_file"] == 0


def test_names_that_are_not_known_are_told_in_one_line_each_until_they_are(two: Warehouse) -> None:
    question = {"kind": "question", "about_id": "0123456789ab"}
    _rows(two, "answers", _answer(0, athlete_folder="carl"), _answer(1, athlete_folder="carl"), _answer(2, **question))

    first = note_unknown_names(two)
    told = two.con.sql("select path, kind, what, where_found, why from skipped_items order by why").fetchall()
    two.con.execute("update answers set athlete_folder = 'bo', kind = 'note'")
    second = note_unknown_names(two)

    assert first == 2
    assert told == [
        (FILE_NAME, "unknown_name", "2 rows", "lines 2, 3", "no folder of the inbox is called carl"),
        (FILE_NAME, "unknown_name", "1 row", "line 4", "there is no question 0123456789ab about anna"),
    ]
    assert second == two.con.sql("from skipped_items").pl().height == 0


@pytest.mark.parametrize(("night", "count"), [(date(2026, 2, 28), 0), (date(2026, 3, 1), 1)])
def test_a_verdict_on_a_list_from_before_the_first_that_is_kept_is_let_be(
    two: Warehouse, night: date, count: int
) -> None:
    counts = dict.fromkeys(("athlete_count", "compared_count", "tested_count", "budget_count"), 1)
    row = {"squad": "road", "night_date": date(2026, 3, 1), "expected_how": "", "definition_version": "1"}
    _rows(two, "attention_nights", {**row, **counts, "shown_count": 0, "news_count": 0})
    _rows(two, "answers", _answer(0, kind="feedback", about_id="aa", about_date=night, answer="useful"))

    assert note_unknown_names(two) == count


def test_a_verdict_on_a_row_that_the_list_has_no_more_is_told_as_that(two: Warehouse) -> None:
    night = {"squad": "road", "night_date": SAID, "expected_how": "", "definition_version": "1"}
    night |= dict.fromkeys(("athlete_count", "compared_count", "tested_count", "budget_count"), 1)
    _rows(two, "attention_nights", {**night, "shown_count": 0, "news_count": 0})
    tried = {"candidate_date": SAID, "kind": "look", "is_held": False, "held_day_count": 0, "is_noted": False}
    tried |= {"p_value": 1.0, "chance_share": 0.0, "pattern_ids": [], "observation_ids": [], "definition_version": "1"}
    _rows(two, "attention_candidates", {"athlete_id": ANNA, "rule": "sleep_shortfall", **tried})
    name = hashlib.sha256(f"road|{SAID}|{ANNA}|sleep_shortfall".encode()).hexdigest()[:12]
    verdict = {"kind": "feedback", "about_date": SAID, "answer": "useful"}
    _rows(two, "answers", _answer(0, about_id=name, **verdict), _answer(1, about_id="aa", **verdict))

    note_unknown_names(two)

    assert two.con.sql("select where_found, why from skipped_items order by where_found").fetchall() == [
        ("line 2", f"the list of {SAID} was decided anew and has no row {name}"),
        ("line 3", "there is no row aa about anna"),
    ]


def test_forgetting_the_athlete_a_row_names_takes_the_row_and_leaves_the_file(two: Warehouse) -> None:
    _rows(two, "answers", _answer(0), _answer(1, athlete_folder="bo", said_text="Fine"))
    spread_answers(two.con)

    forget(two, "anna")

    assert two.con.sql("select athlete_folder from answers").fetchall() == [("bo",)]
    assert two.con.sql("select note from notes").fetchall() == [("Fine",)]
    assert violations(two.con)["raw_row_without_source_file"] == 0


def test_forgetting_the_athlete_in_whose_folder_a_file_lies_keeps_what_it_says_of_others(two: Warehouse) -> None:
    for folder in ("anna", "bo"):
        (two.home.inbox / folder).mkdir(parents=True)
    _rows(two, "answers", _answer(0), _answer(1, athlete_folder="bo"))
    spread_answers(two.con)

    forget(two, "bo", inbox_too=True)

    path = two.home.inbox / "anna" / FILE_NAME
    kept = path.read_text(encoding="utf-8").splitlines()
    row = AnswerRow(
        kind="note", athlete="anna", about_date=SAID - timedelta(days=2), answer="ill", text="A cold",
        author="coach", said_on=SAID,
    )  # fmt: skip
    assert not_there_yet(path.parent, [row, replace(row, answer="off")]) == [replace(row, answer="off")]
    assert kept[1:] == ["note,,anna,2026-03-01,ill,A cold,coach,2026-03-03"]
    assert two.con.sql("select count(*) from notes").fetchall() == [(0,)]
    assert two.con.sql("select stop, athlete_id from work_queue").fetchall() == [("judge", ANNA)]
    assert violations(two.con)["raw_row_without_source_file"] == 0


def test_forgetting_leaves_no_line_that_names_the_athlete(two: Warehouse) -> None:
    _rows(two, "answers", _answer(0, kind="question", about_id="0123456789ab"))
    told = note_unknown_names(two)

    forget(two, "anna")

    assert told == 1
    assert two.con.sql("from skipped_items").fetchall() == []


def test_what_another_file_says_counts_again_when_the_later_word_is_forgotten(two: Warehouse) -> None:
    file = {"source_file_id": "a0", "sha256": "a0", "athlete_id": ANNA, "path": FILE_NAME, "size_bytes": 9}
    _rows(two, "source_files", {**file, "status": "loaded", "is_partial": False})
    early = _answer(0, kind="rpe", answer="4", athlete_id=ANNA, source_file_id="a0")
    _rows(two, "answers", early, _answer(0, kind="rpe", answer="7", said_on=date(2026, 3, 5)))
    spread_answers(two.con)
    before = two.con.sql("select answer_value from wellness_answers").fetchall()

    forget(two, "bo")

    assert before == [(7.0,)]
    assert two.con.sql("select athlete_id, answer_value from wellness_answers").fetchall() == [(ANNA, 4.0)]


SHOWN = {
    "squad": "road", "athlete_id": ANNA, "kind": "look", "place": 1, "is_shown": True, "rules": ["sleep_shortfall"],
    "evidence": 3.0, "novelty": 1.0, "persistence": 1.0, "p_value": 0.001, "show_chance": 1.0, "why_not_shown": "",
    "since_date": SAID, "pattern_ids": [], "observation_ids": [], "definition_version": "1",
}  # fmt: skip


def _shown(number: int, *, is_held_out: bool = False) -> dict:
    return {**SHOWN, "row_id": f"r{number}", "night_date": date(2026, 2, number + 1), "is_held_out": is_held_out}


def test_verdicts_make_the_precision_of_a_rule_with_its_interval_and_chance_stands_apart(two: Warehouse) -> None:
    verdicts = ["useful"] * 5 + ["knew_already"] * 3 + ["not_useful", "wrong"]
    _rows(two, "attention_rows", *(_shown(n) for n in range(12)), *(_shown(n, is_held_out=True) for n in range(12, 14)))
    told = [*verdicts, None, None, "wrong", None]
    said = [(n, one) for n, one in enumerate(told) if one]
    corrected = _answer(90, kind="feedback", about_id="r0", answer="wrong", said_on=date(2026, 3, 1))
    _rows(two, "answers", *(_answer(n, kind="feedback", about_id=f"r{n}", answer=one) for n, one in said), corrected)

    rows = {row["shown_by"]: row for row in two.con.sql("from mart_rule_precision").pl().to_dicts()}

    rank, chance = rows["rank"], rows["chance"]
    counts = ("shown_count", "judged_count", "useful_count", "knew_already_count", "not_useful_count", "wrong_count")
    assert [rank[name] for name in counts] == [12, 10, 5, 3, 1, 1]
    assert [chance[name] for name in counts] == [2, 1, 0, 0, 0, 1]
    # Wilson's interval of 8 of 10 is 0.490 to 0.943, of 5 of 10 it is 0.237 to 0.763, of 0 of 1 it is 0 to 0.793.
    assert (rank["precision_fraction"], rank["useful_fraction"]) == (0.8, 0.5)
    limits = ("lower_fraction", "upper_fraction", "useful_lower_fraction", "useful_upper_fraction")
    assert [rank[name] for name in limits] == pytest.approx([0.4902, 0.9433, 0.2366, 0.7634], abs=5e-5)
    assert [chance[name] for name in limits] == pytest.approx([0.0, 0.7935, 0.0, 0.7935], abs=5e-5)


def test_a_rule_that_nobody_judged_has_no_precision_and_no_interval(two: Warehouse) -> None:
    _rows(two, "attention_rows", _shown(0))

    row = two.con.sql("from mart_rule_precision").pl().to_dicts()[0]

    assert (row["shown_count"], row["judged_count"], row["useful_count"]) == (1, 0, 0)
    assert {value for name, value in row.items() if name.endswith("_fraction")} == {None}
