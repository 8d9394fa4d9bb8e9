import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from pipelines.paths import Home
from pipelines.simulation.squad import write_squad
from pipelines.warehouse.content_hash import table_hashes
from pipelines.warehouse.open import open_warehouse

WATTWORTH = (sys.executable, "-c", "from wattworth.cli import main; main()")


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


def environment(**more):
    return {name: value for name, value in os.environ.items() if not name.startswith("WATTWORTH")} | more


@pytest.fixture(scope="session")
def wattworth():
    """Runs the command line in a process of its own; `kill_at` names a crash point."""

    def run(*arguments, kill_at=None):
        more = {"WATTWORTH_KILL_AT": kill_at} if kill_at else {}
        ended = subprocess.run(
            [*WATTWORTH, *map(str, arguments)],
            env=environment(**more),
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        return Outcome(code=ended.returncode, out=ended.stdout, err=ended.stderr)

    return run


@pytest.fixture(scope="session")
def inbox(tmp_path_factory):
    """A squad of two over twenty days, with its faults and damaged files. Read by many homes, changed by none."""
    folder = tmp_path_factory.mktemp("squad") / "inbox"
    truth = folder.with_name("truth.json")
    write_squad(folder, truth=truth, seed=11, athlete_count=2, day_count=20, last_date=date(2026, 11, 20))
    return folder


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory, inbox, wattworth):
    """The home of one run that nothing disturbed, and how that run ended."""
    home = Home(root=tmp_path_factory.mktemp("undisturbed"), inbox=inbox)
    return home, wattworth("run", "--home", home.root, "--inbox", inbox, "--country", "FIN")


@pytest.fixture(scope="session")
def hashes():
    """The hash of every data table of a home."""

    def of(home):
        with open_warehouse(home, owner="test") as warehouse:
            return table_hashes(warehouse.con)

    return of


@pytest.fixture(scope="session")
def pages():
    """Content and modification time of every page of a home but the cost page, which every run adds to."""

    def of(home):
        found = (path for path in sorted(Path(home.site).rglob("*")) if path.is_file())
        return {
            path.relative_to(home.site).as_posix(): (
                hashlib.sha256(path.read_bytes()).hexdigest(),
                path.stat().st_mtime_ns,
            )
            for path in found
            if path.name not in {"cost.html", "manifest.json"}
        }

    return of
