"""Felt effort and heart rate disagree: each limit with what lies on either side of it."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from pipelines.observations.patterns.exertion import TOLD_WITHIN, exertion
from pipelines.observations.patterns.felt_effort import (
    ALIKE_BPM,
    FELT_EFFORT,
    LEAST_EVIDENCE_SD,
    LEAST_OTHERS,
    LEAST_POINTS,
    LEAST_SESSIONS,
    RECENT_DAYS,
)
from pipelines.observations.patterns.history import History, Run
from pipelines.tables import conform

USUAL = (4.0, 5.0, 4.0, 3.0, 4.0, 5.0, 4.0, 3.0, 4.0, 4.0)
"""Points of ordinary sessions in turn."""


@pytest.fixture
def felt(day):
    """Runs of one heart rate: ten in the weeks before, then some in the last two that felt `points`."""

    def make(*points, usual=USUAL, bpm=140.0, excused=(), twice=False) -> History:
        earlier = [(RECENT_DAYS + 2 + 4 * number, mark, 140.0) for number, mark in enumerate(usual)]
        recent = [(1 + 3 * number, mark, bpm) for number, mark in enumerate(points)]
        told = sorted((day(back), mark, rate) for back, mark, rate in (*earlier, *recent))
        runs = [_run(on, rate) for on, _, rate in told] + ([_run(told[-1][0], 141.0)] if twice else [])
        return History(
            series={},
            runs=tuple(sorted(runs, key=lambda run: run.on)),
            answers=(),
            notes=(),
            changes=(),
            birth_year=None,
            excused=frozenset(map(day, excused)),
            exertion=tuple((on, mark) for on, mark, _ in told),
        )

    return make


def _run(on, bpm: float) -> Run:
    return Run(
        on=on,
        pace_s_per_km=330.0,
        heart_rate_bpm=bpm,
        heart_rate_error_bpm=1.0,
        moving_s=3000.0,
        steady_s=2400.0,
        ascent_m_per_km=None,
        sensor="watch strap",
        observation_ids=(f"p{on}", f"h{on}"),
    )


def test_runs_that_felt_harder_at_the_same_heart_rate_are_told(felt, day):
    held = FELT_EFFORT.judge(felt(7.0, 7.0, 6.0), day(0)).held

    assert (held.pattern_value, held.usual_value) == (pytest.approx(20 / 3), 4.0)
    assert held.components[0].component == "felt_harder_than_heart_rate"
    assert held.components[0].detail == "2.7 points harder than runs of the same heart rate and length, on 3 of 3 runs"
    assert held.evidence_sd > LEAST_EVIDENCE_SD


def test_runs_that_felt_easier_are_told_as_well(felt, day):
    held = FELT_EFFORT.judge(felt(1.0, 2.0, 1.0), day(0)).held

    assert held.components[0].component == "felt_easier_than_heart_rate"
    assert held.usual_value - held.pattern_value > LEAST_POINTS


def test_ordinary_answers_are_nothing(felt, day):
    assert FELT_EFFORT.judge(felt(4.0, 5.0, 3.0), day(0)).held is None


@pytest.mark.parametrize(("off", "is_held"), [(-0.01, False), (0.0, True)])
def test_it_takes_so_many_points(felt, day, off, is_held):
    quiet = [4.0] * 10

    tried = FELT_EFFORT.judge(felt(*[4.0 + LEAST_POINTS + off] * 3, usual=quiet), day(0))

    assert (tried.held is not None) is is_held


def test_answers_that_always_scatter_take_more_to_be_told(felt, day):
    scattered = (1.0, 8.0, 2.0, 7.0, 1.0, 8.0, 2.0, 6.0, 1.0, 7.0)

    tried = FELT_EFFORT.judge(felt(7.0, 7.0, 6.0, usual=scattered), day(0))

    assert tried.evidence_sd < LEAST_EVIDENCE_SD
    assert tried.held is None


@pytest.mark.parametrize(("count", "is_tried"), [(LEAST_SESSIONS - 1, False), (LEAST_SESSIONS, True)])
def test_it_takes_so_many_sessions(felt, day, count, is_tried):
    assert (FELT_EFFORT.judge(felt(*[7.0] * count), day(0)) is not None) is is_tried


@pytest.mark.parametrize(("count", "is_tried"), [(LEAST_OTHERS - 1, False), (LEAST_OTHERS, True)])
def test_it_takes_so_many_comparable_sessions_before(felt, day, count, is_tried):
    # The recent ones are compared with each other as well, so that none of them is a session before the first.
    tried = FELT_EFFORT.judge(felt(7.0, 7.0, 7.0, usual=USUAL[:count]), day(0))

    assert (tried is not None) is is_tried


@pytest.mark.parametrize(("bpm", "is_tried"), [(140.0 + ALIKE_BPM, True), (140.1 + ALIKE_BPM, False)])
def test_only_runs_of_about_the_same_heart_rate_are_compared(felt, day, bpm, is_tried):
    assert (FELT_EFFORT.judge(felt(7.0, 7.0, 7.0, bpm=bpm), day(0)) is not None) is is_tried


def test_sessions_of_excused_days_say_nothing_of_what_is_usual(felt, day):
    ill = [RECENT_DAYS + 2 + 4 * number for number in range(10)]

    assert FELT_EFFORT.judge(felt(7.0, 7.0, 7.0, excused=ill), day(0)) is None


def test_a_day_with_two_runs_tells_of_neither(felt, day):
    assert FELT_EFFORT.judge(felt(7.0, 7.0, 7.0, twice=True), day(0)) is None


@pytest.mark.parametrize(("late", "session_back"), [(timedelta(0), 1), (timedelta(seconds=1), 0)])
def test_a_morning_answer_is_about_the_session_that_was_over_within_a_day(day, late, session_back):
    asked = datetime.combine(day(0), datetime.min.time(), UTC) + timedelta(hours=7)
    ended = asked - TOLD_WITHIN - late
    answer = {
        "source_file_id": "f",
        "answer_index": 0,
        "about_date": day(0),
        "answered_at_utc": asked,
        "item": "rpe",
        "answer_value": 13.0,
        "scale_min": 6.0,
        "scale_max": 20.0,
    }
    tables = {
        "wellness_answers": conform(pl.DataFrame([answer]), "wellness_answers"),
        "activities": conform(pl.DataFrame([{"end_at_utc": ended, "local_date": day(1)}]), "activities"),
    }

    assert exertion(tables) == ((day(session_back), pytest.approx(5.0)),)
