"""Which distance of a file is taken for each step, and what becomes of gaps: each number flips a figure."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from pipelines.quality import distances, placed
from pipelines.quality.activity_rows import activity_rows

M_PER_DEG = 111_195.0
START_S = 1_772_344_800


def _facts(ask, given):
    return dict(ask.judged(given)["facts"].select("fact", "fact_value").iter_rows())


def _gap(make, seconds, *, counted=None, placed_m_per_s=3.0, speed=3.0):
    """Twenty minutes at 3 m/s with a gap half-way, over which counter and positions go at such speeds."""
    time_s = np.concatenate([np.arange(600.0), 600.0 + seconds + np.arange(600.0)])
    after = time_s >= 600
    over_s = seconds + 1.0

    def way(m_per_s):
        return 3.0 * time_s + after * (m_per_s - 3.0) * over_s

    none = [None] * len(time_s)
    return make.run(
        len(time_s),
        recorded_at_utc=[datetime.fromtimestamp(START_S + t, UTC) for t in time_s],
        distance_m=none if counted is None else way(counted),
        speed_m_per_s=none if speed is None else np.full(len(time_s), speed),
        latitude_deg=47.0 + way(placed_m_per_s) / M_PER_DEG,
    )


def test_a_gap_in_which_the_counter_stood_is_bridged_by_the_positions(make, ask):
    facts = _facts(ask, _gap(make, 120, counted=0.0))

    assert facts["distance_m"] == pytest.approx(3.0 * 1319, rel=0.005)
    assert facts["moving_s"] == pytest.approx(1319, abs=2)


def test_a_gap_between_positions_alone_counts_with_its_way_and_its_time(make, ask):
    facts = _facts(ask, _gap(make, 120, speed=None))

    assert facts["mean_speed_m_per_s"] == pytest.approx(3.0, rel=0.005)
    assert facts["distance_m"] == pytest.approx(3.0 * 1319, rel=0.005)


@pytest.mark.parametrize("counted", [0.0, None])
def test_a_clock_that_leaps_ahead_adds_no_time(make, ask, counted):
    facts = _facts(ask, _gap(make, 300, counted=counted, placed_m_per_s=0.0, speed=None if counted is None else 3.0))

    assert facts["moving_s"] == pytest.approx(1198, abs=2)
    assert facts["mean_speed_m_per_s"] == pytest.approx(3.0, rel=0.005)


@pytest.mark.parametrize(("m_per_s", "moving_s"), [(2.05, 1198), (2.15, 1319), (3.85, 1319), (3.95, 1198)])
def test_a_gap_is_bridged_at_about_the_usual_speed_only(make, ask, m_per_s, moving_s):
    facts = _facts(ask, _gap(make, 120, placed_m_per_s=m_per_s, speed=None))

    assert facts["moving_s"] == pytest.approx(moving_s, abs=2)


@pytest.mark.parametrize(("straight", "taken"), [(2.4, 2.7), (3.0, 3.0), (3.6, 3.6)])
def test_the_straight_way_over_a_gap_is_the_least_it_can_have_been(make, ask, straight, taken):
    facts = _facts(ask, _gap(make, 120, placed_m_per_s=straight, speed=None))

    assert facts["distance_m"] == pytest.approx(3.0 * 1198 + taken * 121, rel=0.002)


def test_what_a_gap_lost_is_part_of_the_expected_error(make, ask):
    bridged, lost = (_facts(ask, _gap(make, 120, placed_m_per_s=speed, speed=None)) for speed in (3.0, 1.5))

    assert lost["error_distance_missing"] > 5 * bridged["error_distance_missing"]


def _jumped(make, metres, *, counts):
    """Positions are so many metres away for half a minute; a counter follows them or does not exist."""
    row = np.arange(900)
    north = 3.0 * row + metres * ((row >= 300) & (row < 330))
    none = [None] * 900
    return make.run(
        900,
        latitude_deg=47.0 + north / M_PER_DEG,
        distance_m=np.concatenate([[0.0], np.cumsum(np.abs(np.diff(north)))]) if counts else none,
        speed_m_per_s=np.full(900, 3.0) if counts else none,
    )


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("metres", [50.0, 200.0, 1000.0])
def test_a_jump_of_positions_is_no_way_and_leaves_the_distance_usable(make, ask, metres, counts):
    given = _jumped(make, metres, counts=counts)

    assert _facts(ask, given)["distance_m"] == pytest.approx(3.0 * 899, rel=0.005)
    assert ask.verdict(given, "distance")["verdict"] == "usable"
    assert ask.outcome(given, "position_teleport") == "fail"


def test_a_late_counter_that_makes_up_for_what_was_covered_is_believed(make, ask):
    row = np.arange(900)
    late = np.where((row >= 300) & (row < 330), 900.0, 3.0 * row)

    given = make.run(900, distance_m=late, latitude_deg=47.0 + 3.0 * row / M_PER_DEG)

    assert ask.outcome(given, "distance_leap") == "pass"
    assert _facts(ask, given)["distance_m"] == pytest.approx(3.0 * 899, rel=0.005)


def _wandering(make, *, step_s=1, speed=3.0, **kwargs):
    """Positions that wander from side to side, and a counter that follows them; true speed 3 m/s."""
    row = np.arange(1500)
    east = np.where(row % 2, 0.5, -0.5)
    way = np.cumsum(np.r_[0.0, np.hypot(np.full(1499, 3.0 * step_s), np.diff(east))])
    return make.run(
        1500,
        recorded_at_utc=[datetime.fromtimestamp(START_S + step_s * t, UTC) for t in row],
        latitude_deg=47.0 + 3.0 * step_s * row / M_PER_DEG,
        longitude_deg=8.0 + east / M_PER_DEG / np.cos(np.radians(47.0)),
        distance_m=way,
        speed_m_per_s=np.full(1500, speed),
        **kwargs,
    )


def test_a_counter_that_follows_wandering_positions_yields_to_the_speed(make, ask):
    given = _wandering(make)

    facts = _facts(ask, given)

    assert given["records"]["distance_m"].max() / (3.0 * 1499) == pytest.approx(1.054, abs=0.002)
    assert facts["distance_m"] == pytest.approx(3.0 * 1499, rel=0.003)
    assert facts["error_distance_disagreement"] == pytest.approx(0.1 * 0.051, abs=0.001)


@pytest.mark.parametrize(
    ("name", "number", "follows"),
    [
        ("FOLLOWS", 0.0, False),
        ("LONGER", 0.06, False),
        ("LONGER_MOST", 0.05, False),
        ("EXPLAINED", 1.2, False),
        ("DENSE_S", 0.5, False),
        ("DENSE_S", 1.0, True),
    ],
)
def test_each_number_decides_whether_a_counter_follows(make, monkeypatch, name, number, follows):
    given = _wandering(make)
    monkeypatch.setattr(distances, name, replace(getattr(distances, name), number=number))

    assert distances.measure(activity_rows(given))["follows_positions"].to_list() == [follows]


def test_a_speed_that_is_wrong_beside_straight_positions_is_not_taken(make, ask):
    row = np.arange(1500)
    given = make.run(
        1500, speed_m_per_s=np.full(1500, 2.8), distance_m=3.0 * row, latitude_deg=47 + 3 * row / M_PER_DEG
    )

    assert distances.measure(activity_rows(given))["follows_positions"].to_list() == [False]
    assert _facts(ask, given)["distance_m"] == pytest.approx(3.0 * 1499, rel=0.001)


@pytest.mark.parametrize(("metres", "is_short"), [(15.0, False), (60.0, True)])
def test_a_rider_s_bends_are_not_cut_short(make, ask, monkeypatch, metres, is_short):
    """Rounds of 20 m radius at 8 m/s: the straight way of 15 m is 5 % short of one, that of 5 s would be 17 %."""
    monkeypatch.setattr(placed, "STRAIGHT_M", replace(placed.STRAIGHT_M, number=metres))
    angle = 8.0 * np.arange(900) / 20.0
    none = [None] * 900
    given = make.run(
        900,
        sport="cycling",
        speed_m_per_s=none,
        distance_m=none,
        latitude_deg=47.0 + 20.0 * np.sin(angle) / M_PER_DEG,
        longitude_deg=8.0 + 20.0 * np.cos(angle) / M_PER_DEG / np.cos(np.radians(47.0)),
    )

    missing = 1 - _facts(ask, given)["distance_m"] / (8.0 * 899)

    assert (missing > 0.06) is is_short
