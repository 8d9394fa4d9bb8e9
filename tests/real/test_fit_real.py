"""Real FIT files against an independent decoder: same records, same sums, and at least as much of damaged files.

Disagreements that are kept, with the reason by the bytes:
- Power and speed: where the file's own records hold none, a developer field whose description names the native
  field stands in (Stryd, rowing apps); fitdecode gives developer fields under their own names only.
- Tables of the maker's tool (fit_oracle_csv): one leaves out the very first record, which the bytes hold; cadence
  stands there without its fraction, and as 0 where the byte is 0xFF, which means missing.
- Damaged files: fitdecode raises; what it gave until then is compared, and ours must hold at least that.
"""

import csv
import io
import os
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import fitdecode
import polars as pl
import pytest

from pipelines.errors import CorruptExport
from pipelines.readers.contract import Batch, ReadReport, Source
from pipelines.readers.fit.timestamps import FIT_EPOCH_UNIX_S
from pipelines.readers.fit_export import READER
from pipelines.tables import empty

pytestmark = pytest.mark.real

REAL = Path(os.environ.get("WATTWORTH_REAL", "")) if os.environ.get("WATTWORTH_REAL") else None
SEMICIRCLE_DEG = 180 / 2**31
RECORD = 20
LARGE_BYTES = 1_000_000
"""Files above this size are compared in their first 20 000 records only: fitdecode needs ten seconds for the rest."""
LARGE_RECORDS = 20_000

TABLE = "Real FIT files (file, status, records, sum of heart rates in bpm, last distance in m, losses)"

FILLED_BY_US = {"power_w", "speed_m_per_s"}
"""Columns that may hold values where the other decoder has none at all: see the module's first lines."""


def _files():
    if REAL is None or not (REAL / "fit").is_dir():
        return []
    return sorted(path for path in (REAL / "fit").rglob("*") if path.suffix.lower() in {".fit", ".zip"})


def _bytes(path):
    if path.suffix.lower() != ".zip":
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.lower().endswith(".fit") and "__MACOSX" not in name]
        return archive.read(names[0])


def _parameters(paths):
    if not paths:
        reason = "WATTWORTH_REAL is not set, or has no folder fit: there are no real files to read"
        return [pytest.param(None, marks=pytest.mark.skip(reason=reason))]
    return [pytest.param(path, id=f"{path.parent.name}/{path.name}") for path in paths]


