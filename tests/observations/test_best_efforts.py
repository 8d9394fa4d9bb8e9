import polars as pl
import pytest

from pipelines.observations.best_efforts import best_efforts


def line(speeds, step_s=1.0):
    steps = step_s if isinstance(step_s, list) else [step_s] * len(speeds)
    at = [sum(steps[:i]) for i in range(len(steps))]
    return pl.DataFrame(
        {"speed_m_per_s": speeds, "step_s": steps, "moving_at_s": at},
        schema={"speed_m_per_s": pl.Float64, "step_s": pl.Float64, "moving_at_s": pl.Float64},
    )


def told(timeline):
    return {one.metric: round(one.duration_s, 1) for one in best_efforts(timeline)}


def test_the_fastest_stretch_is_found_wherever_it_starts():
    speeds = [3.0] * 700 + [5.0] * 200 + [3.0] * 600

    (best,) = best_efforts(line(speeds))

    assert best.metric == "best_1_km"
    assert best.duration_s == pytest.approx(200.0)
    assert best.pace_s_per_km == pytest.approx(200.0)
    assert best.start_s == pytest.approx(700.0)


def test_each_distance_that_fits_has_one():
    assert told(line([4.0] * 2600)) == {"best_1_km": 250.0, "best_5_km": 1250.0, "best_10_km": 2500.0}


@pytest.mark.parametrize(("count", "has_best"), [(249, False), (250, True)])
def test_a_shorter_run_has_none(count, has_best):
    assert bool(told(line([4.0] * count))) is has_best


@pytest.mark.parametrize("broken", [{"speed": None}, {"step": 0.0}, {"step": 10.0}])
def test_a_flag_a_pause_and_a_hole_end_a_stretch(broken):
    speeds, steps = [4.0] * 400, [1.0] * 400
    speeds[200], steps[200] = broken.get("speed", 4.0), broken.get("step", 1.0)

    assert told(line(speeds, steps)) == {}


def test_nothing_recorded_has_none():
    assert told(line([])) == {}
