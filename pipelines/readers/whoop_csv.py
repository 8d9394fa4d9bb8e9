"""WHOOP: the tables of its data export: physiological cycles, sleeps, workouts and journal entries."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from pipelines.readers.contract import Batch, Evidence, Head, Loss, Method, Reader, ReadReport, Source
from pipelines.readers.csv_file import CsvRow, header_of, key_of
from pipelines.readers.sport_words import sport_of
from pipelines.readers.text_file import counted, line_ranges, number_of
from pipelines.readers.wellness_items import slug
from pipelines.readers.whoop_layout import Clock, Kind, answer_of, clock_of, day_of, kind_of, local_date, rows_of
from pipelines.tables import conform

DEVICE = {"device_id": "whoop:strap:", "manufacturer": "WHOOP", "product": "strap", "serial": None}

OTHER_APP_KEYS = frozenset({"source", "hrv method"})
"""Titles that only look-alikes of other apps have: how their HRV is made is not WHOOP's way."""


def _of_sleep(
    metric: str, method: str, unit: str, *, window: str = "sleep", evidence: Evidence = "plausible"
) -> Method:
    label = "WHOOP's own score" if evidence == "black_box" else "stated by WHOOP, from sleep"
    return Method(
        metric=metric, method=method, reading="night", unit=unit, window=window, label=label, evidence=evidence
    )


LAST_DEEP = "sleep, weighted to its last slow-wave sleep"
RMSSD = _of_sleep("rmssd", "whoop_recovery", "ms", window=LAST_DEEP, evidence="validated")
VALUES: tuple[tuple[str, Method], ...] = (
    ("heart rate variability (ms)", RMSSD),
    ("resting heart rate (bpm)", _of_sleep("resting_heart_rate", "whoop_recovery", "bpm", window=LAST_DEEP)),
    ("respiratory rate (rpm)", _of_sleep("respiratory_rate", "whoop_sleep", "breaths_per_min")),
    ("skin temp (celsius)", _of_sleep("skin_temperature", "whoop_sleep", "deg_c")),
    ("blood oxygen %", _of_sleep("oxygen_saturation", "whoop_sleep", "percent")),
    ("recovery score %", _of_sleep("recovery_score", "vendor_score_whoop", "points", evidence="black_box")),
    ("sleep performance %", _of_sleep("sleep_score", "vendor_score_whoop", "points", evidence="black_box")),
    (
        "day strain",
        Method(
            metric="strain_score",
            method="vendor_score_whoop",
            reading="day",
            unit="points",
            window="one cycle, from sleep to sleep",
            label="WHOOP's own score",
            evidence="black_box",
        ),
    ),
)
"""Title (lower case) and meaning of every value of a cycle that is read."""

STAGES = (
    ("sleep_duration_s", "asleep duration (min)"),
    ("awake_s", "awake duration (min)"),
    ("light_s", "light sleep duration (min)"),
    ("deep_s", "deep (sws) duration (min)"),
    ("rem_s", "rem duration (min)"),
)
"""Column of `nights` and the title it comes from."""

PASSED_OVER: dict[Kind, str] = {
    "cycles": "energy, maximum and average heart rate of the day, sleep need, debt, efficiency and consistency",
    "sleeps": "sleep performance, respiratory rate, need, debt, efficiency and consistency: stated with the cycles too",
    "workouts": "activity strain, heart rate zones, GPS enabled",
    "journal": "nothing",
}


@dataclass(kw_only=True)
class _Found:
    rows: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    undated: list[int] = field(default_factory=list)
    twice_count: int = 0

    def add(self, table: str, row: dict[str, object]) -> None:
        self.rows.setdefault(table, []).append(row)


def recognise(head: Head) -> bool:
    """By its titles; in another language by its first row: a cycle's start and end, and a time zone."""
    return _kind(head.lines() or []) is not None


