"""`wattworth simulate`: a generated squad's exports, with known faults, to try everything on."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from pipelines.errors import ConfigurationError
from pipelines.simulation.squad import write_squad
from wattworth.bars import bars
from wattworth.printing import print_line

app = typer.Typer()


@app.command()
def simulate(
    into: Annotated[Path, typer.Option(help="Inbox to write the exports into; a folder that is empty or new.")],
    *,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    athletes: Annotated[int, typer.Option(min=1, help="Number of athletes.")] = 8,
    days: Annotated[int, typer.Option(min=1, help="Number of days.")] = 120,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day; else yesterday.")] = None,
    truth: Annotated[
        Path | None, typer.Option(help="JSON file of the truth; else beside INTO, INTO-truth.json.")
    ] = None,
) -> None:
    """Write the exports of a simulated squad, and apart from them the truth of what was put in."""
    if into.is_dir() and any(into.iterdir()):
        raise ConfigurationError(
            doing="simulating a squad into",
            where=str(into),
            found="the folder is not empty",
            remedy="Name a new one: simulated exports must not mix with real ones.",
        )
    with bars() as progress:
        summary = write_squad(
            into,
            truth=truth or into.with_name(f"{into.name}-truth.json"),
            seed=seed,
            athlete_count=athletes,
            day_count=days,
            last_date=until.date() if until else _yesterday(),
            progress=progress,
        )
    print_line(
        f"{summary.athlete_count} athletes, {summary.file_count} files ({summary.byte_count / 1e6:.1f} MB) in {into},"
        f" {summary.fault_count} faults, {summary.damaged_file_count} damaged files; the truth is in {summary.truth}"
    )


def _yesterday() -> date:
    return datetime.now(UTC).date() - timedelta(days=1)
