"""RR intervals and a swim strap's own memory, set on the clock."""

import struct

import pytest

NOTHING = 0xFFFF
HRV = [(0, 10, 0x84)]


@pytest.fixture
def with_beats(fit_file, start_s):
    """An activity whose strap sends each second's intervals after the record of that second."""

    def with_beats(seconds, *, rr_ms=1000, silent=(), step_s=1):
        file = fit_file().file_id().define(1, 20, [(253, 4, 0x86), (3, 1, 2)]).define(3, 78, HRV)
        for second in range(0, seconds, step_s):
            file.add(1, start_s + second, 60)
            if second not in silent:
                file.add(3, (rr_ms,) * step_s + (NOTHING,) * (5 - step_s))
        return file.session(elapsed_s=seconds)

    return with_beats


def test_intervals_follow_each_other_from_the_first_record(with_beats, read_fit, start_s, unix_s, epoch_s):
    result = read_fit(with_beats(20, rr_ms=990).bytes())

    series = result["beat_series"].row(0, named=True)
    assert (series["series_id"], series["activity_id"], series["reading"]) == ("f00d:b0", "f00d:0", "activity")
    assert unix_s([series["start_at_utc"]]) == [start_s + epoch_s]
    assert series["interval_count"] == 20
    beats = result["beats"]
    assert beats["rr_ms"].to_list() == [990.0] * 20
    assert beats["start_s"].to_list() == [pytest.approx(0.99 * index) for index in range(20)]
    assert beats["beat_index"].to_list() == list(range(20))


def test_padding_is_no_interval_and_the_order_within_a_message_is_kept(fit_file, read_fit):
    file = fit_file().file_id().records(2).define(3, 78, HRV)
    file.add(3, (812, 798, NOTHING, NOTHING, NOTHING)).add(3, (NOTHING,) * 5).add(3, (805, 65534, 0, NOTHING, 801))

    assert read_fit(file.session().bytes())["beats"]["rr_ms"].to_list() == [812.0, 798.0, 805.0, 65534.0, 0.0, 801.0]


def test_dropped_beats_leave_a_gap_in_time(with_beats, read_fit):
    beats = read_fit(with_beats(60, silent=range(20, 30)).bytes())["beats"]

    starts = beats["start_s"].to_list()
    assert len(starts) == 50
    assert starts[19] == pytest.approx(19.0)
    assert starts[20] == pytest.approx(30.0)
    assert starts[49] == pytest.approx(59.0)


@pytest.mark.parametrize(("silent_s", "series_count"), [(58, 1), (64, 2)])
def test_a_gap_beyond_the_limit_ends_the_series(with_beats, read_fit, silent_s, series_count):
    result = read_fit(with_beats(200, silent=range(50, 50 + silent_s)).bytes())

    assert len(result["beat_series"]) == series_count
    assert result["beat_series"]["interval_count"].sum() == 200 - silent_s


def test_a_few_seconds_of_drift_are_left_alone_and_more_are_set_right(with_beats, read_fit):
    slow = read_fit(with_beats(300, rr_ms=985).bytes())["beats"]
    slower = read_fit(with_beats(400, rr_ms=985).bytes())["beats"]

    assert slow["start_s"].to_list()[-1] == pytest.approx(299 * 0.985)
    assert slower["start_s"].to_list()[-1] > 399 * 0.985 + 4


def test_sparse_records_do_not_count_as_drift(with_beats, read_fit):
    beats = read_fit(with_beats(60, step_s=5).bytes())["beats"]

    assert beats["start_s"].to_list() == [pytest.approx(float(index)) for index in range(60)]


def test_intervals_of_two_sessions_are_two_series(with_beats, read_fit, start_s):
    file = with_beats(40)
    file.session(start=start_s + 40, elapsed_s=40, sport=2).records(40, start=start_s + 40).define(3, 78, HRV)
    for _ in range(40):
        file.add(3, (1000, NOTHING, NOTHING, NOTHING, NOTHING))

    series = read_fit(file.bytes())["beat_series"]

    assert series["activity_id"].to_list() == ["f00d:0", "f00d:1"]
    assert series["interval_count"].to_list() == [40, 40]


