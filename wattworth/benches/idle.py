"""`wattworth bench idle`: what an orchestrator that is always on uses while nothing happens."""

import os
import socket
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.costs import factors
from pipelines.costs.budget import JOULES_PER_WH
from pipelines.costs.idle import SECONDS_PER_DAY, Idle, measure
from pipelines.costs.meter import Meter
from pipelines.costs.statement import figure
from pipelines.costs.versions import program_version
from pipelines.paths import REPOSITORY, Home, home
from wattworth.options import JsonOption, hold_writable
from wattworth.printing import print_json, print_line

app = typer.Typer()

ATHLETES = (10, 100)
"""Numbers of athletes that the day is shared among."""

DEFINITIONS = ("-m", "assets.definitions")

DIGITS = 2


@app.command()
def idle(
    *,
    seconds: Annotated[float, typer.Option(min=15, help="Time at rest to look at, after the start.")] = 60.0,
    home_folder: Annotated[
        Path | None, typer.Option("--home", help="File the figures in the ledger of this home.", show_default=False)
    ] = None,
    country: Annotated[str, typer.Option(help="Grid country, ISO 3166-1 alpha-3; carbon and water need it.")] = "",
    as_shipped: Annotated[
        bool, typer.Option("--as-shipped", help="Leave the nightly schedule and the inbox sensor off.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Start the orchestrator's interface and daemon on an empty home, wait until they rest, and count their CPU time.

    The nightly schedule and the inbox sensor are on, for without them nobody needs a daemon. Energy per day, with its
    90 % interval, is shared among 10 and 100 athletes.
    """
    own = home(home_folder) if home_folder else None
    stated = factors.known_country((own or home()).factors, country)
    if own is not None:
        hold_writable(own)
    with tempfile.TemporaryDirectory(prefix="wattworth-idle-") as scratch:
        started_at_utc = datetime.now(UTC)
        found = _measured(home(Path(scratch)), seconds, is_armed=not as_shipped)
    meter = Meter(
        own or home(),
        run_id=str(uuid.uuid4()),
        country=stated,
        is_simulated=False,
        clock=lambda: datetime.now(UTC),
        code_version=program_version(),
    )
    if own is not None:
        _file(meter, found, started_at_utc)
    told = _told(found, meter)
    if as_json:
        print_json(told)
    else:
        _print(told)


def _measured(where: Home, window_s: float, *, is_armed: bool) -> Idle:
    from assets.instance import instance  # noqa: PLC0415 - the orchestrator takes a second to import: only here

    with instance(where):
        pass  # writes its settings
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    paths = os.pathsep.join(path for path in (str(REPOSITORY), os.environ.get("PYTHONPATH", "")) if path)
    homes = {"WATTWORTH_HOME": str(where.root), "DAGSTER_HOME": str(where.orchestrator), "PYTHONPATH": paths}
    environment, dagster = {**os.environ, **homes}, [sys.executable, "-m", "dagster"]
    for kind in ("schedule", "sensor") if is_armed else ():
        arm = [*dagster, kind, "start", "--start-all", *DEFINITIONS]
        subprocess.run(arm, cwd=where.root, env=environment, check=True, capture_output=True)
    command = [*dagster, "dev", "-h", "127.0.0.1", "-p", str(port), *DEFINITIONS]
    return measure(command, window_s=window_s, environment=environment, folder=where.root)


def _file(meter: Meter, found: Idle, started_at_utc: datetime) -> None:
    """Two rows: starting up, and the time at rest. They are filed with the next run or the next `wattworth ledger`."""
    rested_at_utc = started_at_utc + timedelta(seconds=found.start_s)
    columns = {"partition": "", "cpu_self_s": 0.0, "method": "CPU time of the process and its children"}
    meter.file_known(
        "orchestrator_start",
        purpose="idle",
        started_at_utc=started_at_utc,
        ended_at_utc=rested_at_utc,
        wall_s=found.start_s,
        cpu_children_s=found.start_cpu_s,
        **columns,
    )
    meter.file_known(
        "orchestrator_idle",
        purpose="idle",
        started_at_utc=rested_at_utc,
        ended_at_utc=rested_at_utc + timedelta(seconds=found.window_s),
        wall_s=found.window_s,
        cpu_children_s=found.cpu_s,
        **columns,
    )


def _told(found: Idle, meter: Meter) -> dict[str, Any]:
    """Figures of the start, of the rest, and of a day: CPU time (s) and energy (Wh) as lower end, middle, upper end."""
    low, middle, high = found.cpu_s_per_day()
    band = _band(meter)
    watts = meter.machine.watts_per_thread
    per_day_wh = [
        cpu_s * watts * band[end] / JOULES_PER_WH
        for cpu_s, end in zip((low, middle, high), ("q05", "q50", "q95"), strict=True)
    ]
    return {
        "start_s": found.start_s,
        "start_cpu_s": found.start_cpu_s,
        "rest_s": found.window_s,
        "rest_cpu_s": found.cpu_s,
        "cores": middle / SECONDS_PER_DAY,
        "cpu_s_per_day": [low, middle, high],
        "wh_per_day": per_day_wh,
        "wh_per_athlete_day": {str(count): [wh / count for wh in per_day_wh] for count in ATHLETES},
        "watts_per_thread": watts,
        "watts_source": meter.machine.watts_source,
    }


def _band(meter: Meter) -> Mapping[str, float]:
    (row,) = [
        row
        for row in factors.rows(meter.home.factors)
        if (row["kind"], row["zone"]) == ("energy_per_cpu_second", meter.machine.watts_source)
    ]
    return row


def _print(told: Mapping[str, Any]) -> None:
    low, middle, high = (figure(value, DIGITS) for value in told["cpu_s_per_day"])
    print_line(f"start: {figure(told['start_cpu_s'], DIGITS)} CPU-s in {told['start_s']:.0f} s")
    print_line(
        f"at rest: {figure(told['rest_cpu_s'], DIGITS)} CPU-s in {told['rest_s']:.0f} s, "
        f"{100 * told['cores']:.1f} % of a core; {middle} CPU-s a day (90 %: {low} to {high})"
    )
    low, middle, high = (figure(value, DIGITS) for value in told["wh_per_day"])
    print_line(
        f"a day: ≈ {middle} Wh (90 %: {low} to {high}), estimated from CPU time at {told['watts_per_thread']:g} W a "
        f"thread ({told['watts_source']})"
    )
    for count, ends in told["wh_per_athlete_day"].items():
        low, middle, high = (figure(value, DIGITS) for value in ends)
        print_line(f"with {count} athletes: ≈ {middle} Wh per athlete-day (90 %: {low} to {high})")
