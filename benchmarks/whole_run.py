"""How long the demo's squad takes from exports to pages, and a run with nothing new: wall and CPU seconds.

Wall time on a shared machine means little; CPU time is what to compare. Nothing is asserted.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WATTWORTH = Path(sys.executable).with_name("wattworth")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="wattworth-bench-") as folder:
        home = Path(folder)
        timed("generate 8 athletes x 120 days", "simulate", "--into", str(home / "inbox"), "--seed", "1")
        timed("first run, with ridge", "run", "--home", str(home), "--models", "ridge", "--country", "FIN")
        timed("run with nothing new", "run", "--home", str(home), "--country", "FIN")


def timed(what: str, *arguments: str) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    ended = subprocess.run([WATTWORTH, *arguments], check=False, capture_output=True, env=os.environ)
    wall_s = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{what:32} wall {wall_s:7.1f} s   CPU {cpu_s:7.1f} s   exit code {ended.returncode}")


if __name__ == "__main__":
    main()
