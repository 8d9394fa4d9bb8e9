"""The experiments of the generated squad: one that ended, with an effect that is known, and one that was refused."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from pipelines.readers.experiment_files import plan_of
from pipelines.simulation.experiments import FEWEST_DAYS, WALK_EFFECT_BPM
from pipelines.simulation.lives import Life, lives
from pipelines.simulation.roster import ROSTER
from pipelines.simulation.watch_exports import experiment_exports

LAST = date(2026, 11, 21)
WALKER = next(member for member in ROSTER if member.has_walk)
NAPPER = next(member for member in ROSTER if member.has_nap)


def _lived(*members: object, days: int = 120) -> tuple[Life, ...]:
    return lives(seed=1, squad=(*ROSTER[:2], *members), day_count=days, last_date=LAST)[2:]  # type: ignore[arg-type] # members


@pytest.fixture(scope="module")
def squad() -> tuple[Life, ...]:
    return _lived(WALKER, replace(WALKER, has_walk=False), NAPPER)


def test_the_walk_was_planned_before_its_first_day_and_ended(squad: tuple[Life, ...]) -> None:
    (told,) = squad[0].experiments

    assert told.planned.refusal == ""
    assert told.planned.planned_on < told.planned.start_date
    assert told.planned.days[-1][0] + timedelta(days=1) <= LAST
    assert set(told.done.values()) <= {"A", "B", "neither"}
    assert told.planned.is_simulated


def test_the_walk_does_what_the_truth_says_on_the_next_morning_and_nothing_else() -> None:
    with_walk = lives(seed=1, squad=(WALKER,), day_count=120, last_date=LAST)[0]
    without = lives(seed=1, squad=(replace(WALKER, has_walk=False),), day_count=120, last_date=LAST)[0]

    added = with_walk.days.resting_bpm - without.days.resting_bpm
    walked = {on + timedelta(days=1) for told in with_walk.experiments for on, did in told.done.items() if did == "A"}
    expected = [WALK_EFFECT_BPM if on in walked else 0.0 for on in with_walk.days.dates]
    assert np.allclose(added, expected)


def test_the_nap_is_refused_with_what_it_would_need(squad: tuple[Life, ...]) -> None:
    (told,) = squad[2].experiments

    assert told.planned.days == ()
    assert "It would need about" in told.planned.refusal


def test_plan_and_what_was_done_are_files_of_the_athlete(squad: tuple[Life, ...]) -> None:
    plan_file, done_file = experiment_exports(squad[0])
    (refused_file,) = experiment_exports(squad[2])

    assert plan_of(plan_file.content.decode(), plan_file.path) == squad[0].experiments[0].planned
    assert done_file.content.decode().count("\n") == len(squad[0].experiments[0].done) + 1
    assert plan_of(refused_file.content.decode(), refused_file.path).refusal


@pytest.mark.parametrize(("days", "count"), [(FEWEST_DAYS, 1), (FEWEST_DAYS - 1, 0)])
def test_a_short_squad_has_no_experiments(days: int, count: int) -> None:
    assert len(_lived(NAPPER, days=days)[0].experiments) == count
