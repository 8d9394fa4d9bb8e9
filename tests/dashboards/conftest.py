"""A small hand-made warehouse: one squad whose athletes each show one thing, in a few plain rows."""

import math
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import duckdb
import polars as pl
import pytest

import sql
from dashboards.proofs import Proof
from pipelines import tables
from pipelines.costs.factors import load_factors
from pipelines.paths import REPOSITORY, home
from pipelines.proofs.stored import ATTENTION, EXPERIMENTS, dated
from pipelines.quality.stop import VERSION
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

    def decided(self, athlete_id: int, *rules: str, squad: str = "Road", **other) -> str:
        """A row of the coach's list of today, shown unless told; gives its id."""
        self.serial += 1
        why = other.get("why_not_shown", "")
        row = {"row_id": f"{self.serial:012x}", "squad": squad, "night_date": TODAY, "athlete_id": athlete_id}
        row |= {"kind": "look", "place": None if why else self.serial, "is_shown": not why, "is_held_out": False}
        row |= {"rules": list(rules), "evidence": 3.0, "novelty": 1.0, "persistence": 1.0, "p_value": 0.004}
        row |= {"show_chance": 0.0 if why else 1.0, "why_not_shown": why, "since_date": TODAY - timedelta(days=1)}
        row |= {"pattern_ids": [], "observation_ids": self.latest(athlete_id), "definition_version": "1"}
        self.insert("attention_rows", [row | other])
        return (row | other)["row_id"]

    def latest(self, athlete_id: int) -> list[str]:
        """Observations of the last three days of an athlete."""
        query = "select observation_id from observations where athlete_id = ? and observed_date > ? order by all"
        return [row[0] for row in self.con.execute(query, [athlete_id, TODAY - timedelta(days=3)]).fetchall()]

    def night(self, *, squad: str = "Road", **other) -> None:
        """How many rows the list of today could have, and how many chance alone would show."""
        row = {"squad": squad, "night_date": TODAY, "athlete_count": 5, "compared_count": 3, "tested_count": 21}
        row |= {"budget_count": 1, "shown_count": 1, "news_count": 0, "expected_by_chance": 0.42}
        row |= {"expected_how": "counted on their own ordinary days", "definition_version": "1"}
        self.insert("attention_nights", [row | other])

    def twins(self, days: list[tuple[int, list[str], list[str], bool]], *, squad: str = "Road") -> None:
        """What rules off the shelf and ours said of athletes today."""
        names = ("athlete_id", "stock_rules", "ours", "differs")
        rows = [{"squad": squad, "night_date": TODAY, **dict(zip(names, day, strict=True))} for day in days]
        self.insert("twin_days", rows)

    def question(self, athlete_id: int, question: str, **other) -> str:
        """An open question about yesterday; gives its id."""
        self.serial += 1
        row = {"question_id": f"{self.serial:012x}", "athlete_id": athlete_id, "signal": "training"}
        row |= {
            "signals": ["training"],
            "cause": "not_known",
            "start_date": TODAY - timedelta(days=1),
            "asked_on": TODAY,
        }
        row |= {"end_date": TODAY - timedelta(days=1), "words": question, "state": "open", "is_folded": False}
        row |= {"choices": ["ill", "travel", "life", "device", "chose_not_to", "other"], "definition_version": 1}
        self.insert("questions", [row | other])
        return row["question_id"]

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
    squad.decided(1, "outside_ln_rmssd")
    squad.night()
    squad.twins([(1, ["hrv_below_week"], ["outside_ln_rmssd"], False), (2, ["hrv_below_week"], [], True)])
    squad.question(4, "No activity on Mon 30 Mar: ill, travel, life, device, chose not to, other?")


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


@pytest.fixture(scope="module")
def kept(empty_file, road_file, tmp_path_factory) -> Iterator[Callable[[str], Squad]]:
    """Makes a squad, "empty" or "road", that the tests of one module only look at."""
    files = {"empty": empty_file, "road": road_file}
    with ExitStack() as stack:

        def make(name: str) -> Squad:
            copy = shutil.copyfile(files[name], tmp_path_factory.mktemp(name) / "warehouse.duckdb")
            made = Squad(stack.enter_context(connected(copy)))
            made.serial = 20_000
            return made

        yield make


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


def _share(**given) -> dict:
    return {"recall": 0.5, "recall_interval": [0.2, 0.8], "event_count": 4, "found_count": 2, **given}


def _target(key: str, verdict: str, *misses: dict) -> dict:
    return {"name": key, "wanted": "at most 1", "measured": "0.5 of 10", "verdict": verdict, "misses": list(misses)}