@dataclass(frozen=True)
class Ours:
    tables: dict[str, pl.DataFrame]
    report: ReadReport

    def __getitem__(self, table):
        return self.tables.get(table, empty(table))


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Reads content as a file; the same content, once for all tests."""
    path = tmp_path_factory.mktemp("real") / "real.fit"

    @cache
    def read_bytes(data):
        path.write_bytes(data)
        source = Source(path=path, name=path.name, source_file_id="f00d", athlete_id=1, time_zone=ZoneInfo("UTC"))
        *batches, report = READER.read(source)
        frames = {}
        for batch in batches:
            assert isinstance(batch, Batch)
            frames.setdefault(batch.table, []).append(batch.frame)
        return Ours({table: pl.concat(parts) for table, parts in frames.items()}, report)

    return read_bytes


def _theirs(data, limit):
    """Records of the other decoder as dictionaries, until its error."""
    rows, error = [], None
    try:
        with fitdecode.FitReader(
            io.BytesIO(data),
            processor=None,  # what it would make pleasant to read is not looked at
            check_crc=fitdecode.CrcCheck.DISABLED,
            error_handling=fitdecode.ErrorHandling.IGNORE,
        ) as reader:
            for frame in reader:
                if frame.frame_type == fitdecode.FIT_FRAME_DATA and frame.global_mesg_num == RECORD:
                    fields = [field for field in frame.fields if not getattr(field.field_def, "is_dev", False)]
                    rows.append({field.name: field.value for field in fields if field.value is not None})
                    if len(rows) == limit:
                        break
    except fitdecode.FitError as found:
        error = found
    return rows, error


def _number(row, *names):
    return next((row[name] for name in names if isinstance(row.get(name), (int, float))), None)


def _time(row):
    at = row.get("timestamp")
    return datetime.fromtimestamp(FIT_EPOCH_UNIX_S + at, UTC) if isinstance(at, int) else at


def _cadence(row):
    whole = _number(row, "cadence")
    return None if whole is None else whole + (_number(row, "fractional_cadence") or 0)


def _degrees(row, name):
    raw = _number(row, name)
    return None if raw is None else raw * SEMICIRCLE_DEG


COLUMNS = {
    "recorded_at_utc": _time,
    "heart_rate_bpm": lambda row: _number(row, "heart_rate"),
    "latitude_deg": lambda row: _degrees(row, "position_lat"),
    "longitude_deg": lambda row: _degrees(row, "position_long"),
    "altitude_m": lambda row: _number(row, "enhanced_altitude", "altitude"),
    "distance_m": lambda row: _number(row, "distance"),
    "speed_m_per_s": lambda row: _number(row, "enhanced_speed", "speed"),
    "cadence_rpm": _cadence,
    "power_w": lambda row: _number(row, "power"),
    "temperature_c": lambda row: _number(row, "temperature"),
    "gps_accuracy_m": lambda row: _number(row, "gps_accuracy"),
}


def _differences(name, ours, theirs):
    if name in FILLED_BY_US and not any(value is not None for value in theirs):
        return []
    if name == "recorded_at_utc":
        return [row for row, pair in enumerate(zip(ours, theirs, strict=True)) if pair[0] != pair[1]]
    return [
        row
        for row, (mine, other) in enumerate(zip(ours, theirs, strict=True))
        if (mine is None) != (other is None) or (mine is not None and abs(mine - other) > 1e-6)
    ]


@pytest.mark.parametrize("path", _parameters(_files()))
def test_a_real_file_reads_as_an_independent_decoder_reads_it(path, read, record_property):
    data = _bytes(path)
    limit = LARGE_RECORDS if len(data) > LARGE_BYTES else None

    ours = read(data)
    records = ours["records"]
    theirs, error = _theirs(data, limit)

    record_property("outcome", f"{TABLE}: {_told(path, ours)}")
    assert len(records) == len(theirs) or limit or error
    assert len(records) >= len(theirs), "ours keeps at least what the other gave before its error"
    shared = records.head(len(theirs))
    for name, of in COLUMNS.items():
        other = [of(row) for row in theirs]
        mine = shared[name].to_list()
        assert not _differences(name, mine, other), name
    if error is not None:
        assert ours.report.losses, "what made the other decoder stop is named"


def _told(path, ours):
    records = ours["records"]
    distance = records["distance_m"].drop_nulls()
    last = f"{distance[-1]:.1f}" if len(distance) else "-"
    status = "partial" if ours.report.losses else "read"
    losses = "; ".join(f"{loss.what} at {loss.where}" for loss in ours.report.losses)
    heart_rates = records["heart_rate_bpm"].cast(pl.Int64).sum()
    return f"{path.name[:58]:58} {status:8} {len(records):8} {heart_rates:10} {last:>10}  {losses}"


@pytest.mark.parametrize("path", _parameters(_files()))
def test_a_real_file_keeps_its_own_order_and_belongings(path, read):
    ours = read(_bytes(path))
    records, activities = ours["records"], ours["activities"]

    assert records["record_index"].to_list() == list(range(len(records)))
    assert set(records["activity_id"].unique()) <= set(activities["activity_id"])
    assert activities["record_count"].sum() == len(records)
    assert ours["beat_series"]["interval_count"].sum() == len(ours["beats"])
    assert (activities["end_at_utc"] >= activities["start_at_utc"]).all()
    starts = ours["beats"].select((pl.col("start_s").diff() > -60).over("series_id")).to_series()
    assert starts.drop_nulls().all()


def _with_strap_memory():
    names = {"GarminHRMswim.FIT", "event_timestamp.fit"}
    return [path for path in _files() if path.name in names]


@pytest.mark.parametrize("path", _parameters(_with_strap_memory()))
def test_heart_rates_merged_from_a_real_strap_reach_the_maximum_that_the_watch_states(path, read):
    ours = read(_bytes(path))

    activity = ours["activities"].row(0, named=True)
    assert ours["records"]["other_heart_rate_bpm"].max() == activity["max_heart_rate_bpm"]
    assert activity["heart_rate_source"] == "strap"


def _oracles():
    if REAL is None:
        return []
    found = (REAL / "fit_oracle_csv").rglob("*-records.csv")
    return sorted(path for path in found if _original(path).is_file())


def _original(path):
    return REAL / "fit" / path.parent.name / path.name.replace("-records.csv", ".fit")


@pytest.mark.parametrize("path", _parameters(_oracles()))
def test_a_real_file_reads_as_the_makers_own_tool_wrote_it_down(path, read):
    records = read(_original(path).read_bytes())["records"]
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [{name.strip().lower(): value for name, value in row.items()} for row in csv.DictReader(lines)]

    def column(*names):
        values = (next((row[name] for name in names if name in row), "") for row in rows)
        return [None if value in {"", "null", "None"} else float(value) for value in values]

    assert len(records) - len(rows) in {0, 1}
    records = records.tail(len(rows))
    pairs = {
        "heart_rate_bpm": ("heart_rate", "heart rate [bpm]"),
        "distance_m": ("distance", "distance [m]"),
        "speed_m_per_s": ("speed", "speed [m/s]"),
        "altitude_m": ("altitude",),
        "temperature_c": ("temperature",),
    }
    for name, headings in pairs.items():
        if any(heading in rows[0] for heading in headings):
            assert not _differences("", records[name].to_list(), column(*headings)), name
    whole_cadence = records["cadence_rpm"].floor().fill_null(0.0).to_list()
    assert whole_cadence == [rate or 0.0 for rate in column("cadence", "cadence [rpm]")]


@pytest.mark.parametrize("path", _parameters(_files()[::8]))
def test_a_real_file_cut_in_two_keeps_its_first_half(path, read):
    data = _bytes(path)
    whole = read(data)["records"]

    try:
        half = read(data[: len(data) // 2])
    except CorruptExport:
        assert len(data) < 200
        return

    kept = half["records"]
    assert half.report.losses
    assert kept["recorded_at_utc"].equals(whole["recorded_at_utc"].head(len(kept)))
    assert kept["altitude_m"].equals(whole["altitude_m"].head(len(kept)))
