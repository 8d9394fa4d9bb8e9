"""Writes a run, or RR intervals, as a Polar HRM file: samples every few seconds, local start, no offset."""

from datetime import datetime

import polars as pl

from pipelines.simulation.noise import Series

HEAD = (
    "[Params]\nVersion=106\nMonitor={monitor}\nSMode={smode}\nDate={start:%Y%m%d}\nStartTime={start:%H:%M:%S}.0\n"
    "Length={length}\nInterval={interval}\nUpper1=0\nLower1=0\nMaxHR=190\nRestHR=50\nStartDelay=0\nVO2max=55\nWeight=70\n\n"
    "[Note]\n\n[IntTimes]\n{length}\t{rates}\n0\t0\t0\t0\t0\t0\n0\t0\t0\t0\t0\n0\t0\t0\t0\t0\t0\n0\t0\t0\t0\t0\t0\n\n"
    "[Summary-123]\n{seconds}\t0\t{seconds}\t0\t0\t0\n0\t{count}\n\n[Trip]\n{tenths}\n0\n{seconds}\n\n[HRData]\n"
)
RR_CODE = 238
ALL_SENSORS, NO_SENSOR = "111000100", "000000000"


def polar_hrm_file(records: pl.DataFrame, *, local_start: datetime, interval_s: int = 5, monitor: int = 38) -> bytes:
    """Bytes of a session from records in the columns of `records`, one a second: speed, cadence, altitude."""
    rows = records[::interval_s].select("heart_rate_bpm", "speed_m_per_s", "cadence_rpm", "altitude_m").fill_null(0)
    lines = [
        f"{rate}\t{round(speed * 36)}\t{round(cadence)}\t{round(altitude)}"
        for rate, speed, cadence, altitude in rows.iter_rows()
    ]
    known = [rate for rate in records["heart_rate_bpm"].drop_nulls().to_list() if rate]
    rates = f"{known[-1]}\t{min(known)}\t{sum(known) // len(known)}\t{max(known)}" if known else "0\t0\t0\t0"
    distance = records["distance_m"].drop_nulls()
    tenths = round(float(distance[-1]) / 100.0) if len(distance) else 0
    seconds = len(lines) * interval_s
    head = HEAD.format(
        monitor=monitor,
        smode=ALL_SENSORS,
        start=local_start,
        length=_length(seconds),
        interval=interval_s,
        rates=rates,
        seconds=seconds,
        count=len(lines),
        tenths=tenths,
    )
    return _crlf(head, lines)


def polar_hrm_rr_file(rr_ms: Series, *, local_start: datetime, monitor: int = 38) -> bytes:
    """Bytes of a recording of RR intervals (ms)."""
    seconds = int(float(rr_ms.sum()) / 1000.0)
    head = HEAD.format(
        monitor=monitor,
        smode=NO_SENSOR,
        start=local_start,
        length=_length(seconds),
        interval=RR_CODE,
        rates="0\t0\t0\t0",
        seconds=seconds,
        count=len(rr_ms),
        tenths=0,
    )
    return _crlf(head, [str(round(rr)) for rr in rr_ms.tolist()])


def _length(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.0"


def _crlf(head: str, lines: list[str]) -> bytes:
    return (head + "\n".join(lines) + "\n").replace("\n", "\r\n").encode()
