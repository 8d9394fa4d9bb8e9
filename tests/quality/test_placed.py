"""Where only positions tell of a way, their speed is the speed that is judged, and their zigzag the error."""

import numpy as np
import polars as pl
import pytest

from pipelines.quality.activity_rows import RIDDEN, activity_rows
from pipelines.quality.error_sources import P80, source_error
from pipelines.quality.movement import NO_POSITION, NO_SPEED, ON_FOOT_ONLY, OTHER_SPORT
from pipelines.quality.purposes import NO_SPORT, NO_WAY
from pipelines.simulation.running import Runner, RunPlan, run

M_PER_DEG = 111_195.0


def _placed(make, steps_m, *, east_m=None, **kwargs):
    """A run that only positions tell of: steps (m) to the north, and how far east (m) each position lies."""
    none = [None] * len(steps_m)
    east = np.zeros(len(steps_m)) if east_m is None else np.asarray(east_m)
    return make.run(
        len(steps_m),
        speed_m_per_s=none,
        distance_m=none,
        latitude_deg=47.0 + np.cumsum(steps_m) / M_PER_DEG,
        longitude_deg=8.0 + east / M_PER_DEG / np.cos(np.radians(47.0)),
        **kwargs,
    )


def _facts(ask, given):
    return dict(ask.judged(given)["facts"].select("fact", "fact_value").iter_rows())


def _why(ask, given, check_name):
    return ask.judged(given)["check_outcomes"].filter(pl.col("check_name") == check_name)["why"][0]


def test_a_run_of_positions_alone_is_assessed_and_usable(make, ask):
    given = _placed(make, np.full(1200, 3.0))

    assert ask.outcome(given, "speed_envelope") == "pass"
    assert ask.outcome(given, "speed_acceleration") == "pass"
    assert ask.verdict(given, "mean_pace")["verdict"] == "usable"


def test_its_distance_is_the_way_along_the_positions_and_its_error_that_of_positions(make, ask):
    facts = _facts(ask, _placed(make, np.full(1200, 3.0)))

    assert facts["distance_m"] == pytest.approx(1199 * 3.0, rel=1e-3)
    assert facts["moving_s"] == 1199.0
    assert facts["error_distance_source"] == source_error("distance", "position")
    assert facts["error_distance_position"] == pytest.approx(0.0, abs=1e-4)


def test_zigzag_is_error_before_it_is_a_fault(make, ask):
    given = _placed(make, np.full(1200, 3.0), east_m=np.where(np.arange(1200) % 2, 0.5, -0.5))

    facts = _facts(ask, given)

    true_excess = np.hypot(3.0, 1.0) / 3.0 - 1
    assert facts["distance_m"] == pytest.approx(1199 * 3.0, rel=0.003)
    assert facts["error_distance_position"] * P80 >= 0.9 * true_excess
    assert ask.verdict(given, "mean_pace")["verdict"] == "not_usable"


def test_a_device_that_counts_is_not_charged_for_the_zigzag_of_its_positions(make, ask):
    east = np.where(np.arange(1200) % 2, 0.5, -0.5) / M_PER_DEG

    facts = _facts(ask, make.run(1200, longitude_deg=8.0 + east))

    assert facts["error_distance_position"] == 0.0
    assert facts["error_distance_source"] == source_error("distance", "open")


def test_who_stands_while_positions_wander_neither_moves_nor_covers_anything(make, ask):
    stands = (np.arange(900) >= 300) & (np.arange(900) < 500)
    wander = np.random.default_rng(3).normal(0.0, 0.3, 900)

    facts = _facts(ask, _placed(make, np.where(stands, 0.0, 3.0), east_m=np.where(stands, wander, 0.0)))

    assert facts["moving_s"] == pytest.approx(699, abs=6)
    assert facts["distance_m"] == pytest.approx(699 * 3.0, rel=0.01)


def test_a_drive_recorded_as_a_run_fails_by_its_positions(make, ask):
    steps = np.full(900, 3.0)
    steps[300:500] = 14.0

    assert ask.outcome(_placed(make, steps), "speed_envelope") == "fail"
    assert ask.outcome(_placed(make, steps, sport="generic"), "speed_envelope") == "pass"


def test_speed_by_position_never_reaches_across_a_pause(make):
    steps = np.full(200, 3.0)
    steps[100] = 600.0

    rows = activity_rows(_placed(make, steps, pauses=[(99.1, 99.9)]))

    assert rows["placed_m_per_s"].drop_nulls().max() == pytest.approx(3.0, rel=0.01)
    assert rows["placed_m_per_s"].null_count() == 2


@pytest.mark.parametrize(("own", "is_by_position"), [("speed_m_per_s", False), ("distance_m", False), (None, True)])
def test_positions_are_asked_only_where_there_is_neither_speed_nor_distance(make, own, is_by_position):
    columns = {name: [None] * 60 for name in ("speed_m_per_s", "distance_m") if name != own}

    rows = activity_rows(make.run(60, **columns))

    assert set(rows["is_by_position"]) == {is_by_position}
    assert (rows["placed_m_per_s"].null_count() == 60) is not is_by_position


