"""Writes RR intervals the way HRV Logger exports them: local time of each beat, interval and time since the start."""

from datetime import datetime

import numpy as np

from pipelines.simulation.noise import Series


def hrv_logger_name(local_start: datetime) -> str:
    """Name of the file: date and time of the start."""
    return f"{local_start:%Y-%m-%d}_RR_{local_start:%H%M%S}.csv"


def hrv_logger_file(*, local_start: datetime, start_s: Series, rr_ms: Series) -> bytes:
    """The bytes of the file: a row when each interval ends; a gap shows in the time since the start."""
    since_ms = np.rint(start_s * 1000.0 + rr_ms).astype(np.int64)
    naive = np.datetime64(local_start.replace(tzinfo=None), "ms")
    stamps = np.datetime_as_string(naive + since_ms.astype("timedelta64[ms]"), unit="ms").tolist()
    first = int(since_ms[0])
    lines = [
        f"{stamp.replace('T', ' ')},{rr},{since - first}"
        for stamp, rr, since in zip(stamps, rr_ms.astype(int).tolist(), since_ms.tolist(), strict=True)
    ]
    return ("date,rr,since start\n" + "\n".join(lines) + "\n").encode()
