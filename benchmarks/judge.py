"""What judging costs: processor time for a night of 30,000 beats and an hour of running together, in a batch of 200.

    python benchmarks/judge.py [nights and runs] [rounds]

The measurement is `pipelines.proofs.judge_cost`, which `wattworth bench quality` makes as well; this prints it alone.
"""

import subprocess
import sys

from pipelines.proofs.judge_cost import ONE_THREAD

if __name__ == "__main__":
    command = ["env", *ONE_THREAD, sys.executable, "-m", "pipelines.proofs.judge_cost", *sys.argv[1:]]
    sys.exit(subprocess.run(command, check=False).returncode)
