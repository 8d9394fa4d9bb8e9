"""A small hand-made warehouse: one squad whose athletes each show one thing, in a few plain rows."""

import math
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import duckdb
import polars as pl
import pytest

import sql
from pipelines import tables
from pipelines.costs.factors import load_factors
from pipelines.paths import REPOSITORY, home
from pipelines.warehouse.views import packaged_views

TODAY = date(2026, 3, 31)
SERIES = {
    "ln_rmssd": ("rr_night_epochs", "night", "ln_ms", "hrv_day", 4.0, 0.05),
    "resting_heart_rate": ("garmin_daily", "day", "bpm", "resting_hr", 50.0, 1.0),
    "sleep_duration": ("stated", "night", "s", "sleep_duration", 27000.0, 900.0),
}


def connected(path: Path | str) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(path, config={"threads": 1})
    con.execute("set TimeZone = 'UTC'")
    return con


def migrated(path: Path | str = ":memory:") -> duckdb.DuckDBPyConnection:
    con = connected(path)
    for name in sql.names("migrations"):
        con.execute(sql.statement(name))
    for text in packaged_views().values():
        con.execute(text)
    return con


class Squad:
    """Writes rows into the tables that the marts read."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        self.serial = 0

    def insert(self, table: str, rows: list[dict]) -> None:
        if not rows:
            return
        frame = tables.conform(pl.DataFrame(rows, infer_schema_length=None), table)
        self.con.register("rows", frame)
        self.con.execute(f"insert into {table} by name from rows")
        self.con.unregister("rows")

    def athlete(self, athlete_id: int, name: str, *, squad: str = "Road", simulated: bool = True, **card) -> None:
        row = {"athlete_id": athlete_id, "folder": f"folder-{athlete_id}", "display_name": name, "squad": squad}
        self.insert("athletes", [{**row, "time_zone": "Europe/Helsinki", "is_simulated": simulated, **card}])
        self.insert(
            "devices", [{"device_id": f"w:{athlete_id}", "manufacturer": "maker", "product": f"watch {athlete_id}"}]
        )
        self.source(athlete_id)

    def source(self, athlete_id: int) -> str:
        source = f"{athlete_id:016x}"
        row = {"source_file_id": source, "sha256": source * 4, "athlete_id": athlete_id, "path": "export.fit"}
        self.insert("source_files", [{**row, "size_bytes": 1, "status": "loaded", "is_partial": False}])
        return source

    def days(
        self, athlete_id: int, metric: str, values: dict[date, float | None], *, device: str | None = None, **other
    ):
        """Observations with a usual range of centre ± one spread, from 30 days unless told."""
        method, reading, unit, purpose, centre, spread = SERIES[metric]
        reading = other.pop("reading", reading)
        device = f"w:{athlete_id}" if device is None else device
        source = f"{athlete_id:016x}"
        day_count, start = (
            other.pop("baseline_day_count", 30),
            other.pop("segment_start_date", TODAY - timedelta(days=90)),
        )
        observations, baselines, nights = [], [], []
        for on, value in values.items():
            self.serial += 1
            night_id = f"{source}:n{self.serial}"
            night = {"night_id": night_id, "athlete_id": athlete_id, "source_file_id": source, "night_date": on}
            at = datetime(on.year, on.month, on.day, 4, tzinfo=UTC)
            nights.append({**night, "start_at_utc": at, "end_at_utc": at, "time_basis": "utc", "device_id": device})
            key = {
                "athlete_id": athlete_id,
                "metric": metric,
                "method": method,
                "reading": reading,
                "device_id": device,
            }
            observations.append(
                {
                    **key,
                    "observation_id": f"{self.serial:012x}",
                    "subject_kind": "night",
                    "subject_id": night_id,
                    "observed_date": on,
                    "purpose": purpose,
                    "observed_value": value,
                    "unit": unit,
                    "expected_error": spread / 2,
                    "grade": "ok",
                    "verdict": "usable",
                    "reasons": [],
                    "remedy": "",
                    "evidence": '{"pair_count": 900, "flagged_fraction": 0.02}',
                    "definition_version": 1,
                }
                | other
            )
            has_range = day_count >= 14
            baselines.append(
                {
                    **key,
                    "baseline_date": on,
                    "day_count": day_count,
                    "median": centre if has_range else None,
                    "spread": spread if has_range else None,
                    "lower_limit": centre - spread if has_range else None,
                    "upper_limit": centre + spread if has_range else None,
                    "unit": unit,
                    "grade": "ok" if day_count >= 20 else "doubtful" if has_range else "unusable",
                    "segment_start_date": start,
                    "definition_version": 1,
                }
            )
        self.insert("nights", nights)
        self.insert("observations", observations)
        self.insert("baselines", baselines)

    def note(self, athlete_id: int, on: date, kind: str, note: str) -> None:
        self.serial += 1
        row = {"athlete_id": athlete_id, "source_file_id": f"{athlete_id:016x}", "note_index": self.serial}
        self.insert("notes", [{**row, "note_date": on, "author": "athlete", "kind": kind, "note": note}])

    def steady(self, athlete_id: int, metric: str, *, back: int = 40, until: int = 0) -> dict[date, float]:
        """Values inside the usual range, gently waving, from `back` days ago until `until` days ago."""
        *_, centre, spread = SERIES[metric]
        return {TODAY - timedelta(days=d): centre + 0.6 * spread * math.sin(d + athlete_id) for d in range(until, back)}


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory) -> Path:
    """A database with every table and view and no row; copied for each test, since making it takes a while."""
    path = tmp_path_factory.mktemp("empty") / "warehouse.duckdb"
    migrated(path).close()
    return path


@pytest.fixture(scope="session")
def road_file(empty_file, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("road") / "warehouse.duckdb"
    shutil.copyfile(empty_file, path)
    with connected(path) as con:
        fill_road(Squad(con))
    return path


@pytest.fixture
def con(empty_file, tmp_path_factory) -> Iterator[duckdb.DuckDBPyConnection]:
    with connected(shutil.copyfile(empty_file, tmp_path_factory.mktemp("con") / "warehouse.duckdb")) as con:
        yield con


@pytest.fixture
def squad(con: duckdb.DuckDBPyConnection) -> Squad:
    return Squad(con)


@pytest.fixture
def road(road_file, tmp_path_factory) -> Iterator[Squad]:
    """Five athletes: one lower than usual, one quiet, one badly measured, one silent, one with a new device."""
    with connected(shutil.copyfile(road_file, tmp_path_factory.mktemp("copy") / "warehouse.duckdb")) as con:
        squad = Squad(con)
        squad.serial = 10_000
        yield squad


def fill_road(squad: Squad) -> None:
    squad.athlete(1, "Aino <b>Aalto</b>", background="Came back in <i>May</i>; must rest more, she says.")
    values = squad.steady(1, "ln_rmssd")
    squad.days(1, "ln_rmssd", values | {TODAY - timedelta(days=d): 3.8 - 0.01 * d for d in range(3)})
    squad.note(1, TODAY, "note", "Legs <script>alert(1)</script> ready to rest")
    squad.athlete(2, "Bo Berg")
    for metric in SERIES:
        squad.days(2, metric, squad.steady(2, metric))
    squad.athlete(3, "Cy Cole")
    squad.days(3, "ln_rmssd", squad.steady(3, "ln_rmssd", until=2))
    squad.days(
        3,
        "ln_rmssd",
        {TODAY: None, TODAY - timedelta(days=1): None},
        grade="unusable",
        verdict="not_usable",
        reasons=[{"check_name": "beats_missed", "share_fraction": 0.8}],
        remedy="Wet the electrodes of the strap.",
    )
    squad.athlete(4, "Di Dahl")
    squad.days(4, "ln_rmssd", squad.steady(4, "ln_rmssd", until=9))
    squad.athlete(5, "Ed Eklund")
    squad.insert("devices", [{"device_id": "new:5", "manufacturer": "maker", "product": "ring"}])
    squad.days(5, "ln_rmssd", squad.steady(5, "ln_rmssd", until=4))
    new = {TODAY - timedelta(days=d): 3.2 for d in range(4)}
    squad.days(5, "ln_rmssd", new, device="new:5", baseline_day_count=3, segment_start_date=min(new))


RUN_AT = datetime(2026, 3, 31, 4, tzinfo=UTC)


def ledger_entry(step_key: str, purpose: str, **other) -> dict:
    """Ten CPU seconds at 4 W a thread, unless told: 40 J before the factors."""
    return {
        "entry_id": f"{step_key}-1",
        "run_id": "run-1",
        "step_key": step_key,
        "partition": "Road",
        "attempt": 1,
        "purpose": purpose,
        "started_at_utc": RUN_AT,
        "ended_at_utc": RUN_AT + timedelta(seconds=12),
        "status": "ok",
        "is_simulated": True,
        "wall_s": 12.0,
        "cpu_self_s": 10.0,
        "cpu_children_s": 0.0,
        "foreign_cpu_s": 1.0,
        "subject_count": 7,
        "athlete_day_count": 5,
        "evidence": "estimated_cpu_time",
        "method": "getrusage",
        "cpu_model": "A processor",
        "is_virtualised": True,
        "machine_thread_count": 2,
        "watts_per_thread": 4.0,
        "watts_source": "per_thread_default",
        "note": "",
    } | other


@pytest.fixture
def entry():
    return ledger_entry


def fill_costs(con: duckdb.DuckDBPyConnection) -> None:
    load_factors(SimpleNamespace(home=home(REPOSITORY / "data"), con=con))
    killed = {"status": "killed", "evidence": "not_assessed", "wall_s": None, "cpu_self_s": None}
    killed |= {"cpu_children_s": None, "ended_at_utc": None, "note": "no sign of life after the start"}
    steps = [ledger_entry("read", "ingest"), ledger_entry("judge", "judge")]
    Squad(con).insert("ledger_entries", [*steps, ledger_entry("observe", "observe", **killed)])


@pytest.fixture
def costed(road: Squad) -> Squad:
    """The squad with factors of our repository and three steps, one of them killed; no country is stated."""
    fill_costs(road.con)
    return road


@pytest.fixture(scope="session")
def cost_rows():
    return fill_costs


@pytest.fixture(scope="session")
def connect():
    return connected


@pytest.fixture
def at_home():
    """Puts one athlete with a few days into the tables of a connection."""

    def fill(con: duckdb.DuckDBPyConnection) -> None:
        squad = Squad(con)
        squad.athlete(1, "A")
        squad.days(1, "ln_rmssd", squad.steady(1, "ln_rmssd"))

    return fill
