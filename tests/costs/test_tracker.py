import json
import os
from dataclasses import asdict
from types import SimpleNamespace

import pytest

from pipelines.costs import tracker
from pipelines.costs.tracker_reading import Metered, TrackerReading, note, reading

LOST_J = 10.0 * 4.0 * 0.8
"""Energy (J) under which ten CPU-seconds of four watts were not all seen."""


def figures(**changes: object) -> SimpleNamespace:
    good = {"country_name": "Finland", "country_iso_code": "FIN", "cpu_energy": 1e-5}
    return SimpleNamespace(**(good | changes))


def metered(**changes: object) -> Metered:
    facts = {"country": "FIN", "cpu_s": 9.0, "cpu_children_s": 0.0, "sample_count": 20, "watts_per_thread": 4.0}
    return Metered(**(facts | changes))  # type: ignore[arg-type]


def read(emissions_kg: float | None = 1e-6, found: object = None, **changes: object) -> TrackerReading:
    return reading(emissions_kg, figures() if found is None else found, metered(**changes))


def test_good_figures_are_read_as_joules():
    reading = read()

    assert (reading.status, reading.why, reading.doubts) == ("ok", "", ())
    assert reading.energy_j == pytest.approx(36.0)


@pytest.mark.parametrize(
    ("reading", "why", "doubts"),
    [
        (read(None), "no figures", ("tracker_failed",)),
        (reading(1e-6, None, metered()), "no figures", ("tracker_failed",)),
        (read(found=figures(country_name=None)), "does not know the country", ("silent_fallback", "country_wrong")),
        (
            read(found=SimpleNamespace(cpu_energy=1e-5)),
            "does not know the country",
            ("silent_fallback", "country_wrong"),
        ),
        (
            read(found=figures(country_name="France", country_iso_code="FRA")),
            "used FRA where FIN was stated",
            ("country_wrong",),
        ),
        (
            read(found=figures(country_name="Canada", country_iso_code="CAN", region="quebec")),
            "says Quebec",
            ("no_network", "country_wrong"),
        ),
        (
            read(found=figures(energy_consumed=2e-5, emissions=2e-5 * 0.475)),
            "used the world's 475 g/kWh",
            ("silent_fallback",),
        ),
        (read(found=figures(cpu_energy=0.0)), "CPU energy of 0.0", ("tracker_failed",)),
        (read(found=figures(cpu_energy=-1e-9)), "CPU energy of -1e-09", ("tracker_failed",)),
        (read(found=figures(cpu_energy=None)), "CPU energy of None", ("tracker_failed",)),
    ],
)
def test_every_way_it_fails_is_null_with_its_reason_and_its_name(reading, why, doubts):
    assert (reading.energy_j, reading.status, reading.doubts) == (None, "tracker_failed", doubts)
    assert why in reading.why


@pytest.mark.parametrize(("g_per_kwh", "status"), [(475.04, "tracker_failed"), (475.06, "ok"), (79.2, "ok")])
def test_the_intensity_of_the_world_is_told_from_that_of_a_country(g_per_kwh, status):
    assert read(found=figures(energy_consumed=1.0, emissions=g_per_kwh / 1000)).status == status


def test_quebec_is_believed_where_canada_was_stated():
    canada = figures(country_name="Canada", country_iso_code="CAN", region="quebec")

    assert read(found=canada, country="CAN").status == "ok"


@pytest.mark.parametrize(
    ("cpu_s", "sample_count", "status"),
    [(2.0, 10, "ok"), (1.99, 10, "below_floor"), (2.0, 9, "below_floor")],
)
def test_below_the_floor_it_is_null_not_small(cpu_s, sample_count, status):
    reading = read(cpu_s=cpu_s, sample_count=sample_count)

    assert reading.status == status
    assert (reading.energy_j is None) is (status != "ok")
    assert reading.doubts == (() if status == "ok" else ("below_floor",))


