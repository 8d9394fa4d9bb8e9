"""Generated squads for the proof: athletes to whom nothing happens, and athletes whose year holds planted episodes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from pipelines.observations.attention.contract import Night
from pipelines.progress import Progress
from pipelines.proofs.attention_calibration import FIRST_DATE, LEAD_DAYS
from pipelines.proofs.attention_lives import CONFOUNDERS, PLANTED, Episode, Life, live
from pipelines.proofs.attention_replay import Told, replay, told
from pipelines.proofs.attention_tables import histories

ATHLETE_COUNT = 50
SEVERITIES = {
    "fatigue": {"mild": 1.5, "moderate": 2.25, "severe": 3.0},
    "sleep_shortfall": {"mild": 1.5, "moderate": 2.25, "severe": 3.0},
    "pacing_drift": {"mild": 0.05, "moderate": 0.08, "severe": 0.11},
}
"""Spreads of the athlete's own days; of pacing drift the decoupling that is added at its end (fraction)."""
DAYS = {"fatigue": 6, "sleep_shortfall": 5, "pacing_drift": 21}
"""Days that each lasts."""
CONFOUNDING = {"new_watch": (1.5, 1), "ill": (2.0, 5), "travel": (1.5, 4), "silent": (0.0, 6), "hot": (1.0, 10),
               "hilly": (1.0, 10)}  # fmt: skip
"""Size and days of what is there to be taken for them."""
SLOT_DAYS = 52
"""Days of a year given to each episode, so that none runs into the next."""
PLANTED_SLOTS = (0, 2, 4, 6)
"""Slots of the seven of a year with a planted episode; the others have a confounder."""


@dataclass(frozen=True, kw_only=True)
class Squad:
    """One generated squad over a number of nights, with the list of each."""

    name: str
    lives: tuple[Life, ...]
    dates: tuple[date, ...]
    nights: tuple[Night, ...]


def stable(name: str, *, seed: Sequence[int], night_count: int, athletes: int, progress: Progress) -> Squad:
    """A squad to whom nothing happens."""
    lives = [_life(number, seed, night_count, ()) for number in range(athletes)]
    return squad_of(name, lives, night_count, progress)


def planted(name: str, *, seed: Sequence[int], night_count: int, athletes: int, progress: Progress) -> Squad:
    """A squad with planted episodes and confounders in turns, kinds and severities evenly spread."""
    chance = np.random.default_rng([*seed, 1])
    kinds = [(kind, severity) for kind in PLANTED for severity in SEVERITIES[kind]]
    start = int(chance.integers(0, len(kinds)))
    lives, turn = [], start
    for number in range(athletes):
        episodes = []
        for slot in range(night_count // SLOT_DAYS):
            first = LEAD_DAYS + slot * SLOT_DAYS + int(chance.integers(0, SLOT_DAYS - 30))
            if slot in PLANTED_SLOTS:
                episodes.append(_planted(*kinds[turn % len(kinds)], first))
                turn += 1
            else:
                kind = CONFOUNDERS[int(chance.integers(0, len(CONFOUNDERS)))]
                size, days = CONFOUNDING[kind]
                episodes.append(Episode(kind=kind, severity="", size=size, start=first, day_count=days))
        lives.append(_life(number, seed, night_count, episodes))
    return squad_of(name, lives, night_count, progress)


def _planted(kind: str, severity: str, first: int) -> Episode:
    return Episode(kind=kind, severity=severity, size=SEVERITIES[kind][severity], start=first, day_count=DAYS[kind])


def _life(number: int, seed: Sequence[int], night_count: int, episodes: Sequence[Episode]) -> Life:
    return live(number, seed=(*seed, number), first=FIRST_DATE, day_count=LEAD_DAYS + night_count, episodes=episodes)


def squad_of(name: str, lives: Sequence[Life], night_count: int, progress: Progress) -> Squad:
    """The nights of generated athletes."""
    dates = tuple(FIRST_DATE + timedelta(days=LEAD_DAYS + n) for n in range(night_count))
    everybody: list[Told] = [
        told(life.athlete_id, histories(life), dates)
        for life in progress.over(lives, label=name, total=len(lives), unit="athletes")
    ]
    return Squad(name=name, lives=tuple(lives), dates=dates, nights=tuple(replay(name, everybody, dates)))
