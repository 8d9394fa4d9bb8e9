"""What the bytes of a field mean."""

import struct

import pytest

DENSE = [(253, 4, 0x86)]


@pytest.fixture
def records_of(fit_file, read_fit, start_s):
    """Records with a time and the given fields, one row of values per record."""

    def records_of(fields, *rows, big=False):
        file = fit_file().file_id().define(1, 20, [*DENSE, *fields], big=big)
        for index, row in enumerate(rows):
            file.add(1, start_s + index, *row)
        return read_fit(file.bytes())["records"]

    return records_of


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize(
    ("field", "raw", "column", "expected"),
    [
        ((0, 4, 0x85), 620_363_000, "latitude_deg", 620_363_000 * 180 / 2**31),
        ((1, 4, 0x85), -155_000_000, "longitude_deg", -155_000_000 * 180 / 2**31),
        ((2, 2, 0x84), 2_620, "altitude_m", 24.0),
        ((78, 4, 0x86), 2_625, "altitude_m", 25.0),
        ((3, 1, 0x02), 147, "heart_rate_bpm", 147),
        ((3, 1, 0x02), 0, "heart_rate_bpm", 0),
        ((4, 1, 0x02), 88, "cadence_rpm", 88.0),
        ((52, 2, 0x84), 22_656, "cadence_rpm", 88.5),
        ((5, 4, 0x86), 123_456, "distance_m", 1234.56),
        ((6, 2, 0x84), 3_210, "speed_m_per_s", 3.21),
        ((73, 4, 0x86), 3_211, "speed_m_per_s", 3.211),
        ((7, 2, 0x84), 256, "power_w", 256.0),
        ((13, 1, 0x01), -7, "temperature_c", -7.0),
        ((31, 1, 0x02), 4, "gps_accuracy_m", 4.0),
    ],
)
def test_a_field_is_scaled_to_its_unit(records_of, field, raw, column, expected, big):  # noqa: PLR0917 - a table
    assert records_of([field], [raw], big=big)[column].to_list() == [pytest.approx(expected, rel=1e-12)]


@pytest.mark.parametrize(
    ("field", "invalid", "column"),
    [
        ((0, 4, 0x85), 0x7FFFFFFF, "latitude_deg"),
        ((2, 2, 0x84), 0xFFFF, "altitude_m"),
        ((3, 1, 0x02), 0xFF, "heart_rate_bpm"),
        ((3, 1, 0x0A), 0, "heart_rate_bpm"),
        ((7, 2, 0x8B), 0, "power_w"),
        ((5, 4, 0x86), 0xFFFFFFFF, "distance_m"),
        ((5, 4, 0x8C), 0, "distance_m"),
        ((13, 1, 0x01), 0x7F, "temperature_c"),
        ((7, 2, 0x83), 0x7FFF, "power_w"),
        ((7, 8, 0x8E), 0x7FFFFFFFFFFFFFFF, "power_w"),
        ((7, 8, 0x8F), 0xFFFFFFFFFFFFFFFF, "power_w"),
        ((7, 8, 0x90), 0, "power_w"),
        ((7, 1, 0x0D), 0xFF, "power_w"),
        ((7, 4, 0x88), float("nan"), "power_w"),
        ((7, 8, 0x89), float("nan"), "power_w"),
    ],
)
def test_the_missing_value_of_each_base_type_is_null_and_its_neighbour_is_not(records_of, field, invalid, column):
    records = records_of([field], [invalid], [100])

    assert records[column].null_count() == 1
    assert records[column].to_list()[1] is not None


def test_positions_at_zero_stay_as_stored(records_of):
    records = records_of([(0, 4, 0x85), (1, 4, 0x85)], [0, 0])

    assert records.select("latitude_deg", "longitude_deg").row(0) == (0.0, 0.0)


def test_the_enhanced_field_is_preferred_where_it_holds_a_value(records_of):
    records = records_of([(6, 2, 0x84), (73, 4, 0x86)], [3_000, 4_000], [3_000, 0xFFFFFFFF], [0xFFFF, 5_000])

    assert records["speed_m_per_s"].to_list() == [4.0, 3.0, 5.0]


