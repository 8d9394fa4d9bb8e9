"""GPX as watches, phones and platforms write it: every vocabulary, every fault, planned routes told apart."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from pipelines.errors import CorruptExport, UnsupportedExport

HEAD = '<?xml version="1.0"?>\n<gpx version="1.1" creator="{creator}" xmlns="http://www.topografix.com/GPX/1/1">\n'
FIRST = datetime(2026, 3, 1, 7, tzinfo=UTC)


def _point(second: int, inside: str = "", *, timed: bool = True) -> str:
    time = f"<time>2026-03-01T07:{second // 60:02d}:{second % 60:02d}Z</time>" if timed else ""
    return f'<trkpt lat="{44.5 + second * 1e-4:.4f}" lon="-30.0">{time}{inside}</trkpt>\n'


def _segment(seconds: range) -> str:
    return f"<trkseg>{''.join(map(_point, seconds))}</trkseg>\n"


def _file(*tracks: str, creator: str = "Example") -> str:
    return HEAD.format(creator=creator) + "".join(f"<trk>{track}</trk>\n" for track in tracks) + "</gpx>\n"


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        pytest.param("<ele>34.2</ele>", {"altitude_m": 34.2}, id="altitude"),
        pytest.param(
            "<extensions><gpxtpx:TrackPointExtension><gpxtpx:atemp>7.0</gpxtpx:atemp><gpxtpx:hr>120</gpxtpx:hr>"
            "<gpxtpx:cad>84</gpxtpx:cad></gpxtpx:TrackPointExtension></extensions>",
            {"temperature_c": 7.0, "heart_rate_bpm": 120, "cadence_rpm": 84.0},
            id="Garmin, first version",
        ),
        pytest.param(
            "<extensions><ns3:TrackPointExtension><ns3:hr>121</ns3:hr><ns3:speed>3.5</ns3:speed>"
            "<ns3:course>12</ns3:course></ns3:TrackPointExtension></extensions>",
            {"heart_rate_bpm": 121, "speed_m_per_s": 3.5},
            id="Garmin, second version under another prefix",
        ),
        pytest.param(
            "<extensions><gpxpx:PowerExtension><gpxpx:PowerInWatts>250</gpxpx:PowerInWatts></gpxpx:PowerExtension></extensions>",
            {"power_w": 250.0},
            id="Garmin power",
        ),
        pytest.param("<extensions><power>251</power></extensions>", {"power_w": 251.0}, id="Strava power"),
        pytest.param(
            "<extensions><gpxdata:hr>122</gpxdata:hr><gpxdata:cadence>85</gpxdata:cadence><gpxdata:temp>18.5</gpxdata:temp>"
            "<gpxdata:distance>12.5</gpxdata:distance><gpxdata:speed>3.0</gpxdata:speed></extensions>",
            {"heart_rate_bpm": 122, "cadence_rpm": 85.0, "temperature_c": 18.5}
            | {"distance_m": 12.5, "speed_m_per_s": 3.0},
            id="Cluetrust",
        ),
        pytest.param("<extensions><x:altitude>20.5</x:altitude></extensions>", {"altitude_m": 20.5}, id="its altitude"),
        pytest.param(
            "<extensions><speed>2.5</speed><course>12</course><hAcc>4.5</hAcc><vAcc>3</vAcc></extensions>",
            {"speed_m_per_s": 2.5, "gps_accuracy_m": 4.5},
            id="Apple workout route",
        ),
        pytest.param("<speed>2.75</speed>", {"speed_m_per_s": 2.75}, id="GPX 1.0 speed"),
        pytest.param("<extensions><heartrate>123</heartrate></extensions>", {"heart_rate_bpm": 123}, id="in full"),
        pytest.param("<extensions><hr>0</hr></extensions>", {}, id="heart rate 0 is missing"),
        pytest.param("<ele></ele><extensions><hr>NaN</hr><cad/></extensions>", {}, id="empty is missing"),
    ],
)  # fmt: skip
def test_every_vocabulary_lands_in_its_column(
    inside: str, expected: dict[str, float], read_whole: Callable[..., Any]
) -> None:
    read = read_whole("a.gpx", _file(f"<trkseg>{_point(0, inside)}</trkseg>"))

    record = read.frames["records"].row(0, named=True)
    place = {"latitude_deg": 44.5, "longitude_deg": -30.0, "recorded_at_utc": FIRST}
    keys = ("athlete_id", "source_file_id", "activity_id", "record_index")
    assert {name: value for name, value in record.items() if value is not None and name not in keys} == place | expected
    assert read.report.losses == ()


def test_segments_are_apart_by_pauses(read_whole: Callable[..., Any]) -> None:
    frames = read_whole("a.gpx", _file(_segment(range(5)) + _segment(range(30, 35)))).frames

    pauses = frames["pauses"].select("pause_index", "start_at_utc", "end_at_utc").rows()
    assert pauses == [(0, FIRST.replace(second=4), FIRST.replace(second=30))]
    assert frames["activities"]["elapsed_s"].to_list() == [34.0]


def test_each_track_is_an_activity_and_a_planned_one_is_passed_over(read_whole: Callable[..., Any]) -> None:
    planned = f"<trkseg>{_point(0, timed=False)}{_point(1, timed=False)}</trkseg>"
    tracks = (f"<type>{kind}</type>{_segment(range(3))}" for kind in ("trail_running", "9"))

    read = read_whole("a.gpx", _file(planned, *tracks))

    activities = read.frames["activities"].select("activity_id", "sport", "sub_sport", "record_count").rows()
    assert activities == [
        ("0123456789abcdef:1", "running", "trail", 3),
        ("0123456789abcdef:2", "running", None, 3),
    ]
    assert read.frames["records"]["activity_id"].unique(maintain_order=True).to_list() == [row[0] for row in activities]
    assert any("2 trackpoint" in loss.what for loss in read.report.losses)


def test_points_without_a_time_among_others_are_kept_without_one(read_whole: Callable[..., Any]) -> None:
    points = _point(0) + _point(1, timed=False) + _point(2)

    records = read_whole("a.gpx", _file(f"<trkseg>{points}</trkseg>")).frames["records"]

    assert records["recorded_at_utc"].is_null().to_list() == [False, True, False]
    assert records["latitude_deg"].null_count() == 0


def test_points_without_a_position_are_kept_without_one(read_whole: Callable[..., Any]) -> None:
    points = _point(0) + "<trkpt><time>2026-03-01T07:00:01Z</time><ele>3</ele></trkpt>"

    records = read_whole("a.gpx", _file(f"<trkseg>{points}</trkseg>")).frames["records"]

    assert records["latitude_deg"].to_list() == [44.5, None]
    assert records["altitude_m"].to_list() == [None, 3.0]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("<trk><trkseg><trkpt lat='1' lon='2'/><trkpt lat='1' lon='2'></trkpt></trkseg></trk>", id="track"),
        pytest.param("<rte><rtept lat='1' lon='2'/><rtept lat='1' lon='2'><ele>3</ele></rtept></rte>", id="route"),
    ],
)
def test_a_planned_route_is_set_aside_with_its_reason(body: str, read_whole: Callable[..., Any]) -> None:
    with pytest.raises(UnsupportedExport, match="none of its 2 points was recorded: a planned route"):
        read_whole("a.gpx", HEAD + body + "</gpx>")


@pytest.mark.parametrize(
    "body",
    ["<metadata><time>2026-03-01T07:00:00Z</time></metadata>", "<trk><trkseg/></trk>", "<trk><name>a</name></trk>"],
)
def test_a_file_without_points_says_so(body: str, read_whole: Callable[..., Any]) -> None:
    with pytest.raises(UnsupportedExport, match="no trackpoint in it, only metadata"):
        read_whole("a.gpx", HEAD + body + "</gpx>")


@pytest.mark.parametrize(
    ("creator", "device"),
    [
        ("Garmin Connect", ("garminconnect:app:", "Garmin Connect", "app", None)),
        ("StravaGPX Android", ("strava:app:", "Strava", "app", None)),
        ("Movescount - http://www.movescount.com", ("movescount:app:", "Movescount", "app", None)),
        ("Wahoo ELEMNT BOLT", ("wahoo_fitness:elemntbolt:", "wahoo_fitness", "ELEMNT BOLT", None)),
        ("Garmin Edge 530", ("garmin:edge530:", "garmin", "Edge 530", None)),
        ("fēnix 5", ("garmin:fēnix5:", "garmin", "fēnix 5", None)),
    ],
)
def test_the_creator_is_a_device_or_an_app(
    creator: str, device: tuple[str, ...], read_whole: Callable[..., Any]
) -> None:
    frames = read_whole("a.gpx", _file(_segment(range(2)), creator=creator)).frames

    assert frames["devices"].rows() == [device]
    assert frames["activities"]["device_id"].to_list() == [device[0]]


def test_attributes_in_any_order_and_quotes_are_read(read_whole: Callable[..., Any]) -> None:
    point = "<trkpt\n lon='-30.5'   lat = '44.25' ><time>2026-03-01T07:00:00Z</time></trkpt >"

    records = read_whole("a.gpx", _file(f"<trkseg>{point}{_point(1)}</trkseg>")).frames["records"]

    assert records.select("latitude_deg", "longitude_deg").rows()[0] == (44.25, -30.5)
    assert records.height == 2


@pytest.mark.parametrize(
    "stamp",
    ["2026-03-01T07:00:00.0000000Z", "2026-03-01T07:00:00.000+0000", "2026-03-01T07:00:00z", "2026-03-01T09:00:00+02"],
)
def test_times_in_the_spellings_of_other_programs_are_read(stamp: str, read_whole: Callable[..., Any]) -> None:
    point = f"<trkpt lat='1' lon='2'><time>{stamp}</time></trkpt>"

    read = read_whole("a.gpx", _file(f"<trkseg>{point}{_point(1)}</trkseg>"))

    assert read.frames["records"]["recorded_at_utc"].to_list() == [FIRST, FIRST.replace(second=1)]
    assert read.report.losses == ()


def test_a_decimal_comma_is_read(read_whole: Callable[..., Any]) -> None:
    point = "<trkpt lat='44,5' lon='-30,25'><ele>3,5</ele><time>2026-03-01T07:00:00Z</time></trkpt>"

    record = read_whole("a.gpx", _file(f"<trkseg>{point}</trkseg>")).frames["records"].row(0, named=True)

    assert (record["latitude_deg"], record["longitude_deg"], record["altitude_m"]) == (44.5, -30.25, 3.5)


def test_a_byte_order_mark_and_a_prefix_everywhere_are_passed(read_whole: Callable[..., Any]) -> None:
    plain = _file(f"<type>hiking</type>{_segment(range(3))}", creator="Polar Vantage V")
    prefixed = plain.replace("</", "</g:").replace("<t", "<g:t").replace("<gpx", "<g:gpx").replace("<type", "<g:type")

    read = read_whole("a.gpx", "\ufeff" + prefixed.replace('"?>\n', '"?>\n<!-- a comment -->\n'))

    expected = read_whole("b.gpx", plain)
    assert all(read.frames[table].equals(expected.frames[table]) for table in expected.frames)
    assert read.frames["activities"].select("sport", "device_id").row(0) == ("hiking", "polar_electro:vantagev:")


def test_words_in_quoted_sections_are_no_tags(read_whole: Callable[..., Any]) -> None:
    track = (
        f"<name><![CDATA[<trkpt lat='1' lon='1'><time>2020-01-01T00:00:00Z</time></trkpt>]]></name>{_segment(range(3))}"
    )

    read = read_whole("a.gpx", _file(track))

    assert read.frames["records"].height == 3
    assert read.report.losses == ()


@pytest.mark.parametrize(
    "tag",
    [
        pytest.param("<hr\n unit='1/min'>", id="a line break"),
        pytest.param("<hr a='%&~#-^$*+?{}[]|\\'>", id="signs that patterns give a meaning"),
        pytest.param("<hr a='\u00fc\t\x0b'>", id="letters and control characters"),
    ],
)
def test_attributes_of_elements_are_borne_whatever_they_hold(tag: str, read_whole: Callable[..., Any]) -> None:
    points = [_point(second, f"<extensions>{tag}12{second}</hr></extensions>") for second in range(3)]

    read = read_whole("a.gpx", _file(f"<trkseg>{''.join(points)}</trkseg>"))

    assert read.frames["records"]["heart_rate_bpm"].to_list() == [120, 121, 122]
    assert read.report.losses == ()


@pytest.mark.parametrize(
    "inside",
    [
        pytest.param("<x>1</x>" * 3_000, id="very many elements"),
        pytest.param(f"<hr a='{'b' * 200_000}'>130</hr>", id="a very long tag"),
        pytest.param("<x>" * 1_500 + "</x>" * 1_500, id="very deep"),
    ],
)
def test_points_no_program_writes_cost_nothing_but_themselves(inside: str, read_whole: Callable[..., Any]) -> None:
    points = _point(0, inside) + _point(1, "<hr>121</hr>")

    records = read_whole("a.gpx", _file(f"<trkseg>{points}</trkseg>")).frames["records"]

    assert records.height == 2
    assert records["heart_rate_bpm"][1] == 121


def test_points_of_many_shapes_are_read_alike(read_whole: Callable[..., Any]) -> None:
    names = ("hr", "cad", "power", "atemp")
    points = [
        _point(row, "".join(f"<{name}>{100 + row}</{name}>" for bit, name in enumerate(names) if row >> bit & 1))
        for row in range(32)
    ]

    records = read_whole("a.gpx", _file(f"<trkseg>{''.join(points)}</trkseg>")).frames["records"]

    columns = ("heart_rate_bpm", "cadence_rpm", "power_w", "temperature_c")
    for bit, column in enumerate(columns):
        assert records[column].to_list() == [100 + row if row >> bit & 1 else None for row in range(32)]
    assert records["recorded_at_utc"].is_sorted()


def test_elements_nothing_is_read_from_are_listed(read_whole: Callable[..., Any]) -> None:
    inside = "<hdop>1.2</hdop><extensions><vAcc>3</vAcc></extensions>"
    content = _file(f"<trkseg>{_point(0, inside)}</trkseg>").replace("</gpx>", "<wpt lat='1' lon='2'/></gpx>")

    read = read_whole("a.gpx", content)

    assert read.report.passed_over == ("hdop of the trackpoints", "vAcc of the trackpoints", "1 waypoint")


def test_a_file_cut_off_keeps_its_whole_points(read_whole: Callable[..., Any]) -> None:
    content = _file(_segment(range(20)))

    read = read_whole("a.gpx", content[: content.index("07:00:12") + 3])

    assert read.frames["records"].height == 12
    assert read.report.losses[-1].what == "the end of the file"


def test_a_closing_tag_that_is_damaged_costs_its_point(read_whole: Callable[..., Any]) -> None:
    first, *rest = [_point(second) for second in range(10)]
    content = _file(f"<trkseg>{first}{rest[0].replace('</trkpt>', '</trkqt>')}{''.join(rest[1:])}</trkseg>")

    read = read_whole("a.gpx", content)

    seconds = [at.second for at in read.frames["records"]["recorded_at_utc"].to_list()]
    assert seconds == [0, *range(2, 10)]
    assert [(loss.what, loss.where.split(" (")[0]) for loss in read.report.losses] == [("1 trackpoint", "line 4")]


def test_a_damaged_tag_between_points_is_named(read_whole: Callable[..., Any]) -> None:
    content = _file(_segment(range(5)) + _segment(range(30, 35))).replace("</trkseg>\n<trkseg>", "</trkseh>\n<trkseg>")

    read = read_whole("a.gpx", content)

    assert read.frames["records"].height == 10
    assert [(loss.what, loss.where) for loss in read.report.losses] == [
        ("the outline of laps and pauses", "after trackpoint 5")
    ]


def test_damage_before_any_point_is_corrupt(read_whole: Callable[..., Any]) -> None:
    content = _file(_segment(range(5)))

    with pytest.raises(CorruptExport, match="no whole trackpoint with a time"):
        read_whole("a.gpx", content[: content.index("<time>") + 9])


@pytest.mark.parametrize("chunk", [61, 97, 150, 333, 1024])
def test_pieces_of_any_size_give_the_same(
    chunk: int, read_whole: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = "<trkpt lat='44.5' lon='-30.0'/>"
    content = _file(_segment(range(40)) + f"<!-- {_point(3)} --><trkseg>{_point(45)}{planned}{_point(50)}</trkseg>")
    whole = read_whole("a.gpx", content)

    monkeypatch.setattr("pipelines.readers.tracks.text.CHUNK_BYTES", chunk)
    monkeypatch.setattr("pipelines.readers.tracks.text.POINT_MAXIMUM_CHARS", 400)
    in_pieces = read_whole("a.gpx", content)

    assert whole.frames["records"].height == 43
    assert all(whole.frames[table].equals(in_pieces.frames[table]) for table in whole.frames)


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param("<" * 300_000, id="only opening signs"),
        pytest.param("<!--" * 100_000, id="comments that never end"),
        pytest.param("<trkpt" * 60_000, id="points that never end"),
        pytest.param("<trkpt lat='1' lon='1'><time>" * 20_000, id="points inside points"),
        pytest.param("<a " + "b='c' " * 60_000, id="a tag that never ends"),
        pytest.param("<![CDATA[" * 50_000 + "]]>" * 50_000, id="quoted sections inside one another"),
        pytest.param("<!DOCTYPE x [" + "<!ENTITY a '&a;&a;'>" * 20_000, id="a document type that never ends"),
        pytest.param(" trkpt" * 100_000, id="the word without tags"),
    ],
)
def test_hostile_text_is_borne_in_bounded_time(hostile: str, read_whole: Callable[..., Any]) -> None:
    content = HEAD + "<trk>" + _segment(range(3)) + hostile

    read = read_whole("a.gpx", content)

    assert read.frames["records"].height >= 3
    assert read.report.losses
