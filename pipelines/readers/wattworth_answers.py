"""Answers to questions, verdicts on shown rows, notes, exertion and feel: what pages save and commands append.

One file may be about several athletes and lie in the folder of any of them: each row names its own.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import polars as pl

from pipelines.readers.contract import Batch, Head, Loss, Reader, ReadReport, Source
from pipelines.readers.csv_file import DAMAGED, CsvRow, csv_rows, header_of, key_of
from pipelines.readers.local_times import YEARS
from pipelines.readers.notes_csv import KIND_WORDS, KINDS
from pipelines.readers.text_file import counted, line_ranges, number_of
from pipelines.readers.wellness_items import BORG_CR10
from pipelines.tables import conform

FILE_NAME = "wattworth-answers.csv"
"""Name that pages and commands give the file; it is recognised by its header, under any name."""

COLUMNS = ("kind", "id", "athlete", "about_date", "answer", "text", "author", "said_on")

CHOICES = ("ill", "travel", "life", "device", "chose_not_to", "other")
"""Answers a question offers."""

VERDICTS = ("useful", "knew_already", "not_useful", "wrong")
"""What can be said of a row of the coach's page."""

FEEL = (1.0, 5.0)
"""Scale of feel: 1 very weak, 3 as usual, 5 very strong."""

SCALES = {"rpe": BORG_CR10, "feel": FEEL}
"""Least and greatest number of the kinds that are answered by one."""

SHIELDED = re.compile(r"'*[=+\-@]")
"""Beginning of a cell that a spreadsheet would take for a formula: it is written behind one more apostrophe."""

LONGEST_TEXT, LONGEST_SHOWN = 10_000, 40
"""Most characters of a cell that is taken, and of one that is shown where a row is refused: a slip of a quotation mark
makes a cell of half a file. Engineering start values."""

MOST_AHEAD = timedelta(days=1)
"""A row may be dated later than its file was written, in UTC: where it was said, the next day may have begun."""

OF_A_DAY = frozenset({"note", "rpe", "feel"})
"""Kinds that are about a local date and answer nothing that was asked."""


def recognise(head: Head) -> bool:
    """By its header: these titles and no other, in any order."""
    lines = head.lines()
    keys = [key_of(title) for title in header_of(lines[:1])] if lines else []
    return sorted(keys) == sorted(COLUMNS)


def read(source: Source) -> Iterator[Batch | ReadReport]:
    """One row per row; one that says nothing we can use is told with its reason, and the rest goes on."""
    found: list[dict[str, object]] = []
    refused: dict[str, list[int]] = {}
    last = _last_day(source)
    for row in csv_rows(source.path):
        why = _why_refused(row, last)
        if why:
            refused.setdefault(why, []).append(row.line)
        else:
            found.append({"line_number": row.line, **_columns(_cells(row))})
    if found:
        owner = {"athlete_id": source.athlete_id, "source_file_id": source.source_file_id}
        rows = pl.DataFrame(found, infer_schema_length=None).with_row_index("row_index")
        told = rows.with_columns(pl.lit(value).alias(name) for name, value in owner.items())
        yield Batch(table="answers", frame=conform(told, "answers"))
    yield ReadReport(
        losses=tuple(
            Loss(what=counted(len(lines), "row"), where=line_ranges(lines), why=why) for why, lines in refused.items()
        )
    )


def _cells(row: CsvRow) -> dict[str, str]:
    return {name: _bare(row.cells.get(name, "")) for name in COLUMNS}


def _bare(cell: str) -> str:
    return cell.removeprefix("'") if SHIELDED.match(cell) else cell


def _last_day(source: Source) -> date:
    """Last day a row of the file can be said on; a time of writing that no file has says nothing."""
    written = source.modified_at_utc
    return date.max if written is None or written.year not in YEARS else written.date() + MOST_AHEAD


def _why_refused(row: CsvRow, last: date) -> str:
    """What is wrong with a row, in words; empty when nothing is. `last` is the last day it can be said on."""
    cell = _cells(row)
    if any(DAMAGED in text for text in row.values):
        return "not UTF-8 text"
    if any(len(text) > LONGEST_TEXT for text in cell.values()):
        return f"a cell of more than {LONGEST_TEXT} characters"
    if cell["kind"] not in {"question", "feedback", *OF_A_DAY}:
        return f"kind {_shown(cell['kind'])} is none of question, feedback, note, rpe and feel"
    missing = [name for name in ("athlete", "author") if not cell[name]]
    missing += [name for name in ("id",) if not cell[name] and cell["kind"] not in OF_A_DAY]
    missing += [name for name in ("about_date",) if not cell[name] and cell["kind"] in OF_A_DAY]
    missing += [name for name in ("text",) if not cell[name] and cell["kind"] == "note"]
    if missing:
        return f"no {' and no '.join(missing)}"
    return _why_no_date(cell, last) or _why_no_answer(cell["kind"], cell["answer"])


def _why_no_date(cell: Mapping[str, str], last: date) -> str:
    said_on = _date(cell["said_on"])
    if said_on is None or (cell["about_date"] and _date(cell["about_date"]) is None):
        return f"a date that is not written as YYYY-MM-DD or lies outside {YEARS.start} to {YEARS[-1]}"
    # Of two answers the later one counts: it would win over all that is said until then.
    return "said on a day after the file was written" if said_on > last else ""


def _why_no_answer(kind: str, answer: str) -> str:
    choices = {"question": CHOICES, "feedback": VERDICTS}.get(kind)
    if choices is not None:
        return "" if answer in choices else f"answer {_shown(answer)} is none of {', '.join(choices)}"
    if kind == "note":
        return ""
    least, greatest = SCALES[kind]
    number = number_of(answer)
    if number is None or not least <= number <= greatest:
        return f"{kind} {_shown(answer)} is no number from {least:.0f} to {greatest:.0f}"
    return ""


def _shown(text: str) -> str:
    return repr(text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…")


def _columns(cell: dict[str, str]) -> dict[str, object]:
    kind, answer = cell["kind"], cell["answer"]
    if kind == "note":
        word = answer.lower()
        answer = word if word in KINDS else KIND_WORDS.get(word, "other")
    elif kind in SCALES:
        answer = f"{number_of(answer):g}"
    return {
        "kind": kind,
        "about_id": cell["id"] if kind not in OF_A_DAY else "",
        "athlete_folder": cell["athlete"],
        "about_date": _date(cell["about_date"]),
        "answer": answer,
        "said_text": cell["text"],
        "author": cell["author"],
        "said_on": _date(cell["said_on"]),
    }


def _date(words: str) -> date | None:
    try:
        on = date.fromisoformat(words)
    except ValueError:
        return None
    return on if on.year in YEARS else None


READER = Reader(
    name="wattworth_answers",
    version="1",
    label="Answers, verdicts and notes (CSV that pages save and commands append)",
    tables=("answers",),
    recognise=recognise,
    read=read,
    reads="answers to questions, verdicts on shown rows, notes, exertion (0 to 10) and feel (1 to 5), each with author"
    " and date; a file may be about several athletes and lie in the folder of any of them",
    passes_over="nothing",
    certainty="our own layout",
)