def read(source: Source) -> Iterator[Batch | ReadReport]:
    """Values and nights of cycles, naps, workouts as activities without records, answers and notes of the journal."""
    with source.path.open("rb") as file:
        kind = _kind(file.read(65_536).decode("utf-8-sig", errors="replace").splitlines())
    rows = list(rows_of(source, kind)) if kind else []
    clock = clock_of(rows)
    found = _Found()
    if kind is not None:
        TAKERS[kind](rows, clock, source, found)
    owner = {"athlete_id": source.athlete_id, "source_file_id": source.source_file_id}
    if found.rows and kind != "journal":
        yield Batch(table="devices", frame=conform(pl.DataFrame([DEVICE]), "devices"))
    for table, made in found.rows.items():
        frame = pl.DataFrame([{**owner, **row} for row in made], infer_schema_length=None)
        yield Batch(table=table, frame=conform(frame, table))
    lost = Loss(what=counted(len(found.undated), "row"), where=line_ranges(found.undated), why="no time we can read")
    notes = [PASSED_OVER[kind]] if kind else []
    if found.twice_count:
        notes.append(f"{counted(found.twice_count, 'row')} of a cycle stated twice")
    if clock.is_utc:
        notes.append("times are read as UTC: read as local times sleep would lie by day")
    if rows and OTHER_APP_KEYS & rows[0].cells.keys():
        notes.append("heart rate variability: the file is of another app, whose way of making it is not WHOOP's")
    yield ReadReport(losses=(lost,) if found.undated else (), passed_over=tuple(notes))


def _kind(lines: Sequence[str]) -> Kind | None:
    content = [line for line in lines if line.strip()]
    keys = [key_of(title) for title in header_of(content[:1])]
    first = header_of(content[1:2])
    return kind_of(keys, [cell.strip() for cell in first])


def _once(rows: Sequence[CsvRow], keys: tuple[str, ...], found: _Found) -> Iterator[CsvRow]:
    """Each row once: the newest stands first, so the first of equal keys is the vendor's last word."""
    seen: set[tuple[str, ...]] = set()
    for row in rows:
        key = tuple(row.cells.get(name, "") for name in keys)
        if key in seen:
            found.twice_count += 1
            continue
        seen.add(key)
        yield row


def _cycles(rows: Sequence[CsvRow], clock: Clock, source: Source, found: _Found) -> None:
    values: dict[tuple[date, str], tuple[float, dict[str, object]]] = {}
    for row in _once(rows, ("cycle start time", "sleep onset"), found):
        day = day_of(row, clock, source)
        if day is None:
            found.undated.append(row.line)
            continue
        asleep = number_of(row.cells.get("asleep duration (min)", "")) or 0.0
        for value in _values(row, day, clock, source):
            key = (day, str(value["metric"]))
            if key not in values or asleep > values[key][0]:
                values[key] = (asleep, value)
        _night(row, clock, source, found, is_nap=False)
    for _, value in values.values():
        found.add("daily_values", value)


def _values(row: CsvRow, day: date, clock: Clock, source: Source) -> Iterator[dict[str, object]]:
    wake = clock.moment(row, "wake onset", source)
    for title, method in VALUES:
        stated = number_of(row.cells.get(title, ""))
        if stated is None or (method is RMSSD and OTHER_APP_KEYS & row.cells.keys()):
            continue
        yield {
            "value_date": day,
            "metric": method.metric,
            "method": method.method,
            "reading": method.reading,
            "device_id": DEVICE["device_id"],
            "measured_at_utc": wake.at_utc if wake and method.reading == "night" else None,
            "measured_value": stated,
            "unit": method.unit,
        }


def _sleeps(rows: Sequence[CsvRow], clock: Clock, source: Source, found: _Found) -> None:
    for row in _once(rows, ("cycle start time", "sleep onset"), found):
        said = {"true": True, "yes": True, "false": False, "no": False}.get(row.cells.get("nap", "").lower())
        if not _night(row, clock, source, found, is_nap=said):
            found.undated.append(row.line)


