"""The machine a step ran on, as far as it tells: what turns CPU time into energy, and how well that is known."""

import os
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipelines.costs import rapl
from pipelines.errors import ConfigurationError

DEFAULT_WATTS_PER_THREAD = 4.0
"""Power of one busy hardware thread (W) when nobody says better. Source: CodeCarbon's fall-back for a processor it
does not know; measured vCPU figures of 0.7 to 3.5 W (Cloud Carbon Footprint) lie inside its band."""

WATTS_OPTION = "WATTWORTH_WATTS_PER_THREAD"
"""Environment variable: thermal design power of the processor divided by its hardware threads (W)."""

CPUINFO = Path("/proc/cpuinfo")


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What is known of it; null is not known."""

    cpu_model: str | None
    thread_count: int
    """Hardware threads of the machine."""
    allowed_thread_count: int
    """Those this process may use."""
    is_virtualised: bool | None
    has_counter: bool
    """True when the energy counter of the processor can be read."""
    watts_per_thread: float
    watts_source: Literal["user", "per_thread_default"]


def machine(watts_per_thread: float | None = None) -> Machine:
    """This machine. Watts come from the argument, else from `WATTWORTH_WATTS_PER_THREAD`, else the default.

    Raises `ConfigurationError` for watts that are no positive number.
    """
    stated = watts_per_thread if watts_per_thread is not None else _watts_of_environment()
    if stated is not None and not stated > 0:
        raise _impossible(str(stated))
    cpuinfo = CPUINFO.read_text(encoding="utf-8", errors="replace") if CPUINFO.is_file() else ""
    return Machine(
        cpu_model=_field(cpuinfo, "model name") or platform.processor() or None,
        thread_count=os.cpu_count() or 1,
        allowed_thread_count=_allowed(),
        is_virtualised=_virtualised(cpuinfo),
        has_counter=rapl.read() is not None,
        watts_per_thread=DEFAULT_WATTS_PER_THREAD if stated is None else stated,
        watts_source="per_thread_default" if stated is None else "user",
    )


def _watts_of_environment() -> float | None:
    text = os.environ.get(WATTS_OPTION, "").strip()
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise _impossible(text) from None


def _impossible(text: str) -> ConfigurationError:
    return ConfigurationError(
        doing="reading the watts per thread from",
        where=WATTS_OPTION,
        found=f"{text} is no positive number",
        remedy="Give the processor's design power divided by its threads, such as 3.5, or leave it out.",
    )


def _allowed() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _virtualised(cpuinfo: str) -> bool | None:
    flags = _field(cpuinfo, "flags")
    return None if flags is None else "hypervisor" in flags.split()


def _field(cpuinfo: str, name: str) -> str | None:
    for line in cpuinfo.splitlines():
        key, _, text = line.partition(":")
        if key.strip() == name:
            return text.strip() or None
    return None
