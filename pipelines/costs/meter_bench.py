"""The meter bench: failures of meters provoked one by one, each of which has to end as a named doubt or as null.

None may end as a plausible number. What does not belong here: how a failure is provoked (`meter_trials`).
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.costs import tracker_reading
from pipelines.costs.factors import load_factors
from pipelines.costs.meter import Meter
from pipelines.costs.meter_trials import BURN, READING, SAID, STATED, TRIALS, WATTS_PER_THREAD, Trial
from pipelines.costs.model_process import TRACKER_SETTINGS
from pipelines.paths import REPOSITORY, Home
from pipelines.progress import Progress
from pipelines.warehouse.open import Warehouse, open_warehouse

JOULES_PER_KWH = 3_600_000.0
GRAMS_PER_KG = 1_000.0

SURROUNDINGS = frozenset({"busy_neighbours", "clock_jumped"})
"""Doubts that the machine may raise in any trial, whatever is provoked."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One trial: what was provoked, and what each account says of it."""

    name: str
    provoked: str
    tracker_said: str
    cpu_s: float | None
    """CPU time by the operating system's account (s)."""
    status: str | None
    energy_j: float | None
    """Energy the ledger shows of the second meter (J)."""
    doubts: tuple[str, ...]
    is_held: bool
    """Whether the ledger says what is wrong, and nothing where nothing is."""


def bench_meter(scratch: Path, progress: Progress, *, names: Iterable[str] = tuple(TRIALS)) -> tuple[Outcome, ...]:
    """Provokes each failure in a process of its own, metered as a step of its own; one outcome a trial."""
    chosen = tuple(names)
    where = Home(root=scratch, inbox=scratch / "inbox")
    with open_warehouse(where, owner="meter bench") as warehouse:
        load_factors(warehouse)
        over = progress.over(chosen, label="Provoke", total=len(chosen), unit="failures")
        return tuple(_outcome(warehouse, name, TRIALS[name], scratch) for name in over)


def held(row: Mapping[str, Any], trial: Trial) -> bool:
    """Whether a row of `mart_ledger` says what the trial provoked.

    Where nothing was provoked it has to have a reading and no doubt but of its surroundings; else the doubt by its
    name, and no reading of the second meter that nothing is held against.
    """
    names = set(row["doubts"])
    if trial.doubt is None:
        return row["crosscheck_j"] is not None and names <= SURROUNDINGS
    return trial.doubt in names


def markdown(outcomes: Iterable[Outcome]) -> str:
    """The outcomes as a table."""
    lines = [
        "| provoked | CodeCarbon said | CPU time, by the operating system | the ledger says | held |",
        "|---|---|---|---|---|",
    ]
    for one in outcomes:
        energy = "no energy of CodeCarbon" if one.energy_j is None else f"{one.energy_j:.1f} J of CodeCarbon"
        doubts = ", ".join(f"`{name}`" for name in one.doubts) or "no doubt"
        cpu = "not known" if one.cpu_s is None else f"{one.cpu_s:.2f} s"
        held_word = "yes" if one.is_held else "**no**"
        lines.append(f"| {one.provoked} | {one.tracker_said} | {cpu} | {energy}; {doubts} | {held_word} |")
    return "\n".join(lines)


def as_json(outcomes: Iterable[Outcome]) -> list[dict[str, Any]]:
    """The outcomes, one object a trial."""
    return [asdict(one) for one in outcomes]


def _outcome(warehouse: Warehouse, name: str, trial: Trial, scratch: Path) -> Outcome:
    folder = scratch / name
    folder.mkdir()
    meter = Meter(
        warehouse.home,
        run_id=name,
        country=None if name == "no_country" else STATED,
        is_simulated=False,
        clock=lambda: datetime.now(UTC),
        con=warehouse.con,
        watts_per_thread=WATTS_PER_THREAD,
    )
    with _neighbours(has_any=trial.has_neighbours), meter.step(name, purpose="ci", partition="") as entry:
        with (folder / "errors.txt").open("wb") as said:
            subprocess.run(
                [sys.executable, "-m", "pipelines.costs.meter_trials", name, str(folder)],
                cwd=folder,
                env=_environment(folder),
                stdout=subprocess.DEVNULL,
                stderr=said,
                check=False,
            )
        tracker_reading.note(folder / READING, entry)
    (row,) = warehouse.con.execute("from mart_ledger where run_id = ?", [name]).pl().to_dicts()
    return Outcome(
        name=name,
        provoked=trial.what,
        tracker_said=_words(folder),
        cpu_s=row["cpu_s_own"],
        status=row["tracker_status"],
        energy_j=row["crosscheck_j"],
        doubts=tuple(row["doubts"]),
        is_held=held(row, trial),
    )


def _environment(folder: Path) -> dict[str, str]:
    """Ours without settings of CodeCarbon, and a home without its settings file."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(TRACKER_SETTINGS)}
    paths = os.pathsep.join(path for path in (str(REPOSITORY), kept.get("PYTHONPATH", "")) if path)
    return kept | {"HOME": str(folder), "PYTHONPATH": paths}


@contextmanager
def _neighbours(*, has_any: bool) -> Iterator[None]:
    """One busy process for each thread of the machine meanwhile."""
    count = (os.cpu_count() or 1) if has_any else 0
    burn = [sys.executable, "-c", BURN.format(seconds=600)]
    processes = [subprocess.Popen(burn) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _words(folder: Path) -> str:
    """What CodeCarbon gave, in words: energy of the processor, and the carbon intensity it used."""
    path = folder / SAID
    if not path.is_file():
        return "nothing: it was gone"
    said = json.loads(path.read_text(encoding="utf-8"))
    if said is None:
        return "nothing, and no error"
    place = said["country_name"] or "no country"
    if said["region"]:
        place += f", {said['region']}"
    intensity = ""
    if said["energy_consumed"]:
        intensity = f" at {said['emissions'] * GRAMS_PER_KG / said['energy_consumed']:.1f} g/kWh"
    return f"{said['cpu_energy'] * JOULES_PER_KWH:.1f} J{intensity} ({place})"
