import hashlib
import json
import os
import select
import signal
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
FORKS = (sys.executable, str(Path(__file__).with_name("forks.py")))


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


def environment(**more):
    return {name: value for name, value in os.environ.items() if not name.startswith("WATTWORTH")} | more


@pytest.fixture(scope="session")
def forks():
    """A process that forks into one command after the other, so that what they import is imported once."""
    with subprocess.Popen(FORKS, env=environment(), stdin=PIPE, stdout=PIPE, text=True, bufsize=1) as process:
        yield process
        process.stdin.close()


@pytest.fixture(scope="session")
def wattworth(forks, tmp_path_factory):
    """Runs the command line in a process of its own, which a crash point or a time may end by SIGKILL."""
    said = tmp_path_factory.mktemp("said")

    def run(*arguments, kill_at=None, kill_after_s=None):
        more = {"WATTWORTH_KILL_AT": kill_at} if kill_at else {}
        order = {"arguments": [str(argument) for argument in arguments], "environment": environment(**more)}
        out, err = said / "out", said / "err"
        forks.stdin.write(json.dumps(order | {"out": str(out), "err": str(err)}) + "\n")
        number = int(forks.stdout.readline())
        if not select.select([forks.stdout], [], [], kill_after_s or LONGEST_S)[0]:
            os.kill(number, signal.SIGKILL)
        code = int(forks.stdout.readline())
        return Outcome(code=code, out=out.read_text(encoding="utf-8"), err=err.read_text(encoding="utf-8"))

    return run


@pytest.fixture(scope="session")
def inbox(tmp_path_factory):
    """A squad of two over twenty days, with its faults and damaged files. Read by many homes, changed by none."""
    folder = tmp_path_factory.mktemp("squad") / "inbox"
    truth = folder.with_name("truth.json")
    write_squad(folder, truth=truth, seed=11, athlete_count=2, day_count=20, last_date=date(2026, 11, 20))
    return folder


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory, inbox):
    """The home of one run that nothing disturbed, begun as a person begins it, and how that run ended."""
    home = Home(root=tmp_path_factory.mktemp("undisturbed"), inbox=inbox)
    command = [*WATTWORTH, "run", "--home", home.root, "--inbox", inbox, "--country", "FIN"]
    ended = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=LONGEST_S, check=False)
    return home, Outcome(code=ended.returncode, out=ended.stdout, err=ended.stderr)


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
