import os
from types import SimpleNamespace

import pytest

from pipelines.costs import tracker


def figures(**changes: object) -> SimpleNamespace:
    good = {"country_name": "Finland", "country_iso_code": "FIN", "cpu_energy": 1e-5}
    return SimpleNamespace(**(good | changes))


def read(emissions_kg: float | None = 1e-6, found: object = None, **changes: object) -> tracker.TrackerReading:
    facts = {"country": "FIN", "cpu_s": 9.0, "sample_count": 20} | changes
    return tracker.reading(emissions_kg, figures() if found is None else found, **facts)  # type: ignore[arg-type]


def test_good_figures_are_read_as_joules():
    reading = read()

    assert (reading.status, reading.why) == ("ok", "")
    assert reading.energy_j == pytest.approx(36.0)


@pytest.mark.parametrize(
    ("reading", "why"),
    [
        (read(None), "no figures"),
        (tracker.reading(1e-6, None, country="FIN", cpu_s=9.0, sample_count=20), "no figures"),
        (read(found=figures(country_name=None)), "does not know the country"),
        (read(found=SimpleNamespace(cpu_energy=1e-5)), "does not know the country"),
        (read(found=figures(country_name="Canada", country_iso_code="CAN")), "used CAN where FIN was stated"),
        (read(found=figures(cpu_energy=0.0)), "CPU energy of 0.0"),
        (read(found=figures(cpu_energy=-1e-9)), "CPU energy of -1e-09"),
        (read(found=figures(cpu_energy=None)), "CPU energy of None"),
    ],
)
def test_every_way_it_fails_is_null_with_its_reason(reading, why):
    assert (reading.energy_j, reading.status) == (None, "tracker_failed")
    assert why in reading.why


@pytest.mark.parametrize(
    ("cpu_s", "sample_count", "status"),
    [(2.0, 10, "ok"), (1.99, 10, "below_floor"), (2.0, 9, "below_floor")],
)
def test_below_the_floor_it_is_null_not_small(cpu_s, sample_count, status):
    reading = read(cpu_s=cpu_s, sample_count=sample_count)

    assert reading.status == status
    assert (reading.energy_j is None) is (status != "ok")


def test_without_a_country_no_tracker_is_started():
    running = tracker.start(country=None, watts_per_thread=4.0, thread_count=1)

    reading = tracker.stop(running, cpu_s=9.0)
    assert running.tracker is None
    assert (reading.energy_j, reading.status, reading.why) == (None, "tracker_failed", "no country stated")


def test_a_tracker_that_was_never_started_is_a_failure_not_a_zero():
    never = SimpleNamespace(stop=lambda: None)
    running = tracker.Running(tracker=never, country="FIN", why="", samples=SimpleNamespace(count=0))

    reading = tracker.stop(running, cpu_s=9.0)

    assert (reading.energy_j, reading.status) == (None, "tracker_failed")


@pytest.mark.filterwarnings("default")  # what CodeCarbon and its libraries warn of is theirs
def test_the_real_tracker_writes_nothing_and_knows_when_it_is_below_its_floor(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))

    running = tracker.start(country="FIN", watts_per_thread=4.0, thread_count=2)
    reading = tracker.stop(running, cpu_s=0.1)

    assert (reading.energy_j, reading.status) == (None, "below_floor")
    assert reading.version is not None
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - hidden files too
