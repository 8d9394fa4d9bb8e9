from datetime import UTC, datetime

import dagster as dg
import pytest

from assets.sensors import looks

pytestmark = pytest.mark.orchestrator


def _drop(home, athlete, squad, name="beats.txt", content="800\n"):
    folder = home.inbox / athlete
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "athlete.toml").write_text(f'squad = "{squad}"\n')
    (folder / name).write_text(content)


def _tick(definitions, history):
    schedule = definitions.resolve_schedule_def("nightly")
    context = dg.build_schedule_context(
        instance=history,
        scheduled_execution_time=datetime(2026, 11, 21, 4, 15, tzinfo=UTC),
        repository_def=definitions.get_repository_def(),
    )
    return schedule.evaluate_tick(context)


def test_the_nightly_schedule_asks_for_one_run_per_squad_of_the_inbox(definitions, history, home):
    _drop(home, "robin", "road")
    _drop(home, "kim", "road")
    _drop(home, "alex", "track")

    requests = _tick(definitions, history).run_requests

    assert [(request.partition_key, request.run_key) for request in requests] == [
        ("road", "2026-11-21 road"),
        ("track", "2026-11-21 track"),
    ]
    assert set(history.get_dynamic_partitions("squad")) == {"road", "track"}


def test_the_nightly_schedule_passes_over_an_empty_inbox(definitions, history):
    data = _tick(definitions, history)

    assert not data.run_requests
    assert "No athlete's folder" in data.skip_message


def test_the_inbox_sensor_is_off_and_says_why(definitions):
    sensor = definitions.resolve_sensor_def("inbox")

    assert sensor.default_status is dg.DefaultSensorStatus.STOPPED
    assert "dearest part" in sensor.description


def test_the_inbox_sensor_asks_for_the_squad_that_changed_and_only_that(definitions, history, home):
    _drop(home, "robin", "road")
    _drop(home, "alex", "track")
    sensor = definitions.resolve_sensor_def("inbox")

    def tick(cursor):
        context = dg.build_sensor_context(instance=history, cursor=cursor)
        return sensor(context)

    first = tick(None)
    again = tick(first.cursor)
    _drop(home, "alex", "track", name="later.txt")
    later = tick(first.cursor)

    assert [request.partition_key for request in first.run_requests] == ["road", "track"]
    assert not again.run_requests
    assert first.dynamic_partitions_requests[0].partition_keys == ["road", "track"]
    assert [request.partition_key for request in later.run_requests] == ["track"]


def test_an_inbox_that_is_not_there_looks_empty(home):
    assert looks(home.inbox) == {}
