"""The catalogue, what `read_source` holds a reader to, and the page written from both."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import polars as pl
import pytest

from pipelines.errors import AmbiguousFormat, CorruptExport, UnknownFormat
from pipelines.readers import catalogue
from pipelines.readers.catalogue import head_of, reader_named, readers, recognise
from pipelines.readers.contract import Batch, Reader, ReadReport, Source
from pipelines.readers.documentation import formats_markdown
from pipelines.readers.read_file import read_source
from pipelines.tables import conform

NOTE = {"athlete_id": 7, "source_file_id": "0123456789abcdef", "note_index": 0, "note": "words"}


def _notes(**changes: object) -> Batch:
    return Batch(table="notes", frame=conform(pl.DataFrame([{**NOTE, **changes}]), "notes"))


def _reader(*items: Batch | ReadReport | Exception) -> Reader:
    def read(source: Source) -> Iterator[Batch | ReadReport]:  # noqa: ARG001
        for item in items:
            if isinstance(item, Exception):
                raise item
            yield item

    return replace(reader_named("notes_csv"), read=read)


def test_two_readers_that_say_yes_are_named(source_of: Callable[..., Source], monkeypatch: pytest.MonkeyPatch) -> None:
    one = reader_named("notes_csv")
    monkeypatch.setattr(catalogue, "readers", lambda: (one, replace(one, name="twin")))
    source = source_of("n.csv", "date,note\n2026-03-01,x\n")

    with pytest.raises(AmbiguousFormat, match="notes_csv, twin"):
        recognise(head_of(source.path))


def test_names_of_readers_are_unique_and_sorted() -> None:
    names = [reader.name for reader in readers()]

    assert names == sorted(set(names))


def test_a_reader_that_was_taken_out_is_told() -> None:
    with pytest.raises(UnknownFormat, match="none of that name"):
        reader_named("sundial")


def test_damage_after_the_first_rows_keeps_them_and_is_reported(source_of: Callable[..., Source]) -> None:
    items = list(read_source(source_of("n.csv", "x"), _reader(_notes(), EOFError("cut short"))))

    assert len(items) == 2
    report = items[-1]
    assert isinstance(report, ReadReport)
    assert (report.losses[0].where, report.losses[0].why) == ("after 1 rows", "EOFError: cut short")


def test_damage_before_the_first_row_refuses_the_file(source_of: Callable[..., Source]) -> None:
    with pytest.raises(CorruptExport, match="before the first row"):
        list(read_source(source_of("n.csv", "x"), _reader(EOFError("cut short"))))


def test_a_bug_keeps_its_traceback(source_of: Callable[..., Source]) -> None:
    with pytest.raises(KeyError):
        list(read_source(source_of("n.csv", "x"), _reader(KeyError("ours"))))


@pytest.mark.parametrize(
    ("items", "promise"),
    [
        pytest.param((_notes(),), "without a report", id="no report"),
        pytest.param((ReadReport(), _notes()), "goes on after its report", id="rows after the report"),
        pytest.param((ReadReport(), ReadReport()), "goes on after its report", id="two reports"),
        pytest.param((_notes(athlete_id=8), ReadReport()), "strange athlete_id", id="another athlete"),
        pytest.param((_notes(source_file_id="f"), ReadReport()), "strange source_file_id", id="another file"),
        pytest.param((Batch(table="nights", frame=pl.DataFrame()), ReadReport()), "does not declare", id="other table"),
        pytest.param(
            (Batch(table="notes", frame=pl.DataFrame([NOTE])), ReadReport()),
            "does not equal its contract",
            id="columns",
        ),
    ],
)
def test_a_broken_promise_is_a_bug(
    items: tuple[Batch | ReadReport, ...], promise: str, source_of: Callable[..., Source]
) -> None:
    with pytest.raises(ValueError, match=promise):
        list(read_source(source_of("n.csv", "x"), _reader(*items)))


def test_the_page_of_formats_has_every_reader_once() -> None:
    page = formats_markdown()

    for reader in readers():
        assert page.count(f"## {reader.label} ") == 1
        assert reader.reads.rstrip(".") in page
    assert ".." not in page.replace("...", "")