def _night(row: CsvRow, clock: Clock, source: Source, found: _Found, *, is_nap: bool | None) -> bool:
    """Adds the night of a row; false where the row states no times."""
    start, end = clock.moment(row, "sleep onset", source), clock.moment(row, "wake onset", source)
    if start is None or end is None:
        return False
    minutes = {column: number_of(row.cells.get(title, "")) for column, title in STAGES}
    found.add(
        "nights",
        {
            "night_id": f"{source.source_file_id}:n{len(found.rows.get('nights', []))}",
            "night_date": local_date(end, source),
            "start_at_utc": start.at_utc,
            "end_at_utc": end.at_utc,
            "utc_offset_s": end.utc_offset_s,
            "time_basis": end.time_basis,
            "device_id": DEVICE["device_id"],
            **{column: None if value is None else 60.0 * value for column, value in minutes.items()},
            "is_nap": is_nap,
        },
    )
    return True


def _workouts(rows: Sequence[CsvRow], clock: Clock, source: Source, found: _Found) -> None:
    for row in _once(rows, ("workout start time", "workout end time", "activity name"), found):
        start, end = (clock.moment(row, f"workout {which} time", source) for which in ("start", "end"))
        if start is None or end is None:
            found.undated.append(row.line)
            continue
        sport, sub_sport = sport_of(row.cells.get("activity name", ""))
        found.add(
            "activities",
            {
                "activity_id": f"{source.source_file_id}:{len(found.rows.get('activities', []))}",
                "start_at_utc": start.at_utc,
                "end_at_utc": end.at_utc,
                "utc_offset_s": start.utc_offset_s,
                "time_basis": start.time_basis,
                "local_date": local_date(start, source),
                "sport": sport or "generic",
                "sub_sport": sub_sport,
                "device_id": DEVICE["device_id"],
                "heart_rate_source": "wrist",
                "elapsed_s": (end.at_utc - start.at_utc).total_seconds(),
                "distance_m": number_of(row.cells.get("distance (meters)", "")),
                "ascent_m": number_of(row.cells.get("altitude gain (meters)", "")),
                "energy_kcal": number_of(row.cells.get("energy burned (cal)", "")),
                "average_heart_rate_bpm": number_of(row.cells.get("average hr (bpm)", "")),
                "max_heart_rate_bpm": number_of(row.cells.get("max hr (bpm)", "")),
                "record_count": 0,
            },
        )


def _journal(rows: Sequence[CsvRow], clock: Clock, source: Source, found: _Found) -> None:
    for row in _once(rows, ("cycle start time", "question text"), found):
        day, question, said = day_of(row, clock, source), row.cells.get("question text", ""), answer_of(row)
        if day is None or not question or (said is None and not row.cells.get("notes")):
            found.undated.append(row.line)
            continue
        if said is not None:
            answer = {"answer_index": len(found.rows.get("wellness_answers", [])), "about_date": day}
            scale = {"answer_value": float(said), "scale_min": 0.0, "scale_max": 1.0}
            found.add("wellness_answers", {**answer, "instrument": "other", "item": slug(question), **scale})
        if words := row.cells.get("notes", ""):
            note = {"note_index": len(found.rows.get("notes", [])), "note_date": day, "author": "athlete"}
            found.add("notes", {**note, "kind": "note", "note": f"{question} {words}"})


TAKERS: dict[Kind, Callable[[Sequence[CsvRow], Clock, Source, _Found], None]] = {
    "cycles": _cycles,
    "sleeps": _sleeps,
    "workouts": _workouts,
    "journal": _journal,
}

READER = Reader(
    name="whoop_csv",
    version="1",
    label="WHOOP data export (CSV)",
    tables=("devices", "daily_values", "nights", "activities", "wellness_answers", "notes"),
    recognise=recognise,
    read=read,
    reads=(
        "RMSSD, resting heart rate, respiratory rate, skin temperature and oxygen of each cycle by the date of waking, "
        "sleeps and naps, workouts as activities without records, the journal; its scores are stored and never used"
    ),
    passes_over="energy and heart rate of a day, sleep need, debt, efficiency, consistency, strain of a workout, zones",
    certainty="two real files; sleeps and journal from public parsers; other languages by the order of the columns",
    methods=tuple(method for _, method in VALUES),
)
