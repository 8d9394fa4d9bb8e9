"""Writes RR intervals the way Elite HRV exports them: one interval (ms) a line, the local start in the name."""

from datetime import datetime

from pipelines.simulation.noise import Series


def rr_text_name(local_start: datetime) -> str:
    """Name of the file: the local start of the reading."""
    return f"{local_start:%Y-%m-%d %H-%M-%S}.txt"


def rr_text_file(rr_ms: Series) -> bytes:
    """The bytes of the file; a gap cannot be written in this format."""
    return ("\n".join(map(str, rr_ms.astype(int).tolist())) + "\n").encode()
