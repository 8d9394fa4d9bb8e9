"""Real days, drawn anew in blocks so that nothing happens, as one more squad: shown beside, without a line to pass.

Real exports are few and short: what comes of them is a hint of how real days behave, and no more.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory

from pipelines.observations import outside
from pipelines.observations.observe import observe
from pipelines.observations.patterns.history import History, history
from pipelines.observations.rule_rates.measure import LEAST_DAYS
from pipelines.observations.rule_rates.ordinary import LEAD_DAYS, ORDINARY_DAYS
from pipelines.observations.rule_rates.resampled import ordinary_days, resampled, valued_days
from pipelines.paths import home
from pipelines.progress import SILENT
from pipelines.proofs.attention_replay import Told, replay, told
from pipelines.quality.stop import judge
from pipelines.warehouse.intake import drop, recognise
from pipelines.warehouse.load import load
from pipelines.warehouse.open import open_warehouse
from pipelines.warehouse.reading import read
from pipelines.warehouse.subjects import ATHLETE_TABLES, athlete_tables

NIGHTS = 365
"""Nights that each real athlete is drawn for."""
SQUAD = "unassigned"
FOLDERS = ("elitehrv_csv", "fitbit_takeout", "hrv4training_csv", "oura_csv", "whoop_csv", "withings_csv")
"""Folders of the real exports that hold days."""
LARGEST_BYTES = 8_000_000
"""Files above this are left out: one of them would be most of the bench."""


@dataclass(frozen=True, kw_only=True)
class RealNights:
    """Real athletes with enough days, over drawn nights: rows shown, and rows expected by chance."""

    athlete_count: int
    own_day_count: int
    night_count: int
    shown_count: int
    expected_count: float

    def as_json(self) -> dict[str, object]:
        """One plain object."""
        return {
            "athlete_count": self.athlete_count,
            "own_day_count": self.own_day_count,
            "night_count": self.night_count,
            "shown_count": self.shown_count,
            "expected_count": self.expected_count,
        }


def real_nights(folder: Path, *, seed: int) -> RealNights | None:
    """Draws the days of every folder of real exports that has enough of them; None when none has."""
    stages = [one for one in _histories(folder) if _own_days(one) >= LEAST_DAYS]
    everybody: list[Told] = []
    last = max((known.last_date for known in stages if known.last_date), default=date.min)
    dates = [last - timedelta(days=back) for back in range(min(NIGHTS, ORDINARY_DAYS - LEAD_DAYS) - 1, -1, -1)]
    for number, known in enumerate(stages):
        drawn = ordinary_days(known, seed=(seed, number))
        if drawn is not None:
            shift = last - drawn.last
            own = [on - shift for on in dates]
            one = told(number, [(drawn.last, resampled(known, drawn))], own)
            everybody.append(_shifted(one, shift))
    if not everybody:
        return None
    nights = list(replay("real", everybody, dates))
    return RealNights(
        athlete_count=len(everybody),
        own_day_count=sum(_own_days(known) for known in stages),
        night_count=len(nights),
        shown_count=sum(len(night.shown()) for night in nights),
        expected_count=sum(night.expected_by_chance or 0.0 for night in nights),
    )


def _own_days(known: History) -> int:
    last = known.last_date
    return 0 if last is None else max(valued_days(known, metric, last) for metric in outside.METRICS)


def _shifted(one: Told, shift: timedelta) -> Told:
    moved = {
        on + shift: tuple(replace(each, candidate_date=each.candidate_date + shift) for each in found)
        for on, found in one.candidates.items()
    }
    return Told(athlete_id=one.athlete_id, candidates=moved, noted=frozenset())


def _histories(folder: Path) -> Iterator[History]:
    """The history that each export of days gives: whose it is nobody knows, so that each is taken for a person."""
    files = [path for kind in FOLDERS for path in sorted((folder / kind).rglob("*")) if path.is_file()]
    with TemporaryDirectory(prefix="wattworth-attention-") as scratch:
        where = home(Path(scratch))
        for number, path in enumerate(path for path in files if path.stat().st_size <= LARGEST_BYTES):
            (where.inbox / f"export_{number}").mkdir(parents=True)
            copy(path, where.inbox / f"export_{number}" / path.name)
        with open_warehouse(where, owner="bench") as warehouse:
            for step in (drop, recognise, read, load, judge, observe):
                step(warehouse, SQUAD, SILENT)
            for (athlete_id,) in warehouse.con.execute("select athlete_id from athletes order by all").fetchall():
                tables = athlete_tables(warehouse, [athlete_id], tables=(*ATHLETE_TABLES, "baselines", "stg_answers"))
                yield history(tables, tables["baselines"])
