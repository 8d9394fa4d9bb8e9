"""How each job of the model process ended: done, failed and why, under way when the process was killed, or not run.

What does not belong here: what a job does, and what its bill is worth.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.costs import model_process
from pipelines.costs.meter import known_by
from pipelines.costs.model_process import Ended
from pipelines.costs.usage import Spent
from pipelines.errors import WattworthError


def done(folder: Path) -> set[str]:
    """The jobs that ended and did not fail: those whose estimates lie in the folder."""
    return model_process.outcomes(folder).keys() - model_process.failures(folder).keys()


def columns(folder: Path, job_id: str, ended: Ended) -> dict[str, Any]:
    """What the ledger has of a job: its figures as far as there are any, and unless all is well status and note.

    A job that was under way when the process ended has no figures of its own: the process has.
    """
    used, why = model_process.outcomes(folder).get(job_id), model_process.failures(folder).get(job_id)
    if used is not None:
        said = {} if why is None else {"status": "failed", "note": why.strip().splitlines()[-1]}
        return {**used, **known_by(Spent(**used)), **said}
    if job_id != model_process.under_way(folder):
        return {"status": "not_run", "evidence": "not_assessed", "note": f"the process {_in_words(ended)} before it"}
    status = "killed" if ended.exit_code < 0 else "failed"
    return {"status": status, "evidence": "not_assessed", "note": f"the process {_in_words(ended)} meanwhile"}


def trouble(folder: Path, ended: Ended, names: Mapping[str, str]) -> Exception | None:
    """What is to be raised once the rows of the other jobs stand; `names` are the jobs' names in the ledger."""
    if ended.exit_code < 0:
        during = model_process.under_way(folder)
        return WattworthError(
            doing="estimating",
            where=names.get(during, during) if during else "the models asked for",
            found=f"the model process {_in_words(ended)}",
            remedy="Run it again; if memory is short, close other programs first, or leave this model out.",
        )
    if ended.exit_code:
        return RuntimeError(f"the model process {_in_words(ended)}:\n{ended.said}")
    told = [f"{names.get(job_id, job_id)}:\n{why}" for job_id, why in model_process.failures(folder).items()]
    return RuntimeError("\n".join(["jobs of the model process failed", *told])) if told else None


def _in_words(ended: Ended) -> str:
    return f"was killed by signal {-ended.exit_code}" if ended.exit_code < 0 else f"ended with code {ended.exit_code}"