@pytest.mark.parametrize("sport", ["generic", "Other", " workout "])
def test_a_sport_that_says_nothing_is_held_to_what_is_ridden(make, ask, sport):
    faster, slower = (_placed(make, np.full(600, speed), sport=sport) for speed in (37.0, 35.0))

    assert ask.outcome(faster, "speed_envelope") == "fail"
    assert ask.outcome(slower, "speed_envelope") == "pass"


def test_purposes_that_need_the_sport_say_that_it_is_missing(make, ask):
    given = _placed(make, np.full(3000, 3.0), sport="generic")

    verdicts = {purpose: ask.verdict(given, purpose) for purpose in ("bests", "decoupling", "mean_pace", "load")}

    assert [verdicts[name]["reasons"] for name in ("bests", "decoupling")] == [[NO_SPORT], [NO_SPORT]]
    assert [verdicts[name]["verdict"] for name in ("mean_pace", "load")] == ["usable", "usable"]


def test_positions_that_never_move_say_so(make, ask):
    verdict = ask.verdict(_placed(make, np.zeros(600)), "mean_pace")

    assert (verdict["verdict"], verdict["reasons"]) == ("not_assessable", [NO_WAY])


def test_who_never_moves_by_another_measure_says_so_too(make, ask):
    still = make.run(600, speed_m_per_s=np.zeros(600), distance_m=np.zeros(600))

    assert ask.verdict(still, "distance")["reasons"] == [NO_WAY]


def test_what_is_missing_is_named_exactly(make, ask):
    none = [None] * 600
    bare = {"speed_m_per_s": none, "distance_m": none, "latitude_deg": none, "longitude_deg": none}

    assert _why(ask, make.run(600, **bare), "speed_envelope") == NO_SPEED
    assert _why(ask, make.run(600, **bare, sport="alpine_skiing"), "speed_envelope") == NO_SPEED
    assert _why(ask, make.run(600, sport="alpine_skiing"), "speed_envelope") == OTHER_SPORT
    assert _why(ask, make.run(600, sport="alpine_skiing"), "position_teleport") == OTHER_SPORT
    assert _why(ask, make.run(600, latitude_deg=none, longitude_deg=none), "position_teleport") == NO_POSITION
    assert [_why(ask, make.run(600, sport=sport), "speed_acceleration") for sport in RIDDEN] == [ON_FOOT_ONLY] * 2


def test_clean_simulated_runs_without_speed_and_distance_raise_no_alarm(make, ask):
    rng = np.random.default_rng(5)
    kinds = ("easy", "strides", "steady", "long", "intervals", "hills")
    made = []
    for i, kind in enumerate(kinds * 2):
        plan = RunPlan(kind=kind, moving_s=1500, start_s=1_772_344_800, is_smart=i % 5 == 4, pause_count=i % 3)
        runner = Runner(resting_bpm=50, max_bpm=190, threshold_m_per_s=rng.uniform(3.0, 5.2))
        made.append(run(rng, runner, plan))

    judged = [ask.judged(_of(make, one, f"r{i}")) for i, one in enumerate(made)]

    names = ["speed_envelope", "speed_acceleration", "position_teleport", "position_envelope", "position_zigzag"]
    assert sum(one["flags"].filter(pl.col("check_name").is_in(names)).height for one in judged) == 0
    off = [_distance(one) / true.true_distance_m - 1 for one, true in zip(judged, made, strict=True)]
    assert np.quantile(np.abs(off), 0.8) <= source_error("distance", "position") * P80


def _of(make, simulated, name):
    """A simulated run as tables, its speed and distance removed."""
    kept = ("recorded_at_utc", "latitude_deg", "longitude_deg", "heart_rate_bpm", "cadence_rpm")
    columns = {column: simulated.records[column].to_list() for column in kept}
    none = [None] * simulated.records.height
    begin = columns["recorded_at_utc"][0].timestamp()
    pauses = [(start - begin, end - begin) for start, end in simulated.pauses]
    given = make.run(simulated.records.height, name=name, pauses=pauses, speed_m_per_s=none, distance_m=none, **columns)
    # The pauses are told from the start of the tables, which is another day than the run's.
    shift = columns["recorded_at_utc"][0] - given["activities"]["start_at_utc"][0]
    moved = [pl.col(edge) + pl.lit(shift) for edge in ("start_at_utc", "end_at_utc")]
    return {
        **given,
        "activities": given["activities"].with_columns(moved),
        "pauses": given["pauses"].with_columns(moved),
    }


def _distance(judged):
    return judged["facts"].filter(pl.col("fact") == "distance_m")["fact_value"][0]
