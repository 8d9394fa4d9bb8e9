"""TCX as devices and apps write it, with its faults: what is whole is kept, what is lost is named."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from pipelines.errors import CorruptExport, UnsupportedExport

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<TrainingCenterDatabase xmlns="x" xmlns:ns3="y">\n<Activities>\n'
TAIL = "</Activities>\n</TrainingCenterDatabase>\n"


def _time(second: int) -> str:
    return f"2026-03-01T07:{second // 60:02d}:{second % 60:02d}.000Z"


def _point(second: int, more: str = "") -> str:
    return f"<Trackpoint><Time>{_time(second)}</Time>{more}</Trackpoint>\n"


def _track(seconds: range) -> str:
    return f"<Track>{''.join(map(_point, seconds))}</Track>\n"


def _lap(second: int, tracks: str, *, timer_s: float = 10, more: str = "") -> str:
    total = f"<TotalTimeSeconds>{timer_s}</TotalTimeSeconds><DistanceMeters>30.0</DistanceMeters>"
    return f'<Lap StartTime="{_time(second)}">{total}{more}{tracks}</Lap>\n'


def _file(*activities: str) -> str:
    return HEAD + "".join(activities) + TAIL


def _activity(laps: str, sport: str = "Running", more: str = "") -> str:
    return f'<Activity Sport="{sport}"><Id>{_time(0)}</Id>{laps}{more}</Activity>\n'


def _utc(second: int) -> datetime:
    return datetime(2026, 3, 1, 7, second // 60, second % 60, tzinfo=UTC)


FULL = (
    "<Position><LatitudeDegrees>52.5</LatitudeDegrees><LongitudeDegrees>-13.25</LongitudeDegrees></Position>"
    "<AltitudeMeters>34.2</AltitudeMeters><DistanceMeters>12.5</DistanceMeters>"
    "<HeartRateBpm><Value>120</Value></HeartRateBpm><SensorState>Present</SensorState>"
    "<Extensions><ns3:TPX CadenceSensor='Footpod'><ns3:Speed>3.1</ns3:Speed><ns3:RunCadence>84</ns3:RunCadence>"
    "<ns3:Watts>250</ns3:Watts></ns3:TPX></Extensions>"
)


def test_every_value_of_a_trackpoint_lands_in_its_column(read_whole: Callable[..., Any]) -> None:
    content = _file(_activity(_lap(0, f"<Track>{_point(0, FULL)}</Track>")))

    record = read_whole("a.tcx", content).frames["records"].row(0, named=True)

    assert record == {
        "athlete_id": 7,
        "source_file_id": "0123456789abcdef",
        "activity_id": "0123456789abcdef:0",
        "record_index": 0,
        "recorded_at_utc": _utc(0),
        "latitude_deg": 52.5,
        "longitude_deg": -13.25,
        "altitude_m": 34.2,
        "distance_m": 12.5,
        "speed_m_per_s": 3.1,
        "heart_rate_bpm": 120,
        "other_heart_rate_bpm": None,
        "cadence_rpm": 84.0,
        "power_w": 250.0,
        "temperature_c": None,
        "gps_accuracy_m": None,
    }


def test_laps_are_summed_up_for_the_activity(read_whole: Callable[..., Any]) -> None:
    first = "<Calories>7</Calories><AverageHeartRateBpm><Value>120</Value></AverageHeartRateBpm>"
    first += "<MaximumHeartRateBpm><Value>140</Value></MaximumHeartRateBpm>"
    second = first.replace("120", "150").replace("140", "160")
    laps = _lap(0, _track(range(10)), timer_s=10, more=first) + _lap(10, _track(range(10, 41)), timer_s=30, more=second)

    frames = read_whole("a.tcx", _file(_activity(laps))).frames

    activity = frames["activities"].row(0, named=True)
    assert activity["start_at_utc"] == _utc(0)
    assert activity["end_at_utc"] == _utc(40)
    assert (activity["elapsed_s"], activity["timer_s"], activity["distance_m"]) == (40.0, 40.0, 60.0)
    assert (activity["energy_kcal"], activity["max_heart_rate_bpm"]) == (14.0, 160.0)
    assert activity["average_heart_rate_bpm"] == (120 * 10 + 150 * 30) / 40
    assert (activity["sport"], activity["local_date"], activity["time_basis"]) == ("running", date(2026, 3, 1), "utc")
    assert frames["laps"]["lap_index"].to_list() == [0, 1]
    assert frames["laps"]["timer_s"].to_list() == [10.0, 30.0]
    assert "pauses" not in frames


def test_a_new_track_in_a_lap_is_a_pause(read_whole: Callable[..., Any]) -> None:
    laps = _lap(0, _track(range(5)) + _track(range(25, 30)), timer_s=10)

    pauses = read_whole("a.tcx", _file(_activity(laps))).frames["pauses"]

    assert pauses.select("start_at_utc", "end_at_utc").rows() == [(_utc(4), _utc(25))]


@pytest.mark.parametrize(("next_lap_s", "pause_count"), [(12, 0), (13, 1)])
def test_a_lap_border_is_a_pause_only_where_time_stood_still(
    next_lap_s: int, pause_count: int, read_whole: Callable[..., Any]
) -> None:
    laps = _lap(0, _track(range(10)), timer_s=10) + _lap(next_lap_s, _track(range(next_lap_s, 30)))

    frames = read_whole("a.tcx", _file(_activity(laps))).frames

    assert len(frames.get("pauses", ())) == pause_count


def test_a_trackpoint_doubled_at_a_lap_border_is_kept_as_stored(read_whole: Callable[..., Any]) -> None:
    laps = _lap(0, _track(range(10))) + _lap(9, _track(range(9, 20)))

    frames = read_whole("a.tcx", _file(_activity(laps))).frames

    assert frames["records"]["recorded_at_utc"].to_list().count(_utc(9)) == 2
    assert "pauses" not in frames


def test_several_activities_each_have_their_own_records(read_whole: Callable[..., Any]) -> None:
    session = "<MultiSportSession><FirstSport>" + _activity(_lap(0, _track(range(3)))) + "</FirstSport><NextSport>"
    session += "<Transition StartTime='x'><Track>" + _point(4) + "</Track></Transition>"
    session += _activity(_lap(5, _track(range(5, 10))), "Biking") + "</NextSport></MultiSportSession>"

    frames = read_whole("a.tcx", _file(session)).frames

    assert frames["activities"]["sport"].to_list() == ["running", "transition", "cycling"]
    assert frames["activities"]["record_count"].to_list() == [3, 1, 5]
    owners = frames["records"].group_by("activity_id", maintain_order=True).len()["len"].to_list()
    assert owners == [3, 1, 5]


def test_a_garmin_device_has_the_key_of_its_fit_files(read_whole: Callable[..., Any]) -> None:
    creator = (
        '<Creator xsi:type="Device_t"><Name>Edge 1000</Name><UnitId>3907354759</UnitId><ProductID>1836</ProductID>'
        "<Version><VersionMajor>15</VersionMajor><VersionMinor>2</VersionMinor></Version></Creator>"
    )

    frames = read_whole("a.tcx", _file(_activity(_lap(0, _track(range(3))), more=creator))).frames

    assert frames["devices"].row(0) == ("garmin:1836:3907354759", "garmin", "1836", "3907354759")
    assert frames["activities"].select("device_id", "firmware").row(0) == ("garmin:1836:3907354759", "15.02")


def test_white_space_before_the_declaration_is_passed(read_whole: Callable[..., Any]) -> None:
    content = "\n          " + _file(_activity(_lap(0, _track(range(3)))))

    assert read_whole("a.tcx", content).frames["records"].height == 3


@pytest.mark.parametrize("prefix", ["x:", "tcd:", "ns1:"])
def test_any_prefix_is_read_by_local_name(prefix: str, read_whole: Callable[..., Any]) -> None:
    plain = _file(_activity(_lap(0, f"<Track>{_point(0, FULL)}{_point(1)}</Track>")))
    prefixed = plain.replace("ns3:", "").replace("</", f"</{prefix}").replace("<T", f"<{prefix}T")
    for name in (
        "Act",
        "Id",
        "Lap",
        "Pos",
        "Lat",
        "Lon",
        "Alt",
        "Dist",
        "Heart",
        "Value",
        "Ext",
        "Sp",
        "Run",
        "Watts",
        "Sensor",
    ):
        prefixed = prefixed.replace(f"<{name}", f"<{prefix}{name}")

    frames = read_whole("a.tcx", prefixed).frames

    assert frames["records"].equals(read_whole("a.tcx", plain).frames["records"])
    assert frames["activities"].equals(read_whole("a.tcx", plain).frames["activities"])


def test_points_with_a_time_only_and_heart_rate_0_have_null_there(read_whole: Callable[..., Any]) -> None:
    zero = "<HeartRateBpm><Value>0</Value></HeartRateBpm><Cadence>0</Cadence>"
    content = _file(_activity(_lap(0, f"<Track>{_point(0)}{_point(1, zero)}</Track>")))

    read = read_whole("a.tcx", content)

    assert read.frames["records"]["heart_rate_bpm"].to_list() == [None, None]
    assert read.frames["records"]["cadence_rpm"].to_list() == [None, 0.0]
    assert read.report.losses == ()


def test_a_session_without_trackpoints_is_an_activity_without_records(read_whole: Callable[..., Any]) -> None:
    frames = read_whole("a.tcx", _file(_activity(_lap(0, "", timer_s=1800)))).frames

    activity = frames["activities"].row(0, named=True)
    assert (activity["record_count"], activity["elapsed_s"], activity["timer_s"]) == (0, 1800.0, 1800.0)
    assert "records" not in frames


def test_a_course_is_a_planned_route(read_whole: Callable[..., Any]) -> None:
    course = "<Courses><Course><Name>a</Name>" + _lap(0, "") + _track(range(4)) + "</Course></Courses>"

    with pytest.raises(UnsupportedExport, match="none of its 4 points was recorded"):
        read_whole("a.tcx", HEAD + course + TAIL)


def test_a_course_beside_an_activity_is_passed_over(read_whole: Callable[..., Any]) -> None:
    course = "<Courses><Course>" + _track(range(4)) + "</Course></Courses>"

    read = read_whole("a.tcx", _file(_activity(_lap(0, _track(range(3)))), course))

    assert read.frames["records"].height == 3
    assert "4 points of planned routes" in read.report.passed_over


def test_a_file_without_an_activity_says_so(read_whole: Callable[..., Any]) -> None:
    with pytest.raises(UnsupportedExport, match="no trackpoint in it"):
        read_whole("a.tcx", _file())


def test_a_file_cut_off_keeps_whole_points_and_names_the_byte(read_whole: Callable[..., Any]) -> None:
    content = _file(_activity(_lap(0, _track(range(20)))))
    at = content.index(_time(12))

    read = read_whole("a.tcx", content[: at + 8])

    assert read.frames["records"].height == 12
    assert [loss.what for loss in read.report.losses] == ["1 trackpoint", "the end of the file"]
    assert f"byte {at + 8}" in read.report.losses[1].where
    assert "line 16" in read.report.losses[0].where


def test_a_value_that_is_no_number_costs_the_value(read_whole: Callable[..., Any]) -> None:
    content = _file(_activity(_lap(0, f"<Track>{_point(0, FULL)}{_point(1, FULL.replace('34.2', '3?.2'))}</Track>")))

    read = read_whole("a.tcx", content)

    assert read.frames["records"]["altitude_m"].to_list() == [34.2, None]
    assert read.frames["records"]["heart_rate_bpm"].to_list() == [120, 120]
    assert [loss.why for loss in read.report.losses] == ["it holds a value that is no number or no time"]


def test_a_broken_tag_costs_its_own_value(read_whole: Callable[..., Any]) -> None:
    broken = FULL.replace("<AltitudeMeters>", "<AltitudeMet?rs>")
    content = _file(_activity(_lap(0, f"<Track>{_point(0)}{_point(1, broken)}{_point(2, FULL)}</Track>")))

    read = read_whole("a.tcx", content)

    assert read.frames["records"]["altitude_m"].to_list() == [None, None, 34.2]
    assert read.frames["records"]["power_w"].to_list() == [None, 250.0, 250.0]
    assert [loss.what for loss in read.report.losses] == ["1 trackpoint in part"]


def test_damage_that_leaves_no_point_is_corrupt(read_whole: Callable[..., Any]) -> None:
    content = HEAD + '<Activity Sport="Running"><Id>x</Id><Lap><Track><Trackpoint><Time>2026'

    with pytest.raises(CorruptExport, match="no whole trackpoint"):
        read_whole("a.tcx", content)


def test_entities_and_document_types_are_never_expanded(read_whole: Callable[..., Any]) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "9"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>\n'
    points = _point(0, "<AltitudeMeters>&b;</AltitudeMeters>") + _point(1, "<Notes>&c;</Notes>")
    content = HEAD.replace("<Training", bomb + "<Training") + _activity(_lap(0, f"<Track>{points}</Track>")) + TAIL

    read = read_whole("a.tcx", content)

    assert read.frames["records"]["altitude_m"].to_list() == [None, None]
    assert not any("root" in str(frame.rows()) for frame in read.frames.values())


def test_what_stands_in_comments_was_not_recorded(read_whole: Callable[..., Any]) -> None:
    content = _file(_activity(_lap(0, f"<!-- {_track(range(50, 55))} -->{_track(range(3))}")))

    read = read_whole("a.tcx", content)

    assert read.frames["records"].height == 3
    assert read.report.losses == ()


@pytest.mark.parametrize(
    ("stamp", "basis", "offset_s", "hour_utc"),
    [
        ("2026-03-01T07:00:00Z", "utc", None, 7),
        ("2026-03-01T07:00:00.5Z", "utc", None, 7),
        ("2026-03-01T07:00:00+02:00", "local_with_offset", 7200, 5),
        ("2026-03-01T07:00:00-0330", "local_with_offset", -12600, 10),
        ("2026-03-01T07:00:00", "local_naive", None, 6),
        ("2026-03-01 07:00:00", "local_naive", None, 6),
        (" 2026-03-01T07:00:00Z\n", "utc", None, 7),
    ],
)
def test_times_are_read_by_what_they_state(
    stamp: str, basis: str, offset_s: int | None, hour_utc: int, read_whole: Callable[..., Any]
) -> None:
    points = f"<Track><Trackpoint><Time>{stamp}</Time></Trackpoint></Track>"
    content = _file(f"<Activity Sport='Other'><Lap>{points}</Lap></Activity>")

    activity = read_whole("a.tcx", content).frames["activities"].row(0, named=True)

    assert (activity["time_basis"], activity["utc_offset_s"]) == (basis, offset_s)
    assert activity["start_at_utc"].hour == hour_utc
    assert activity["sport"] == "generic"


def test_an_older_schema_with_runs_and_plain_heart_rates_is_read(read_whole: Callable[..., Any]) -> None:
    points = _point(0, "<HeartRateBpm>131</HeartRateBpm>") + _point(1)
    history = (
        f"<History><Running><Run><Id>{_time(0)}</Id>{_lap(0, f'<Track>{points}</Track>')}</Run></Running></History>"
    )

    frames = read_whole("a.tcx", f"<TrainingCenterDatabase>{history}</TrainingCenterDatabase>").frames

    assert frames["records"]["heart_rate_bpm"].to_list() == [131, None]
    assert frames["activities"]["sport"].to_list() == ["running"]


def test_pieces_of_any_size_give_the_same(read_whole: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    laps = "".join(_lap(60 * lap, _track(range(60 * lap, 60 * lap + 55))) for lap in range(20))
    content = "\n" + _file(_activity(laps), _activity(_lap(0, _track(range(7))), "Biking"))
    whole = read_whole("a.tcx", content)

    monkeypatch.setattr("pipelines.readers.tracks.text.CHUNK_BYTES", 1000)
    monkeypatch.setattr("pipelines.readers.tracks.text.POINT_MAXIMUM_CHARS", 2000)
    in_pieces = read_whole("a.tcx", content)

    assert whole.frames["records"].height == 20 * 55 + 7
    assert all(whole.frames[table].equals(in_pieces.frames[table]) for table in whole.frames)
    assert whole.report == in_pieces.report


def test_a_text_in_utf_16_and_one_in_an_older_encoding_are_read(read_whole: Callable[..., Any]) -> None:
    content = _file(_activity(_lap(0, _track(range(3))), more="<Notes>Müde</Notes>"))

    wide = read_whole("a.tcx", b"\xff\xfe" + content.replace("UTF-8", "UTF-16").encode("utf-16-le"))
    older = read_whole("a.tcx", content.replace("UTF-8", "ISO-8859-1").encode("latin-1"))

    assert wide.frames["records"].height == older.frames["records"].height == 3
    assert (wide.report.losses, older.report.losses) == ((), ())


def test_a_lap_counts_no_time_of_another_day_as_the_start(read_whole: Callable[..., Any]) -> None:
    wrong = _lap(0, _track(range(3))).replace('StartTime="2026-03-01', 'StartTime="2019-03-01')

    activities: pl.DataFrame = read_whole("a.tcx", _file(_activity(wrong))).frames["activities"]

    assert activities["start_at_utc"].to_list() == [_utc(0)]
