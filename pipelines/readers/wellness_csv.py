"""What athletes answer about themselves: session RPE, Hooper, McLean or a form of one's own, one column an item."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.errors import CorruptExport
from pipelines.readers.contract import Batch, Head, Loss, Reader, ReadReport, Source
from pipelines.readers.csv_file import CsvRow, csv_rows, header_of, key_of
from pipelines.readers.dated_rows import Dated, DateReading, date_reading, is_date_title
from pipelines.readers.text_file import counted, line_ranges, lines_of, number_of
from pipelines.readers.wellness_items import Item, item_of, slug, with_scale
from pipelines.tables import conform

HEADER_LINES = 40
"""Lines a header may run over: questions of forms hold line breaks."""

ROWS_MAXIMUM = 100_000
"""Most rows of one file."""

VENDOR_KEYS = frozenset(
    {
        "hrv4t_recovery_points", "avnn", "lnrmssd", "cycle start time", "readiness score", "sleep score",
        "activity id", "bedtime start", "snoring (s)", "rr", "since start", "latitude", "position_lat", "heart_rate",
        "restinghr", "sleepsecs", "hrvsdnn",
        "stress_score", "readiness_score_value", "sleep_log_entry_id",
    }
)  # fmt: skip
"""Titles that only exports of devices and apps have: such a file is not a wellness table."""

PERSON_KEYS = frozenset({"name", "athlete", "email", "email address", "e-mail", "player", "runner", "e-mail-adresse"})
"""Titles of the column that says who answered."""

MEASURABLE_ITEMS = frozenset({"duration_min", "sleep_hours"})
"""Items that devices and training logs state too: alone they do not make a wellness table."""

MISSING = frozenset({"", "-", "\N{EN DASH}", "n/a", "na", "nan", "none", "null"})
"""Cells that say that there is no answer."""


@dataclass(frozen=True, kw_only=True)
class _Column:
    title: str
    key: str
    item: Item


def recognise(head: Head) -> bool:
    """By its header: a date column, at least one known item, and nothing that only devices and apps write."""
    lines = head.lines()
    if not lines:
        return False
    titles = header_of(lines[:HEADER_LINES])
    keys = [key_of(title) for title in titles]
    return (
        any(is_date_title(key) for key in keys)
        and VENDOR_KEYS.isdisjoint(keys)
        and any(_is_telling(title) for title, key in zip(titles, keys, strict=True) if not is_date_title(key))
    )


def _is_telling(title: str) -> bool:
    item = item_of(title)
    return item.is_known and item.item not in MEASURABLE_ITEMS


def read(source: Source) -> Iterator[Batch | ReadReport]:
    """One answer per filled cell. Raises `CorruptExport` when the rows are of several people."""
    titles = header_of([line or "" for _, line in zip(range(HEADER_LINES), _texts(source), strict=False)])
    rows, is_cut = _rows(source)
    _refuse_several_people(source, rows)
    dates = date_reading([key_of(title) for title in titles], rows)
    dated = [(row, dates.of(row, source)) for row in rows]
    columns, passed_over = _columns(titles, rows, source)
    answers = list(_answers(columns, dated, source))
    if answers:
        frame = pl.DataFrame(answers, infer_schema_length=None).with_row_index("answer_index")
        yield Batch(table="wellness_answers", frame=conform(frame, "wellness_answers"))
    yield ReadReport(losses=tuple(_losses(columns, dated, is_cut=is_cut)), passed_over=_notes(dates, passed_over))


def _texts(source: Source) -> Iterator[str | None]:
    return (line for _, line in lines_of(source.path))


def _rows(source: Source) -> tuple[list[CsvRow], bool]:
    rows: list[CsvRow] = []
    for row in csv_rows(source.path):
        if len(rows) == ROWS_MAXIMUM:
            return rows, True
        rows.append(row)
    return rows, False


def _refuse_several_people(source: Source, rows: Sequence[CsvRow]) -> None:
    for key in PERSON_KEYS:
        people = {row.cells.get(key, "").lower() for row in rows} - {""}
        if len(people) > 1:
            raise CorruptExport(
                doing="read the wellness table",
                where=source.name,
                found=f"column {key} names {len(people)} people, and answers of several people cannot be told apart",
                remedy="Drop each athlete's own rows into the athlete's own folder",
            )


def _columns(
    titles: Sequence[str], rows: Sequence[CsvRow], source: Source
) -> tuple[tuple[_Column, ...], tuple[str, ...]]:
    """The columns that hold answers, and the titles of those that hold words."""
    columns: list[_Column] = []
    passed_over = []
    for title in titles:
        key = key_of(title)
        if is_date_title(key) or not key or key in (column.key for column in columns):
            continue
        cells = [row.cells.get(key, "") for row in rows]
        numbers = [value for cell in cells if (value := number_of(cell)) is not None]
        filled_count = sum(cell.lower() not in MISSING for cell in cells)
        item = item_of(title, instrument_hint=source.name)
        if key in PERSON_KEYS or (not item.is_known and len(numbers) * 2 <= filled_count):
            passed_over.append(" ".join(title.split())[:60])
        else:
            columns.append(_Column(title=title, key=key, item=with_scale(item, numbers)))
    return tuple(columns), tuple(passed_over)


def _answers(
    columns: Sequence[_Column], dated: Sequence[tuple[CsvRow, Dated | None]], source: Source
) -> Iterator[dict[str, object]]:
    for row, when in dated:
        for column in columns:
            value = number_of(row.cells.get(column.key, ""))
            if when is None or value is None:
                continue
            yield {
                "athlete_id": source.athlete_id,
                "source_file_id": source.source_file_id,
                "about_date": when.about_date,
                "answered_at_utc": when.written_at_utc,
                "instrument": column.item.instrument,
                "item": column.item.item,
                "answer_value": value,
                "scale_min": column.item.scale_min,
                "scale_max": column.item.scale_max,
                "is_higher_better": column.item.is_higher_better,
            }


def _losses(
    columns: Sequence[_Column], dated: Sequence[tuple[CsvRow, Dated | None]], *, is_cut: bool
) -> Iterator[Loss]:
    undated = [row.line for row, when in dated if when is None]
    if undated:
        yield Loss(what=counted(len(undated), "row"), where=line_ranges(undated), why="no date, or not UTF-8 text")
    for column in columns:
        cells = [(row.line, row.cells.get(column.key, "")) for row, when in dated if when is not None]
        bad = [(line, cell) for line, cell in cells if cell.lower() not in MISSING and number_of(cell) is None]
        if bad:
            yield Loss(
                what=f"{counted(len(bad), 'answer')} on {slug(column.title)}",
                where=line_ranges(line for line, _ in bad),
                why=f"not a number: {bad[0][1][:40]!r}",
            )
    if is_cut:
        yield Loss(
            what="the rest of the file", where=f"after row {ROWS_MAXIMUM}", why="more rows than one file may hold"
        )


def _notes(dates: DateReading, passed_over: Sequence[str]) -> tuple[str, ...]:
    words = f"columns of words: {', '.join(passed_over)}" if passed_over else ""
    return tuple(note for note in (words, dates.note) if note)


READER = Reader(
    name="wellness_csv",
    version="1",
    label="Wellness answers (CSV): session RPE, Hooper, McLean, or a form of your own",
    tables=("wellness_answers",),
    recognise=recognise,
    read=read,
    reads="a date or form time stamp, and one column per item with the scale in brackets, such as Fatigue (1-5)",
    passes_over="columns of words; numbers under an unknown title are kept as `other`, without a good end",
    certainty="there is no standard: scales from the published instruments, files as forms and spreadsheets write them",
)