def _proof_figures(**given) -> dict:
    ends = {"value": 0.01, "low": 0.005, "high": 0.02}
    fault = {"fault": "missed_beat", "precision": 0.9, "precision_interval": [0.8, 1.0], "accused_count": 1}
    errors = {"before_median": 0.2, "before_p95": 0.4, "after_median": 0.01, "after_p95": 0.02}
    error = errors | {
        "withheld_count": 1,
        "covered_count": 3,
        "expected_count": 4,
        "before_median_interval": [0.1, 0.3],
    }
    error |= {"after_median_interval": [0.0, 0.02]}
    gone = error | {"after_median": None, "after_p95": None, "after_median_interval": None}
    rmssd = errors | {"fault": "missed_beat", "severity": 2, "subject_count": 5, "withheld_count": 1}
    rmssd |= {"intervals": {"before_median": [0.1, 0.3]}, "coverage": 0.8, "coverage_interval": [0.4, 1.0]}
    track = _share(fault="drift", size="6 m", severity=2, recorder="positions alone", run_count=5)
    stratum = {"source": "open", "flagged": "0-0.5 %", "subject_count": 200, "coverage": 0.8}
    stratum |= {"purpose": "distance", "coverage_interval": [0.7, 0.9]}
    tool = _share(condition="1 % single faults", tool="ours", kind="ours", series_count=4, median=ends, p95=ends)
    cost = {"name": "a night", "row_count": 30000, "each_cpu_s": [0.1, 0.2]}
    cost |= {"cpu_s": {"best": 0.1, "worst": 0.2}, "us_per_row": {"best": 2.5, "worst": 5.0}}
    rate = {"per_100": 1.0, "interval": [0.0, 5.0]}
    known = {"reason": "The watch lost beats there", "tried": "a wider limit"}
    return {
        "format": 1,
        "made_at_utc": "2026-11-01T10:00:00+00:00",
        "rules_version": VERSION,
        "seed": 1,
        "is_quick": True,
        "targets": [
            _target("false flags", "met"),
            _target("marked real beats", "missed", {"told": "", "known": [known]}),
            _target("speed", "not measured here"),
        ],
        "faults": [
            _share(**fault, severity=severity, recall=recall, clean_count=9, us_per_row=2.0)
            for severity, recall in ((1, 0.5), (2, 1.0))
        ],
        "real_files": {
            "file_count": 9,
            "activity_count": 8,
            "window_count": 7,
            "faults": [_share(fault="missed_beat", severity=2, recall=0.75)],
        },
        "rmssd": [rmssd],
        "tracks": [{**track, "distance": error, "mean_pace": gone}],
        "false_alarms": [{"control": "mornings", "is_hard": False, "day_count": 9, "doubtful": rate, "unusable": rate}],
        "expected_error": {
            "targets": {"coverage": [0.78, 0.84], "fewest_subjects": 100},
            "strata": [stratum, stratum | {"flagged": "2-5 %", "subject_count": 9}, stratum | {"purpose": "hr_zones"}],
            "surprise": [stratum | {"flagged": "all"}],
            "p_ok": {"expected_calibration_error": 0.02},
        },
        "peers": {
            "versions": {"NeuroKit2": "0.2.13"},
            "missing": ["systole: not installed"],
            "errors": [tool, tool | {"tool": "NeuroKit2", "kind": "package"}],
            "real_errors": [tool],
        },
        "judging": {"batch_count": 20, "nights": cost, "runs": cost, "together": cost},
        **given,
    }


@pytest.fixture(scope="session")
def proof_figures() -> Callable[..., dict]:
    """Makes the figures of a small bench that never was, in the shape the bench stores."""
    return _proof_figures


def _list_figures(**given) -> dict:
    share = {"recall": 0.8, "recall_interval": [0.6, 0.9], "episode_count": 10, "found_count": 8}
    cells = [
        share | {"kind": kind, "severity": severity, "median_lead_days": 3.0}
        for kind in ("pacing_drift", "all")
        for severity in ("mild", "moderate", "severe")
    ]
    names = ("ours", "by rule, as many rows as ours", "by rule, whole budget")
    rows = {"row_count": 1000, "false_count": 600, "precision": 0.4, "precision_interval": [0.3, 0.5], "cells": cells}
    nights = {"athlete_count": 50, "night_count": 20, "shown_count": 5, "expected_count": 10.0}
    return {
        "seed": 1,
        "stable": nights | {"per_night_interval": [0.2, 0.3]},
        "planted_night_count": 40,
        "planted_athlete_count": 50,
        "lists": [rows | {"name": name} for name in names],
        "real": nights | {"own_day_count": 90},
        "promises": [
            {"name": "false rows", "wanted": "at most 500", "measured": "600", "is_met": False},
            {"name": "rows a night", "wanted": "at most 1", "measured": "0.25", "is_met": True},
        ],
    } | given


def _experiment_figures(**given) -> dict:
    line = {"wanted": "none", "measured": "none"}
    power = {"group": "all", "stated": 0.5, "shown": 0.55, "count": 20, "lower": 0.4, "upper": 0.7}
    nobody = {"group": "calm", "stated": 0.0, "shown": None, "count": 0, "lower": 0.0, "upper": 1.0}
    return {
        "seed": 1,
        "lines": [line | {"name": "one", "verdict": "met"}, line | {"name": "other", "verdict": "missed"}],
        "powers": [power, nobody],
        "played": {"with_effect": {"asked": 30, "refused": 10, "without_verdict": 1}},
    } | given


@pytest.fixture(scope="session")
def bench_figures() -> Callable[..., dict]:
    """Makes the figures of the list or of experiments, of a small bench that never was."""

    def make(bench, rules_version=None, **given) -> dict:
        rules = rules_version or Proof(bench=bench).rules_in_force
        figures = {ATTENTION.name: _list_figures, EXPERIMENTS.name: _experiment_figures}[bench.name](**given)
        return dated(figures, bench, now=datetime(2026, 11, 1, tzinfo=UTC), rules_version=rules, is_quick=True)

    return make


@pytest.fixture(scope="session")
def proofs(proof_figures, bench_figures) -> list[Proof]:
    """What a home keeps that has figures of every bench."""
    benches = [Proof(bench=bench, figures=bench_figures(bench)) for bench in (ATTENTION, EXPERIMENTS)]
    return [Proof(figures=proof_figures()), *benches]
