"""A small hand-made warehouse: one squad whose athletes each show one thing, in a few plain rows."""

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import duckdb
import polars as pl
import pytest

import sql
from pipelines import tables
from pipelines.warehouse.views import packaged_views

TODAY = date(2026, 3, 31)
SERIES = {
    "ln_rmssd": ("rr_night_epochs", "night", "ln_ms", "hrv_day", 4.0, 0.05),
    "resting_heart_rate": ("garmin_daily", "day", "bpm", "resting_hr", 50.0, 1.0),
    "sleep_duration": ("stated", "night", "s", "sleep_duration", 27000.0, 900.0),
}


def migrated() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"threads": 1})
    con.execute("set TimeZone = 'UTC'")
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


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    con = migrated()
    yield con
    con.close()


@pytest.fixture
def squad(con: duckdb.DuckDBPyConnection) -> Squad:
    return Squad(con)


@pytest.fixture
def road(squad: Squad) -> Squad:
    """Five athletes: one lower than usual, one quiet, one badly measured, one silent, one with a new device."""
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
    return squad
