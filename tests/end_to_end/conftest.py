import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from subprocess import PIPE

import pytest

from pipelines.paths import Home
from pipelines.simulation.squad import write_squad
from pipelines.warehouse.content_hash import table_hashes
from pipelines.warehouse.open import open_warehouse

LONGEST_S = 240.0
"""A command that takes longer hangs (s)."""

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
    """Runs the command line in a process of its own, which a crash point or a time may end by SIGKILL."""

    def run(*arguments, kill_at=None, kill_after_s=None):
        more = {"WATTWORTH_KILL_AT": kill_at} if kill_at else {}
        command = [*WATTWORTH, *map(str, arguments)]
        with subprocess.Popen(command, env=environment(**more), stdout=PIPE, stderr=PIPE, text=True) as process:
            try:
                out, err = process.communicate(timeout=kill_after_s or LONGEST_S)
            except subprocess.TimeoutExpired:
                process.kill()
                out, err = process.communicate()
        return Outcome(code=process.returncode, out=out, err=err)

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