@pytest.mark.parametrize(
    ("energy_j", "cpu_children_s", "doubts"),
    [
        (LOST_J - 0.1, 2.1, ("children_lost",)),
        (LOST_J + 0.1, 2.1, ()),
        (LOST_J - 0.1, 1.9, ()),  # low for another reason: the two meters disagree, which the views say
    ],
)
def test_children_that_ended_between_samples_are_called_lost(energy_j, cpu_children_s, doubts):
    reading = read(found=figures(cpu_energy=energy_j / 3.6e6), cpu_s=10.0, cpu_children_s=cpu_children_s)

    assert (reading.status, reading.doubts) == ("ok", doubts)


def test_without_a_country_no_tracker_is_started():
    running = tracker.start(country=None, watts_per_thread=4.0, thread_count=1)

    reading = tracker.stop(running, cpu_s=9.0)
    assert running.tracker is None
    assert (reading.energy_j, reading.status, reading.why) == (None, "tracker_failed", "no country stated")
    assert reading.doubts == ("country_missing", "tracker_failed")


def test_a_tracker_that_was_never_started_is_a_failure_not_a_zero():
    never = SimpleNamespace(stop=lambda: None)
    running = tracker.Running(tracker=never, country="FIN", why="")

    reading = tracker.stop(running, cpu_s=9.0)

    assert (reading.energy_j, reading.status, reading.doubts) == (None, "tracker_failed", ("tracker_failed",))


@pytest.mark.filterwarnings("default")  # what CodeCarbon and its libraries warn of is theirs
def test_a_half_built_tracker_is_a_failure_and_stops_nobody(tmp_path):
    settings = {"output_methods": None, "save_to_file": True, "output_dir": str(tmp_path / "nowhere")}

    running = tracker.start(country="FIN", watts_per_thread=4.0, thread_count=2, settings=settings)
    reading = tracker.stop(running, cpu_s=9.0)

    assert (reading.energy_j, reading.status, reading.doubts) == (None, "tracker_failed", ("tracker_failed",))


def test_the_reading_stands_in_the_row_of_its_process(tmp_path, meter, warehouse):
    found = asdict(read()) | {"sample_count": 20, "interval_s": 0.5, "setup_cpu_s": 1.0, "own_cpu_s": 0.25}
    (tmp_path / "tracker.json").write_text(json.dumps(found))

    with meter.step("model_process", purpose="backtest", partition="") as entry:
        note(tmp_path / "tracker.json", entry)

    (row,) = warehouse.con.sql("from mart_ledger").pl().to_dicts()
    assert (row["crosscheck_j"], row["tracker"], row["tracker_status"]) == (36.0, "codecarbon", "ok")
    assert (row["n_samples"], row["sample_interval_s"], row["tracker_cpu_s"]) == (20, 0.5, 1.25)
    assert json.loads(row["codecarbon_raw"])["country_iso_code"] == "FIN"


def test_a_process_that_was_killed_before_its_reading_has_a_tracker_that_failed(tmp_path, meter, warehouse):
    with meter.step("model_process", purpose="backtest", partition="") as entry:
        note(tmp_path / "tracker.json", entry)

    (row,) = warehouse.con.sql("from mart_ledger").pl().to_dicts()
    assert (row["crosscheck_j"], row["tracker_status"]) == (None, "tracker_failed")
    assert row["doubts"] == ["tracker_failed", "country_missing"]


@pytest.mark.filterwarnings("default")  # what CodeCarbon and its libraries warn of is theirs
def test_the_real_tracker_writes_nothing_and_knows_when_it_is_below_its_floor(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))

    running = tracker.start(country="FIN", watts_per_thread=4.0, thread_count=2)
    reading = tracker.stop(running, cpu_s=0.1)

    assert (reading.energy_j, reading.status) == (None, "below_floor")
    assert reading.version is not None
    assert reading.sample_count >= 1
    assert reading.setup_cpu_s > reading.own_cpu_s > 0
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - hidden files too
