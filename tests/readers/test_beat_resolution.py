"""How finely intervals are stored: by the decimals of a text, by the format, or by the numbers themselves."""

import numpy as np
import pytest

from pipelines.readers.beat_resolution import ALIKE_MS, DISTINCT, decimal_step, resolution_of


def _on_grid(step_ms, count=60):
    rng = np.random.default_rng(4)
    return step_ms * np.rint((900 + 60 * rng.standard_normal(count)) / step_ms)


@pytest.mark.parametrize(
    ("numbers", "step"),
    [
        ([812.0, 798.0], 1.0),
        ([812.5, 798.0], 0.1),
        ([0.81, 0.8], 0.01),
        ([0.812, 0.8], 0.001),
        ([985.3333333333, 992.0], 0.001),
        ([0.8095703125], 0.001),
    ],
)
def test_a_text_is_as_fine_as_its_last_decimal(numbers, step):
    assert decimal_step(np.array(numbers)) == pytest.approx(step)


@pytest.mark.parametrize("step_ms", [2.0, 4.0, 10.0, 7.8125, 1000 / 750])
def test_whole_milliseconds_that_keep_to_a_coarser_step_are_as_coarse_as_it(step_ms):
    assert resolution_of(_on_grid(step_ms), 1.0) == pytest.approx(step_ms, abs=1e-5)


@pytest.mark.parametrize("step_ms", [0.5, 1.0])
def test_what_the_format_says_stays_where_the_numbers_show_nothing_coarser(step_ms):
    assert resolution_of(_on_grid(step_ms), 1.0) == 1.0


def test_one_interval_off_the_step_refutes_it():
    off = np.append(_on_grid(10.0), 907.0)

    assert resolution_of(off, 1.0) == 1.0


@pytest.mark.parametrize(("apart_ms", "resolution_ms"), [(0.9 * ALIKE_MS, 10.0), (1.1 * ALIKE_MS, 1.0)])
def test_rounding_of_decimals_is_no_other_step(apart_ms, resolution_ms):
    rr_ms = 900.0 + 10.0 * np.arange(DISTINCT)
    rr_ms[-1] += apart_ms

    assert resolution_of(rr_ms, 1.0) == pytest.approx(resolution_ms, abs=0.02)


@pytest.mark.parametrize(("count", "resolution_ms"), [(DISTINCT - 1, 1.0), (DISTINCT, 10.0)])
def test_a_few_round_numbers_are_no_step(count, resolution_ms):
    assert resolution_of(900.0 + 10.0 * np.arange(count), 1.0) == resolution_ms


@pytest.mark.parametrize(("rr_ms", "resolution_ms"), [(_on_grid(10.0), 10.0), (np.full(60, 900.0), None)])
def test_a_format_that_says_nothing_leaves_it_to_the_numbers_or_not_known(rr_ms, resolution_ms):
    assert resolution_of(rr_ms, None) == resolution_ms


def test_what_is_no_number_says_nothing():
    assert resolution_of(np.append(_on_grid(10.0), np.nan), 1.0) == 10.0


@pytest.mark.parametrize(
    ("text", "resolution_ms"),
    [
        ("\n".join(f"{812 + at * at % 97}" for at in range(60)), 1.0),
        ("\n".join(f"0.{812 + at * at % 97}" for at in range(60)), 1.0),
        ("\n".join(f"0.{80 + at % 9}" for at in range(60)), 10.0),
        ("\n".join(f"{800 + 10 * (at % 23)}" for at in range(60)), 10.0),
    ],
    ids=["whole ms", "s with three decimals", "s with two decimals", "ms in tens"],
)
def test_a_text_of_intervals_says_how_finely_they_are_stored(text, resolution_ms, read_whole):
    series = read_whole("2026-03-01 06-55-00.txt", text).frames["beat_series"]

    assert series["resolution_ms"].to_list() == pytest.approx([resolution_ms])
