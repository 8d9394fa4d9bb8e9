"""Notes are kept as the words they are."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest


def test_notes_keep_quotes_line_breaks_and_every_script(read_whole: Callable[..., Any]) -> None:
    read = read_whole("n.csv", 'date,author,kind,note\n2026-03-01,Zoë,ill,"He said ""no"",\nthen ran — 走った"\n')

    row = read.frames["notes"].row(0, named=True)
    assert row["note"] == 'He said "no",\nthen ran — 走った'
    assert (row["note_date"], row["author"], row["kind"]) == (date(2026, 3, 1), "Zoë", "ill")


@pytest.mark.parametrize(
    ("written", "kind"),
    [("", "note"), ("Ill", "ill"), ("sick", "ill"), ("holiday", "off"), ("strap", "device"), ("party", "other")],
)
def test_kinds_are_brought_to_the_house_words(written: str, kind: str, read_whole: Callable[..., Any]) -> None:
    read = read_whole("n.csv", f"day;by;category;comment\n2026-03-01;coach;{written};words\n")

    assert read.frames["notes"]["kind"].to_list() == [kind]


def test_rows_without_a_date_are_lost_by_line_and_rows_without_words_left_out(read_whole: Callable[..., Any]) -> None:
    read = read_whole("n.csv", "date,note\nsoon,words\n2026-03-02,\n2026-03-03,kept\n")

    assert read.frames["notes"]["note"].to_list() == ["kept"]
    assert read.frames["notes"]["author"].to_list() == ["not stated"]
    assert [(loss.what, loss.where) for loss in read.report.losses] == [("1 note", "line 2")]


def test_the_line_of_a_loss_counts_line_breaks_inside_cells(read_whole: Callable[..., Any]) -> None:
    read = read_whole("n.csv", 'date,note\n2026-03-01,"two\nlines"\nsoon,words\n')

    assert read.report.losses[0].where == "line 4"
