"""What one night costs for a squad: CPU-seconds of the whole run per athlete, and where they go.

    python benchmarks/night.py [--athletes 200] [--days 28] [--seed N] [--home FOLDER]

Everybody has mornings and several runs a week behind them; the last day is held back. A first run takes in the rest and
is not counted. Then every athlete's folder gets that night or morning, a long run and the day's answers, and the run
that takes them in is measured as the operating system counts it, children too: from its start as a program to its end.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.simulation.lives import ZONE, lives
from pipelines.simulation.roster import Member, members
from pipelines.simulation.squad import write_lives

WATTWORTH = Path(sys.executable).with_name("wattworth")
LAST_DATE = date(2026, 6, 28)
"""A Sunday: everybody's long run."""

ATHLETE_COUNT, DAY_COUNT = 200, 28
MOST_CPU_S, MOST_METER_FRACTION = 0.5, 0.01
"""What a night may cost (CPU-s per athlete), and how much of it the meter may take."""

LASTING = frozenset({"athlete.toml", "notes.csv", "plan.csv"})
"""Files that lie there before the night, though exported after it."""
ANSWERS = "wellness.csv"
FACTORS = Path(__file__).parents[1] / "data" / "factors" / "language_model.csv"
PROMPTS = ("oviedo_2026", "google_gemini_2025")
"""Published figures of one answer of a language model that ours stands beside, each with a boundary of its own."""
J_PER_WH = 3600.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--athletes", type=int, default=ATHLETE_COUNT)
    parser.add_argument("--days", type=int, default=DAY_COUNT)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--home", type=Path, help="Where to make it, to be looked at afterwards.")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wattworth-night-") as folder:
        home = asked.home or Path(folder)
        held = write_squad(home, asked.athletes, asked.days, asked.seed)
        first_s = run(home)
        print(f"{asked.athletes} athletes, {asked.days} days; the first run took {first_s:.0f} CPU-s", flush=True)
        for path in held:
            shutil.move(home / "held" / path, home / "inbox" / path)
        print(f"the night: {len(held)} new files, load average {os.getloadavg()[0]:.1f}")
        tell(home, run(home), asked.athletes)


def write_squad(home: Path, athlete_count: int, day_count: int, seed: int) -> list[Path]:
    """Writes everybody's exports into the inbox but for the last day's, which it gives."""
    squad = lives(seed=seed, squad=_squad(athlete_count), day_count=day_count, last_date=LAST_DATE)
    write_lives(home / "held", squad, truth=home / "truth.json", has_seconds=False)
    midnight_s = datetime.combine(LAST_DATE, datetime.min.time(), ZONE).timestamp()
    known: set[bytes] = set()
    held = []
    for path in sorted(path for path in (home / "held").rglob("*") if path.is_file()):
        place = path.relative_to(home / "held")
        content = path.read_bytes()
        (home / "inbox" / place).parent.mkdir(parents=True, exist_ok=True)
        if sha256(content).digest() in known:
            path.unlink()  # what two athletes have word for word would count for one of them only
        elif path.name in LASTING or path.stat().st_mtime < midnight_s:
            path.rename(home / "inbox" / place)
        else:
            held.append(place)
            if path.name == ANSWERS:
                before = [line for line in content.splitlines(keepends=True) if str(LAST_DATE).encode() not in line]
                (home / "inbox" / place).write_bytes(b"".join(before))
        known.add(sha256(content).digest())
    return held


def _squad(athlete_count: int) -> tuple[Member, ...]:
    """The roster and its namesakes, none of whom runs exactly as fast as another."""
    return tuple(
        replace(
            member, profile=replace(member.profile, threshold_m_per_s=member.profile.threshold_m_per_s + index / 500)
        )
        for index, member in enumerate(members(athlete_count))
    )


def run(home: Path) -> float:
    """Runs the command over the home; gives its CPU time and that of its children (s)."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [str(WATTWORTH), "run", "--home", str(home), "--country", "FIN"]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, env=os.environ)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if ended.returncode not in {0, 2}:
        raise SystemExit(ended.stdout + ended.stderr)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def asked_of(home: Path, *command: str) -> Any:  # noqa: ANN401 - JSON
    done = subprocess.run([WATTWORTH, *command, "--home", home], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def tell(home: Path, cpu_s: float, athlete_count: int) -> None:
    """Prints the bill of the last run, its parts, and what the product says that is in energy."""
    entries = asked_of(home, "ledger", "--json")["entries"]
    run_id = max(entries, key=lambda entry: entry["started_utc"])["run_id"]
    found = asked_of(home, "ledger", "--json", "--run", run_id)
    parts = {"after the bill was struck: snapshot and pages of what it cost": cpu_s - found["totals"]["cpu_s"]}
    for entry in found["entries"]:
        name = (
            "outside steps: the program's start, the orchestrator"
            if entry["step_key"] == "overhead"
            else entry["step_key"]
        )
        parts[name] = parts.get(name, 0.0) + (entry["cpu_s_own"] or 0.0)
    for name, part_s in sorted(parts.items(), key=lambda part: -part[1]):
        print(f"  {part_s:7.2f} CPU-s {part_s / cpu_s:6.1%}  {name}")
    each_s = cpu_s / athlete_count
    print(f"{cpu_s:.1f} CPU-s, {each_s:.2f} per athlete and night, at most {MOST_CPU_S}: {met(each_s <= MOST_CPU_S)}")
    _tell_meter(home, run_id, cpu_s)
    _tell_energy(found["totals"], cpu_s, athlete_count)


def _tell_meter(home: Path, run_id: str, cpu_s: float) -> None:
    query = f"select metering_cpu_s from mart_runs where run_id = '{run_id}'"
    ((metering_s,),) = asked_of(home, "sql", query, "--json")["rows"]
    fraction = metering_s / cpu_s
    said = met(fraction <= MOST_METER_FRACTION)
    print(f"of it the meter {metering_s:.2f} CPU-s, {fraction:.2%}, at most {MOST_METER_FRACTION:.0%}: {said}")


def _tell_energy(totals: dict[str, Any], cpu_s: float, athlete_count: int) -> None:
    """Ours, for the whole run by the rate of what the ledger holds of it, beside one prompt of a language model."""
    scale = cpu_s / totals["cpu_s"] / athlete_count / J_PER_WH
    low, middle, high = (totals[f"e_it_{end}"] * scale for end in ("q05", "q50", "q95"))
    print(f"energy per athlete and night: {1e3 * middle:.2g} mWh (90 %: {1e3 * low:.2g} to {1e3 * high:.2g})")
    print("  boundary: the processor alone, estimated from CPU time; no memory, disk, screen, network nor cooling")
    for row in (
        pl.read_csv(FACTORS)
        .filter(pl.col("zone").is_in(PROMPTS) & (pl.col("quantity") == "energy_per_answer"))
        .to_dicts()
    ):
        print(f"one prompt of a language model: {1e3 * row['q50']:.3g} mWh, {row['q50'] / middle:,.0f} times that")
        print(f"  boundary: {row['source']}")


def met(is_met: bool) -> str:  # noqa: FBT001 - a word for a truth value
    return "met" if is_met else "MISSED"


if __name__ == "__main__":
    main()
