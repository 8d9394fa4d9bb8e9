"""Real exports as subjects for the quality bench: into clean ones the same faults are put as into generated ones.

Clean is a subject on which no check of the signals in question fires. Whole activities are taken, and five minutes of
beats at a time. Nothing is known of what a clean file hides: recall is measured against what was put in.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from pipelines.errors import ExportError
from pipelines.progress import Progress
from pipelines.proofs.cases import Batch, Case, Tables
from pipelines.proofs.scoring import Event
from pipelines.quality.catalogue import checks
from pipelines.quality.judge import judge_subjects
from pipelines.readers.archive import extracted, is_archive, members
from pipelines.readers.catalogue import head_of, recognise
from pipelines.readers.contract import Batch as ReadBatch
from pipelines.readers.contract import Source
from pipelines.readers.problem import Problem
from pipelines.readers.read_file import read_source
from pipelines.simulation.faults.contract import Fault
from pipelines.tables import empty

WANTED = ("activities", "pauses", "laps", "records", "beat_series", "beats")
KEYS = {"records": "activity_id", "beats": "series_id"}
OWNERS = {"records": "activities", "beats": "beat_series"}
KINDS = {"records": "activity", "beats": "beat_series"}

LARGEST_BYTES = 60_000_000
"""Files above this are left out: one of them would be most of the bench."""
RECORDS = (900, 12_000)
"""Fewest and most records of an activity that is taken."""
SHORTEST_S, LONGEST_S = 1500.0, 20_000.0
"""Shortest and longest activity that is taken (s): the faults need half an hour, and room around them."""
WINDOW_S, FEWEST_BEATS = 300.0, 200
"""Length of the cuts of beat series (s), and the fewest intervals of one."""
RESTING_MS = 600.0
"""Least median interval (ms) of a cut into which a rhythm is put: in exercise none of them would show."""


@dataclass(frozen=True, kw_only=True)
class RealSubjects:
    """What the files hold, and what the checks say of it before anything is put in."""

    tables: Tables
    fired: frozenset[tuple[str, str]]
    """Pairs of subject and signal of which some check fires."""
    assessed: frozenset[tuple[str, str]]
    """Pairs of subject and check that could look."""
    resting: frozenset[str]
    """Cuts of beats at rest."""
    file_count: int

    def ids(self, table: str) -> tuple[str, ...]:
        """Every subject whose rows lie in a table, long enough to be struck, in order of their keys."""
        return tuple(self.tables[OWNERS[table]][KEYS[table]].sort().to_list()) if table in KEYS else ()

    def clean(self, fault: Fault) -> tuple[str, ...]:
        """Subjects a fault can be put into: the checks that should find it could look, and its signals are quiet."""
        found = {check.name: check for check in checks()}
        looked = fault.needs or fault.check_names
        signals = {found[name].signal for name in fault.check_names} | (
            {"clock"} if fault.table == "records" else set()
        )
        return tuple(
            subject
            for subject in self.ids(fault.table)
            if any((subject, name) in self.assessed for name in looked)
            and not any((subject, signal) in self.fired for signal in signals)
            and ("rhythm" not in signals or subject in self.resting)
        )


def real_subjects(folder: Path, progress: Progress, *, largest_bytes: int = LARGEST_BYTES) -> RealSubjects:
    """Reads every export below a folder that holds records or beats, and judges it as it is.

    Files above `largest_bytes` are left out. An activity that several files hold is taken from one of them.
    """
    known, names = _known(folder, progress, largest_bytes=largest_bytes, tables=frozenset({"records", "beats"}))
    tables = _long_enough(known) | _windows(known)
    judged = judge_subjects(tables)
    signals = {check.name: check.signal for check in checks()}
    fired = judged.flags.select("subject_id", pl.col("check_name").replace_strict(signals)).unique()
    assessed = judged.check_outcomes.filter(pl.col("outcome") != "not_assessable").select("subject_id", "check_name")
    middle = tables["beats"].group_by("series_id").agg(pl.col("rr_ms").median())
    return RealSubjects(
        resting=frozenset(middle.filter(pl.col("rr_ms") >= RESTING_MS)["series_id"]),
        tables=tables,
        fired=frozenset(fired.iter_rows()),
        assessed=frozenset(assessed.iter_rows()),
        file_count=len(names),
    )


@dataclass(frozen=True, kw_only=True)
class RealBeats:
    """Five minutes of beats each, as series of their own, and the file each came from."""

    tables: Tables
    names: dict[str, str]
    """Path below the folder by source_file_id."""
    heart_rate: pl.DataFrame
    """What the same files store of heart rate beside their beats: source_file_id, recorded_at_utc, heart_rate_bpm."""


def real_beats(folder: Path, progress: Progress, *, without: str, largest_bytes: int = LARGEST_BYTES) -> RealBeats:
    """Reads the beats of every export below a folder, save those below its subfolder `without`."""
    known, names = _known(
        folder, progress, largest_bytes=largest_bytes, tables=frozenset({"beats"}), without=folder / without
    )
    heart_rate = known["records"].select("source_file_id", "recorded_at_utc", "heart_rate_bpm").drop_nulls()
    return RealBeats(tables=_windows(known), names=names, heart_rate=heart_rate)


def _known(
    folder: Path,
    progress: Progress,
    *,
    largest_bytes: int,
    tables: frozenset[str],
    without: Path | None = None,
) -> tuple[Tables, dict[str, str]]:
    """Rows of every file that a reader of one of the tables recognises, and the path of each by its identity."""
    frames: dict[str, list[pl.DataFrame]] = {}
    names: dict[str, str] = {}
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size <= largest_bytes)
    paths = [path for path in paths if without is None or not path.is_relative_to(without)]
    for path in progress.over(paths, label="read real files", total=len(paths), unit="files"):
        for name, inner in _contents(path):
            identity = hashlib.sha256(inner.read_bytes()).hexdigest()[:16]
            if identity not in names:
                names[identity] = path.relative_to(folder).as_posix()
                _read(inner, name, identity, len(names), frames, tables=tables)
    return {name: pl.concat(frames[name]) if name in frames else empty(name) for name in WANTED}, names


def strike(
    subjects: RealSubjects, fault: Fault, *, chosen: tuple[str, ...], severities: tuple[int, ...], seed: int
) -> Batch:
    """The chosen subjects with a fault at each severity, under keys of their own."""
    key, owner = KEYS[fault.table], OWNERS[fault.table]
    rows = subjects.tables[fault.table].filter(pl.col(key).is_in(chosen)).partition_by(key, as_dict=True)
    frames: list[pl.DataFrame] = []
    owners: list[pl.DataFrame] = []
    pauses: list[pl.DataFrame] = []
    cases: list[Case] = []
    for severity in severities:
        for number, subject in enumerate(chosen):
            name = f"{subject}|{severity}"
            damaged, truth = fault.inject(rows[(subject,)], np.random.default_rng([seed, severity, number]), severity)
            events = tuple(
                Event(rows=frozenset(row["row_indices"]), start_s=row["start_s"], end_s=row["end_s"])
                for row in truth.to_dicts()
                if row["row_indices"]
            )
            if not events:
                continue
            frames.append(damaged.with_columns(pl.lit(name).alias(key)))
            owners.append(_renamed(subjects.tables[owner], key, subject, name))
            pauses.append(_renamed(subjects.tables["pauses"], "activity_id", subject, name))
            cases.append(
                Case(
                    severity=severity,
                    subject_kind=KINDS[fault.table],
                    subject_ids=(name,),
                    row_count=damaged.height,
                    events=events,
                )
            )
    tables = {name: empty(name) for name in WANTED}
    tables[fault.table], tables[owner], tables["pauses"] = pl.concat(frames), pl.concat(owners), pl.concat(pauses)
    return Batch(tables=tables, cases=tuple(cases))


def _renamed(frame: pl.DataFrame, key: str, subject: str, name: str) -> pl.DataFrame:
    return frame.filter(pl.col(key) == subject).with_columns(pl.lit(name).alias(key))


def _contents(path: Path) -> Iterator[tuple[str, Path]]:
    """A file, or each member of an archive, with the name it goes by."""
    try:
        if not is_archive(head_of(path)):
            yield path.name, path
            return
    except OSError:
        return
    for member in members(path):
        if isinstance(member, Problem):
            continue
        try:
            with extracted(path, member.path) as inner:
                yield member.head.name, inner
        except ExportError:
            continue


def _read(
    path: Path,
    name: str,
    identity: str,
    number: int,
    frames: dict[str, list[pl.DataFrame]],
    *,
    tables: frozenset[str],
) -> None:
    """Adds the rows of one file; one that nobody recognises or whose reader gives none of the tables adds none."""
    try:
        reader = recognise(head_of(path, name))
        if not tables & set(reader.tables):
            return
        source = Source(
            path=path,
            name=name,
            source_file_id=identity,
            athlete_id=number,
            time_zone=ZoneInfo("UTC"),
            modified_at_utc=datetime(2026, 1, 1, tzinfo=UTC),
        )
        for item in read_source(source, reader):
            if isinstance(item, ReadBatch) and item.table in WANTED:
                frames.setdefault(item.table, []).append(item.frame)
    except ExportError:
        return


def _long_enough(known: Tables) -> Tables:
    """Activities that a fault has room in, their records numbered from 0, all of them stamped in order."""
    stamped = pl.col("recorded_at_utc")
    span = (stamped.max() - stamped.min()).dt.total_seconds()
    ordered = stamped.is_not_null().all() & (stamped.diff().dt.total_microseconds().fill_null(1) > 0).all()
    kept = known["records"].group_by("activity_id").agg(pl.len(), span.alias("span"), ordered.alias("ordered"))
    kept = kept.filter(pl.col("len").is_between(*RECORDS) & pl.col("span").is_between(SHORTEST_S, LONGEST_S), "ordered")
    once = known["activities"].join(kept, on="activity_id").sort("activity_id")
    once = once.unique(pl.col("start_at_utc").dt.truncate("1m"), keep="first", maintain_order=True)
    tables = {
        name: known[name].join(once, on="activity_id", how="semi", maintain_order="left")
        for name in ("activities", "pauses", "laps", "records")
    }
    number = pl.int_range(pl.len()).over("activity_id").cast(known["records"].schema["record_index"])
    return {
        **tables,
        "records": tables["records"].sort("activity_id", "record_index").with_columns(record_index=number),
    }


def _windows(known: Tables) -> Tables:
    """Beat series cut into five minutes each, as series of their own."""
    window = (pl.col("start_s") // WINDOW_S).cast(pl.Int64)
    cut = pl.concat_str("series_id", window.cast(pl.String).str.zfill(4), separator="~")
    beats = known["beats"].sort("series_id", "beat_index").with_columns(cut.alias("cut"))
    beats = beats.filter(pl.len().over("cut") >= FEWEST_BEATS)
    index = pl.int_range(pl.len()).over("cut").cast(beats.schema["beat_index"])
    start_s = pl.col("start_s") - pl.col("start_s").first().over("cut")
    first_s = pl.col("start_s").first()
    owners = beats.group_by("cut", "series_id", maintain_order=True).agg(pl.len().alias("count"), first_s)
    series = owners.join(known["beat_series"], on="series_id").with_columns(
        pl.col("cut").alias("series_id"),
        pl.col("start_at_utc") + pl.duration(microseconds=(pl.col("start_s") * 1e6).cast(pl.Int64)),
        pl.lit("morning").alias("reading"),
        pl.col("count").cast(known["beat_series"].schema["interval_count"]).alias("interval_count"),
    )
    own = beats.with_columns(beat_index=index, start_s=start_s, series_id=pl.col("cut"))
    return {
        "beat_series": series.select(known["beat_series"].columns),
        "beats": own.select(known["beats"].columns),
    }
