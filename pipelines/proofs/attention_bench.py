"""Measures the list in the open: nights on which nothing happened to anybody, and nights with planted episodes.

Two promises are held against what was measured. Rules off the shelf and a list drawn by lot are measured on the same
nights: once with as many rows a night as ours had, and once with as many as a coach could take in.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from math import ceil
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from pipelines.observations.attention.candidates import definition_version
from pipelines.observations.attention.decide import ROWS_PER_ATHLETES
from pipelines.progress import SILENT, Progress
from pipelines.proofs.attention_real import RealNights, real_nights
from pipelines.proofs.attention_report import AttentionReport, FalseShare, StableNights
from pipelines.proofs.attention_rivals import NAMES, drawn, firings, lists
from pipelines.proofs.attention_scores import Score, entries, names_any, score
from pipelines.proofs.attention_squads import ATHLETE_COUNT, Squad, planted, stable

SEED_TUNING, SEED_REPORTING = 20261107, 20261207
"""Seeds of what thresholds were set on, and of what is reported: never the same."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much is generated: squads of each sort, athletes of each, nights.

    Rows on quiet nights are rare: the year of one squad has too few to tell their number by within a quarter. Of four
    squads with episodes each severity has some 266: twice as many tell smaller differences between lists.
    """

    stable_count: int
    planted_count: int
    athlete_count: int
    night_count: int


FULL = Size(stable_count=2, planted_count=4, athlete_count=ATHLETE_COUNT, night_count=365)
QUICK = Size(stable_count=1, planted_count=1, athlete_count=4, night_count=60)
BATCH_NIGHTS = 14
"""Nights drawn together for an interval: rows of neighbouring nights hang together. Engineering start value."""
DRAWS = 2000
"""Draws of an interval."""


def bench_attention(
    *, size: Size, seed: int, real: Path | None = None, process_count: int = 1, progress: Progress = SILENT
) -> AttentionReport:
    """Generates squads and measures every list on them; `real` is a folder of real exports.

    With several processes each takes a squad at a time; the figures are the same.
    """
    wanted = [
        *((stable, f"Nothing happens {n}", (seed, 1, n)) for n in range(size.stable_count)),
        *((planted, f"Planted {n}", (seed, 2, n)) for n in range(size.planted_count)),
    ]
    if process_count > 1:
        with ProcessPoolExecutor(process_count, mp_context=get_context("spawn")) as pool:
            waiting = [pool.submit(_made, make, name, own, size) for make, name, own in wanted]
            squads = [one.result() for one in waiting]
    else:
        squads = [_made(make, name, own, size, progress) for make, name, own in wanted]
    quiet, eventful = squads[: size.stable_count], squads[size.stable_count :]
    found: RealNights | None = None if real is None else real_nights(real, seed=seed)
    return AttentionReport(
        seed=seed,
        definition_version=definition_version(),
        stable=_stable(quiet, seed),
        scores=tuple(_scores(eventful, seed)),
        false_share=_false_share(eventful, seed),
        planted_night_count=sum(len(one.nights) for one in eventful),
        planted_athlete_count=size.athlete_count,
        real=found,
    )


def _made(make: Callable[..., Squad], name: str, seed: Sequence[int], size: Size, progress: Progress = SILENT) -> Squad:
    return make(name, seed=seed, night_count=size.night_count, athletes=size.athlete_count, progress=progress)


def _stable(squads: Sequence[Squad], seed: int) -> StableNights:
    nights = [night for one in squads for night in one.nights]
    shown = np.array([len(night.shown()) for night in nights], dtype=np.float64)
    expected = np.array([night.expected_by_chance or 0.0 for night in nights])
    batches = np.array_split(np.arange(len(nights)), max(1, len(nights) // BATCH_NIGHTS))
    sums = np.array([(shown[one].sum(), expected[one].sum(), len(one), (shown[one] > 0).sum()) for one in batches])
    picks = np.random.default_rng([seed, 3]).integers(0, len(sums), (DRAWS, len(sums)))
    totals = sums[picks].sum(axis=1)
    return StableNights(
        shown_night_count=int((shown > 0).sum()),
        shown_night_interval=_interval(totals[:, 3] / totals[:, 2]),
        athlete_count=len(squads[0].lives),
        night_count=len(nights),
        shown_count=int(shown.sum()),
        expected_count=float(expected.sum()),
        per_night_interval=_interval(totals[:, 0] / totals[:, 2]),
        ratio_interval=_interval(totals[:, 1] / np.maximum(totals[:, 0], 1.0)),
    )


def _false_share(squads: Sequence[Squad], seed: int) -> FalseShare:
    """Share of false rows of every planted night, and its mean with the interval of nights drawn in batches."""
    shares = np.array([share for one in squads for share in _false_shares(one)])
    batches = np.array_split(shares, max(1, len(shares) // BATCH_NIGHTS))
    sums = np.array([(batch.sum(), len(batch)) for batch in batches])
    picks = np.random.default_rng([seed, 5]).integers(0, len(sums), (DRAWS, len(sums)))
    totals = sums[picks].sum(axis=1)
    return FalseShare(
        night_count=len(shares), mean=float(shares.mean()), interval=_interval(totals[:, 0] / totals[:, 1])
    )


def _false_shares(one: Squad) -> list[float]:
    lives = {life.athlete_id: life for life in one.lives}
    found = []
    for night in one.nights:
        rows = entries(night, lives)
        day = (night.night_date - one.lives[0].dates[0]).days
        true = sum(names_any(row, day, lives[row.athlete_id]) for row in rows)
        found.append(1.0 - true / len(rows) if rows else 0.0)
    return found


def _interval(values: np.ndarray) -> tuple[float, float]:
    low, high = np.quantile(values, [0.025, 0.975]).tolist()
    return float(low), float(high)


def _scores(squads: Sequence[Squad], seed: int) -> list[Score]:
    """Ours, then the others with as many rows a night as ours, then with as many as a coach can take in."""
    ours = [[entries(night, {life.athlete_id: life for life in one.lives}) for night in one.nights] for one in squads]
    fired = [[firings(life) for life in one.lives] for one in squads]
    found = [_score("ours", squads, ours)]
    for name, caps in (
        ("as many rows as ours", [[len(rows) for rows in nights] for nights in ours]),
        ("whole budget", [[_budget(one)] * len(one.nights) for one in squads]),
    ):
        made = [lists(each, one.dates, cap) for each, one, cap in zip(fired, squads, caps, strict=True)]
        for rule, rival in enumerate(NAMES):
            found.append(_score(f"{rival}, {name}", squads, [each[rule] for each in made]))
        lots = [
            drawn([life.athlete_id for life in one.lives], cap, seed=(seed, 4, n))
            for n, (one, cap) in enumerate(zip(squads, caps, strict=True))
        ]
        found.append(_score(f"drawn by lot, {name}", squads, lots))
    return found


def _budget(one: Squad) -> int:
    return ceil(len(one.lives) * ROWS_PER_ATHLETES[0] / ROWS_PER_ATHLETES[1])


def _score(name: str, squads: Sequence[Squad], nights: Sequence[Sequence[Sequence[object]]]) -> Score:
    return score(name, [(one.lives, one.dates, rows) for one, rows in zip(squads, nights, strict=True)])  # type: ignore[misc]