def test_the_fraction_of_a_cadence_is_added_to_it(records_of):
    records = records_of([(4, 1, 2), (53, 1, 2)], [85, 64], [85, 0xFF], [0xFF, 64])

    assert records["cadence_rpm"].to_list() == [85.5, 85.0, None]


def test_a_base_type_without_its_endian_flag_is_understood(records_of):
    assert records_of([(7, 2, 0x04)], [struct.pack("<H", 300)])["power_w"].to_list() == [300.0]


@pytest.mark.parametrize("size", [1, 3, 5, 7])
def test_a_size_that_fits_no_value_is_skipped_without_losing_its_neighbours(records_of, size):
    records = records_of([(7, size, 0x86), (3, 1, 2)], [b"\x01" * size, 99])

    assert records["power_w"].to_list() == [None]
    assert records["heart_rate_bpm"].to_list() == [99]


def test_a_field_of_size_zero_and_an_unknown_base_type_are_skipped(records_of):
    records = records_of([(7, 0, 0x84), (6, 2, 0x1E), (3, 1, 2)], [b"", b"\1\2", 99])

    assert records.select("power_w", "speed_m_per_s", "heart_rate_bpm").row(0) == (None, None, 99)


def test_an_array_where_one_value_is_expected_gives_its_first(records_of):
    assert records_of([(3, 3, 2)], [(91, 92, 93)], [(0xFF, 92, 93)])["heart_rate_bpm"].to_list() == [91, None]


def test_texts_end_at_their_first_nul_or_at_their_size(fit_file, read_fit):
    terminated = fit_file().define(0, 0, [(1, 2, 0x84), (8, 12, 0x07)]).add(0, 255, b"Watch6,18\0xx")
    unterminated = fit_file().define(0, 0, [(1, 2, 0x84), (8, 4, 0x07)]).add(0, 255, b"ROAM")
    broken = fit_file().define(0, 0, [(1, 2, 0x84), (8, 4, 0x07)]).add(0, 255, b"R\xffM\0")

    products = [read_fit(file.bytes())["devices"]["product"][0] for file in (terminated, unterminated, broken)]

    assert products == ["Watch6,18", "ROAM", "R\ufffdM"]


def test_compressed_headers_count_on_from_the_last_full_time_and_roll_over(fit_file, read_fit, unix_s, epoch_s):
    full = 1_100_000_000 // 32 * 32 + 20
    file = fit_file().file_id().define(1, 20, [(253, 4, 0x86), (3, 1, 2)]).add(1, full, 100)
    file.define(2, 20, [(3, 1, 2)])
    for offset, rate in ((22, 101), (31, 102), (1, 103), (30, 104), (2, 105)):
        file.add(2, rate, offset=offset)
    file.add(1, full + 1000, 106).add(2, 107, offset=(full + 1003) % 32)

    records = read_fit(file.bytes())["records"]

    seconds = [at - epoch_s - full for at in unix_s(records["recorded_at_utc"])]
    assert seconds == [0, 2, 11, 13, 42, 46, 1000, 1003]
    assert records["heart_rate_bpm"].to_list() == [100, 101, 102, 103, 104, 105, 106, 107]


def test_compressed_time_carries_across_kinds_of_message(fit_file, read_fit, unix_s, epoch_s):
    full = 1_100_000_000 // 32 * 32
    file = fit_file().file_id().define(1, 21, [(253, 4, 0x86), (0, 1, 0), (1, 1, 0)]).add(1, full, 0, 0)
    file.define(2, 20, [(3, 1, 2)]).add(2, 100, offset=30)
    file.define(3, 21, [(0, 1, 0), (1, 1, 0)]).add(3, 3, 3, offset=2).add(2, 101, offset=1)

    times = unix_s(read_fit(file.bytes())["records"]["recorded_at_utc"])

    assert [at - epoch_s - full for at in times] == [30, 65]


def test_a_compressed_time_before_any_full_one_is_unknown(fit_file, read_fit):
    file = fit_file().file_id(created=0xFFFFFFFF).define(2, 20, [(3, 1, 2)]).add(2, 100, offset=5)

    records = read_fit(file.bytes())["records"]

    assert records["recorded_at_utc"].to_list() == [None]
    assert records["heart_rate_bpm"].to_list() == [100]


