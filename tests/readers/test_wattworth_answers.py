"""Files of answers: what is taken, what is refused and why, and how rows come to be in them."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines.readers.answers_rows import AnswerRow, answers_file, append_answers
from pipelines.readers.catalogue import head_of
from pipelines.readers.wattworth_answers import COLUMNS, FILE_NAME, read, recognise

DAY = date(2026, 3, 3)

NO_DATE = "a date that is not written as YYYY-MM-DD or lies outside 1990 to 2100"

GOOD = {
    "kind": "question", "id": "0123456789ab", "athlete": "anna", "about_date": "2026-03-01", "answer": "ill",
    "text": "", "author": "coach", "said_on": "2026-03-03",
}  # fmt: skip


def _read(source_of, *rows):
    lines = [",".join(COLUMNS), *(",".join({**GOOD, **row}[name] for name in COLUMNS) for row in rows)]
    *batches, report = read(source_of(FILE_NAME, "\n".join(lines) + "\n"))
    return [row for batch in batches for row in batch.frame.to_dicts()], report.losses


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"kind": "advice"}, "kind 'advice' is none of question, feedback, note, rpe and feel"),
        ({"athlete": ""}, "no athlete"),
        ({"author": "", "id": ""}, "no author and no id"),
        ({"kind": "feedback", "id": "", "answer": "useful"}, "no id"),
        ({"kind": "rpe", "about_date": "", "answer": "4"}, "no about_date"),
        ({"kind": "note", "text": ""}, "no text"),
        ({"said_on": "3/3/2026"}, NO_DATE),
        ({"about_date": "1 March"}, NO_DATE),
        ({"about_date": "0001-01-01"}, NO_DATE),
        ({"said_on": "9999-12-31"}, NO_DATE),
        ({"text": "x" * 10_001}, "a cell of more than 10000 characters"),
        ({"kind": "k" * 41}, f"kind '{'k' * 40}…' is none of question, feedback, note, rpe and feel"),
        ({"answer": "sick"}, "answer 'sick' is none of ill, travel, life, device, chose_not_to, other"),
        (
            {"kind": "feedback", "answer": "great"},
            "answer 'great' is none of useful, knew_already, not_useful, wrong",
        ),
        ({"kind": "rpe", "answer": "10.5"}, "rpe '10.5' is no number from 0 to 10"),
        ({"kind": "feel", "answer": "0"}, "feel '0' is no number from 1 to 5"),
        ({"kind": "feel", "answer": "good"}, "feel 'good' is no number from 1 to 5"),
    ],
)
def test_a_row_that_says_nothing_usable_is_told_with_its_line_and_the_rest_is_taken(source_of, row, why):
    rows, losses = _read(source_of, {}, row, {})

    assert [one["line_number"] for one in rows] == [2, 4]
    assert [(loss.what, loss.where, loss.why) for loss in losses] == [("1 row", "line 3", why)]


@pytest.mark.parametrize(
    ("written", "is_taken"),
    [
        (datetime(2026, 3, 2, 0, tzinfo=UTC), True),  # where it was said, it was the next day
        (datetime(2026, 3, 1, 23, tzinfo=UTC), False),
        (datetime(1980, 1, 1, tzinfo=UTC), True),  # as zips without a date have it
        (None, True),
    ],
)
def test_a_row_said_after_its_file_was_written_is_set_aside(source_of, written, is_taken):
    text = answers_file([AnswerRow(kind="note", athlete="anna", author="coach", about_date=DAY, said_on=DAY, text="x")])

    *batches, report = read(source_of(FILE_NAME, text, modified=written))

    assert bool(batches) is is_taken
    assert [loss.why for loss in report.losses] == ["said on a day after the file was written"] * (not is_taken)


@pytest.mark.parametrize(("kind", "answers"), [("rpe", ("0", "10")), ("feel", ("1", "5")), ("feel", ("2,5", "3"))])
def test_numbers_are_taken_to_the_ends_of_their_scales(source_of, kind, answers):
    rows, losses = _read(source_of, *({"kind": kind, "answer": f'"{answer}"'} for answer in answers))

    assert [row["answer"] for row in rows] == [answer.replace(",", ".") for answer in answers]
    assert not losses


def test_a_row_is_about_the_athlete_it_names_and_belongs_to_the_folder_it_lies_in(source_of):
    rows, _ = _read(source_of, {"athlete": "bo"})

    assert (rows[0]["athlete_folder"], rows[0]["athlete_id"]) == ("bo", 7)


def test_other_titles_are_another_format(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text(",".join([*COLUMNS, "mood"]) + "\n")

    assert not recognise(head_of(path))


def test_what_is_appended_is_read_again_also_behind_a_line_that_was_cut_off(tmp_path: Path, source_of):
    row = AnswerRow(
        kind="note",
        athlete="anna",
        about_date=date(2026, 3, 1),
        text='a "cold", bad',
        author="me",
        said_on=date(2026, 3, 2),
    )
    path = append_answers(tmp_path, [row])
    whole = path.read_bytes()
    path.write_bytes(whole + b"question,0123")

    append_answers(tmp_path, [row])

    assert whole == answers_file([row])
    assert path.read_bytes() == whole + b"question,0123\n" + answers_file([row]).splitlines(keepends=True)[1]
    *_, report = read(source_of("a.csv", path.read_bytes()))
    assert [loss.where for loss in report.losses] == ["line 3"]


@pytest.mark.parametrize("text", ["=1+1", "-1 km, tired", "@anna", "+", "'=1+1", "tired = ill", "'quoted'"])
def test_no_text_is_a_formula_in_a_spreadsheet_and_each_is_read_as_it_was_said(source_of, text):
    said = AnswerRow(kind="note", athlete="anna", author="-a", about_date=date(2026, 3, 1), said_on=DAY, text=text)

    written = answers_file([said]).decode()
    batch, _ = read(source_of(FILE_NAME, written))

    cells = written.splitlines()[1].split(",")
    assert not [cell for cell in cells if cell.strip('"').startswith(("=", "+", "-", "@"))]
    assert (batch.frame["said_text"][0], batch.frame["author"][0]) == (text, "-a")
