import io
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import fitdecode
import numpy as np
import polars as pl
import pytest

from pipelines.simulation.devices import GARMIN, POLAR, Device
from pipelines.simulation.running import Run
from pipelines.simulation.sleep import hypnogram
from pipelines.simulation.writers.fit import FitActivity, activity_file
from pipelines.simulation.writers.fit_encoding import fit_file
from pipelines.simulation.writers.fit_nights import RestingDay, hrv_status_file, monitoring_file, sleep_file

WATCH = Device(manufacturer=GARMIN, product=3289, serial=4_100_001, firmware_hundredths=2720)
PLAIN = Device(manufacturer=POLAR, product=218, serial=4_100_005, firmware_hundredths=410, is_enhanced=False)
PACKED = replace(PLAIN, recording="compressed")
NIGHT_END_S = 1_780_000_000

Message = dict[str, object]


def messages(content: bytes, name: str) -> list[Message]:
    with fitdecode.FitReader(io.BytesIO(content), check_crc=fitdecode.CrcCheck.RAISE) as reader:
        found = [frame for frame in reader if isinstance(frame, fitdecode.FitDataMessage) and frame.name == name]
    return [{field.name: field.value for field in frame.fields} for frame in found]


def raw(content: bytes, number: int) -> list[dict[int, object]]:
    with fitdecode.FitReader(io.BytesIO(content), check_crc=fitdecode.CrcCheck.RAISE) as reader:
        found = [f for f in reader if isinstance(f, fitdecode.FitDataMessage) and f.global_mesg_num == number]
    return [{field.def_num: field.raw_value for field in frame.fields} for frame in found]


def activity(run: Run, device: Device, *, has_strap: bool = True) -> bytes:
    return activity_file(
        FitActivity(
            records=run.records,
            start_s=run.start_s,
            end_s=run.end_s,
            pauses=run.pauses,
            utc_offset_s=-3600,
            device=device,
            has_strap=has_strap,
        )
    )


@pytest.mark.parametrize("device", [WATCH, PLAIN, PACKED], ids=["enhanced", "plain", "compressed"])
def test_another_decoder_reads_the_records_that_were_written(steady_run: Run, device: Device) -> None:
    found = pl.DataFrame(messages(activity(steady_run, device), "record"), infer_schema_length=None)

    expected = steady_run.records
    assert found["timestamp"].dt.epoch("s").to_list() == expected["recorded_at_utc"].dt.epoch("s").to_list()
    assert found["heart_rate"].to_list() == expected["heart_rate_bpm"].to_list()
    assert found["cadence"].to_list() == expected["cadence_rpm"].to_list()
    assert found["distance"].to_numpy() == pytest.approx(expected["distance_m"].to_numpy(), abs=0.006)
    assert found["enhanced_speed"].to_numpy() == pytest.approx(expected["speed_m_per_s"].to_numpy(), abs=0.0006)
    assert found["enhanced_altitude"].to_numpy() == pytest.approx(expected["altitude_m"].to_numpy(), abs=0.11)
    degrees = found["position_lat"].to_numpy() * 180.0 / 2**31
    assert degrees == pytest.approx(expected["latitude_deg"].to_numpy(), abs=1e-7)


def test_the_session_says_what_the_run_was(steady_run: Run) -> None:
    content = activity(steady_run, WATCH)
    paused_s = sum(end - start for start, end in steady_run.pauses)

    session = messages(content, "session")[0]

    assert session["sport"] == "running"
    assert session["total_elapsed_time"] == steady_run.end_s - steady_run.start_s
    assert session["total_elapsed_time"] - session["total_timer_time"] == paused_s  # type: ignore[operator]
    assert session["total_distance"] == pytest.approx(steady_run.records["distance_m"].max())
    assert session["start_time"] == datetime.fromtimestamp(steady_run.start_s, UTC)


def test_timer_events_enclose_each_pause(steady_run: Run) -> None:
    events = [(event["event_type"], event["timestamp"]) for event in messages(activity(steady_run, WATCH), "event")]

    moments = [datetime.fromtimestamp(moment, UTC) for pause in steady_run.pauses for moment in pause]
    assert [kind for kind, _ in events] == ["start", *["stop_all", "start"] * 2, "stop_all"]
    assert [when for _, when in events[1:-1]] == moments