def test_intervals_without_an_activity_are_a_reading_of_their_own(fit_file, read_fit, start_s):
    file = fit_file().file_id(68).define(3, 290, [(253, 4, 0x86), (0, 2, 0x84), (1, 8, 0x84)])
    for index in range(30):
        file.add(3, start_s + 4 * index, 250, (1000, 1010, 990, 1000))

    result = read_fit(file.bytes())

    assert result["beat_series"].select("activity_id", "reading", "interval_count").row(0) == (None, "morning", 120)
    assert result["beats"]["start_s"].to_list()[:3] == [0.0, pytest.approx(1.0), pytest.approx(2.01)]
    assert result["beat_series"]["start_at_utc"].dt.microsecond().to_list() == [250_000]


@pytest.mark.parametrize("is_packed", [False, True])
def test_a_raw_interval_that_is_a_gap_moves_the_clock_but_is_no_beat(fit_file, read_fit, start_s, is_packed):
    file = fit_file().file_id(68)
    if is_packed:
        file.define(3, 372, [(253, 4, 0x86), (0, 2, 0x84), (1, 6, 0x84)])
        file.add(3, start_s, 0, (1000 | 1 << 14, 700 | 1 << 15, 990))
    else:
        file.define(3, 372, [(253, 4, 0x86), (0, 2, 0x84), (2, 6, 0x84), (3, 3, 2), (4, 3, 2)])
        file.add(3, start_s, 0, (1000, 700, 990), (1, 0, 0), (0, 1, 0))

    beats = read_fit(file.bytes())["beats"]

    assert beats["rr_ms"].to_list() == [1000.0, 990.0]
    assert beats["start_s"].to_list() == [0.0, pytest.approx(1.7)]


def twelve_bits(*ticks):
    return sum(tick % 4096 << 12 * place for place, tick in enumerate(ticks)).to_bytes(len(ticks) * 12 // 8, "little")


@pytest.fixture
def swim(fit_file, start_s):
    """Records without heart rates, then the strap's memory: a beat every 0.5 s from the second record on."""

    def swim(*, own_rate=0xFF):
        file = fit_file().file_id().define(1, 20, [(253, 4, 0x86), (3, 1, 2)])
        for second in range(10):
            file.add(1, start_s + second, own_rate)
        file.session(elapsed_s=10, sport=5)
        file.define(4, 132, [(253, 4, 0x86), (0, 2, 0x84), (6, 1, 2), (9, 4, 0x86)])
        file.add(4, start_s + 1, 16_384, 100, 70_000)
        file.define(5, 132, [(6, 8, 2), (10, 12, 0x0D)])
        ticks = [70_000 + 512 * index for index in range(1, 17)]
        file.add(5, tuple(range(101, 109)), twelve_bits(*ticks[:8]))
        file.add(5, (109, 110, 111, 112, 0xFF, 0xFF, 0xFF, 0xFF), twelve_bits(*ticks[8:12], 0, 0, 0, 0))
        return file.bytes()

    return swim


def test_a_swim_straps_heart_rates_go_to_the_records_they_were_beating_in(swim, read_fit):
    result = read_fit(swim())

    # Beats at 1.5 s (100), 2.0 s (101), ... 7.5 s (112): each record takes those since the one before.
    assert result["records"]["other_heart_rate_bpm"].to_list() == [None, None, 101, 103, 105, 107, 109, 111, 112, None]
    assert result["records"]["heart_rate_bpm"].null_count() == 10
    assert result["activities"].select("record_count", "heart_rate_source").row(0) == (10, "strap")


def test_a_straps_memory_does_not_replace_heart_rates_that_the_records_have(swim, read_fit):
    assert read_fit(swim(own_rate=90))["records"]["heart_rate_bpm"].to_list() == [90] * 10


def test_packed_ticks_are_what_the_test_wrote():
    assert twelve_bits(0x123, 0xABC) == struct.pack("BBB", 0x23, 0xC1, 0xAB)


def test_intervals_written_long_after_their_beats_do_not_jump(fit_file, read_fit, start_s):
    file = fit_file().file_id().define(1, 20, [(253, 4, 0x86), (3, 1, 2)]).define(3, 78, HRV)
    for block in range(10):
        for second in range(18):
            file.add(1, start_s + 18 * block + second, 60)
        for _ in range(18):
            file.add(3, (1000, NOTHING, NOTHING, NOTHING, NOTHING))

    beats = read_fit(file.session(elapsed_s=180).bytes())["beats"]

    assert beats["start_s"].to_list() == [pytest.approx(float(index)) for index in range(180)]