def packed(speed, distance):
    return struct.pack("<I", speed | distance << 12)[:3]


def test_packed_speed_and_distance_are_unpacked_and_roll_over(records_of):
    rows = [(packed(354, 4000),), (packed(300, 4090),), (packed(310, 20),), (b"\xff\xff\xff",), (packed(0, 4095),)]

    records = records_of([(8, 3, 0x0D)], *rows)

    assert records["speed_m_per_s"].to_list() == [3.54, 3.0, 3.1, None, 0.0]
    expected = [4000 / 16, 4090 / 16, (4096 + 20) / 16, None, (4096 + 4095) / 16]
    assert records["distance_m"].to_list() == expected


def test_an_invalid_packed_field_does_not_hide_a_real_distance(records_of):
    records = records_of([(5, 4, 0x86), (6, 2, 0x84), (8, 3, 0x0D)], [5_000, 3_000, b"\xff\xff\xff"])

    assert records.select("distance_m", "speed_m_per_s").row(0) == (50.0, 3.0)


@pytest.fixture
def developer_file(fit_file, start_s):
    """Records with one developer field: float32 power by an app, described or not."""

    def developer_file(*, described=True, native=7, units=b"Watts", native_power=False, message=20):
        file = fit_file().file_id()
        file.define(3, 207, [(1, 16, 0x0D), (3, 1, 2)]).add(3, bytes(range(16)), 0)
        if described:
            file.define(
                4, 206, [(0, 1, 2), (1, 1, 2), (2, 1, 2), (3, 8, 7), (8, 8, 7), (14, 2, 0x84), (15, 1, 2)]
            ).add(4, 0, 9, 0x88, b"Power", units, message, native)  # fmt: skip
        fields = [(253, 4, 0x86), (3, 1, 2), *([(7, 2, 0x84)] if native_power else [])]
        file.define(1, 20, fields, developer=[(9, 4, 0)])
        for index in range(3):
            power = [200 + index] if native_power else []
            file.add(1, start_s + index, 120, *power, struct.pack("<f", 250.5 + index))
        return file.bytes()

    return developer_file


def test_a_developer_field_stands_in_for_the_native_field_that_is_absent(developer_file, read_fit):
    assert read_fit(developer_file())["records"]["power_w"].to_list() == [250.5, 251.5, 252.5]


@pytest.mark.parametrize(
    "options",
    [{"native": 0xFF}, {"units": b"furlong"}, {"message": 18}, {"described": False}],
    ids=["no native field", "unknown unit", "of a session", "not described"],
)
def test_a_developer_field_that_says_nothing_native_is_stepped_over(developer_file, read_fit, options):
    result = read_fit(developer_file(**options))

    assert result["records"]["power_w"].to_list() == [None, None, None]
    assert result["records"]["heart_rate_bpm"].to_list() == [120, 120, 120]
    assert result.report.losses == ()


def test_a_developer_field_does_not_replace_a_native_value(developer_file, read_fit):
    assert read_fit(developer_file(native_power=True))["records"]["power_w"].to_list() == [200.0, 201.0, 202.0]


def test_times_since_power_up_are_dated_by_a_correlation_where_there_is_one(
    fit_file, read_fit, start_s, unix_s, epoch_s
):
    file = fit_file().file_id().define(1, 20, [(253, 4, 0x86)]).add(1, 1000).add(1, 1010)
    dated = fit_file().file_id().define(1, 20, [(253, 4, 0x86)]).add(1, 1000).add(1, 1010)
    dated.define(2, 162, [(253, 4, 0x86), (1, 4, 0x86)]).add(2, start_s, 990)

    undated_s, dated_s = (unix_s(read_fit(one.bytes())["records"]["recorded_at_utc"]) for one in (file, dated))

    assert undated_s == [epoch_s + 1000, epoch_s + 1010]
    assert dated_s == [epoch_s + start_s + 10, epoch_s + start_s + 20]