def test_laps_add_up_to_the_session(steady_run: Run) -> None:
    laps = messages(activity(steady_run, WATCH), "lap")

    assert sum(lap["total_elapsed_time"] for lap in laps) == steady_run.end_s - steady_run.start_s  # type: ignore[misc]
    assert sum(lap["total_distance"] for lap in laps) == pytest.approx(steady_run.records["distance_m"].max(), abs=15.0)


def test_the_local_time_states_the_offset(steady_run: Run) -> None:
    row = raw(activity(steady_run, WATCH), 34)[0]

    assert row[5] - row[253] == -3600  # type: ignore[operator]


@pytest.mark.parametrize(("has_strap", "device_type", "source"), [(True, 120, "antplus"), (False, 10, "local")])
def test_the_file_lists_the_sensor_heart_rate_came_from(
    steady_run: Run, *, has_strap: bool, device_type: int, source: str
) -> None:
    content = activity(steady_run, WATCH, has_strap=has_strap)

    assert raw(content, 23)[1][1] == device_type
    assert messages(content, "device_info")[1]["source_type"] == source


def test_a_missing_heart_rate_is_written_as_invalid_not_as_zero(steady_run: Run) -> None:
    gone = steady_run.records.with_columns(
        heart_rate_bpm=pl.when(pl.int_range(pl.len()) < 30).then(None).otherwise(pl.col("heart_rate_bpm"))
    )

    found = messages(activity(replace(steady_run, records=gone), WATCH), "record")

    assert [row["heart_rate"] for row in found[:31]] == [None] * 30 + [gone["heart_rate_bpm"][30]]


def test_hrv_status_holds_five_minute_values_and_the_average_of_the_night() -> None:
    times = NIGHT_END_S - 300.0 * np.arange(80, 0, -1)
    values = np.linspace(40.0, 80.0, 80)

    content = hrv_status_file(
        device=WATCH,
        times_s=times,
        rmssd_ms=values,
        night_average_ms=61.5,
        week_average_ms=58.25,
        measured_s=NIGHT_END_S,
    )

    epochs, summary = raw(content, 371), raw(content, 370)[0]
    assert [row[0] / 128.0 for row in epochs] == pytest.approx(values.tolist(), abs=0.004)  # type: ignore[operator]
    assert summary[1] == 61.5 * 128
    assert summary[0] == 58.25 * 128
    assert raw(content, 0)[0][0] == 68


def test_a_sleep_file_holds_each_stage_and_ends_awake() -> None:
    night = hypnogram(np.random.default_rng(1), asleep_s=27_000.0, end_s=NIGHT_END_S)

    content = sleep_file(device=WATCH, starts_s=night.starts_s, stages=list(night.stages), end_s=NIGHT_END_S, score=80)

    levels = [row[0] for row in raw(content, 275)]
    numbers = {"awake": 1, "light": 2, "deep": 3, "rem": 4}
    assert levels == [*(numbers[stage] for stage in night.stages), 1]
    assert raw(content, 275)[-1][253] == NIGHT_END_S - 631_065_600
    assert night.seconds_in("light", "deep", "rem") == pytest.approx(27_000.0, rel=0.15)


def test_monitoring_times_come_back_from_their_low_bits() -> None:
    times = 1_779_900_000.0 + 600.0 * np.arange(140)
    day = RestingDay(
        measured_s=1_779_990_000,
        utc_offset_s=0,
        resting_bpm=47.0,
        week_resting_bpm=48.0,
        times_s=times,
        heart_rate_bpm=np.full(140, 60.0),
    )

    content = monitoring_file(device=WATCH, days=[day])

    rows = raw(content, 55)
    last, found = int(rows[0][253]), []  # type: ignore[call-overload]
    for row in rows[1:]:
        last += (int(row[26]) - (last & 0xFFFF)) & 0xFFFF  # type: ignore[call-overload]
        found.append(last + 631_065_600)
    assert found == times[1:].tolist()
    assert raw(content, 211)[0][1] == 47


def test_a_changed_byte_breaks_the_checksum() -> None:
    content = bytearray(fit_file(b""))
    content[5] ^= 1

    with pytest.raises(fitdecode.FitCRCError):
        Counter(fitdecode.FitReader(io.BytesIO(bytes(content)), check_crc=fitdecode.CrcCheck.RAISE))
