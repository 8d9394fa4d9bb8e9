"""CodeCarbon as a second meter, in process mode, inside the model process only; every way it fails is a status.

It adds up the same CPU time we do, so it is a check on our meter, not a measurement. Offline, with the country
stated: the online tracker looks up where the machine stands and falls back to Quebec. A reading it cannot vouch for
is null, never 0. What does not belong here: carbon, which is a view over our own factors.
"""

import importlib.metadata
import importlib.util
import logging
from dataclasses import dataclass
from typing import Any, Literal

SAMPLE_INTERVAL_S = 0.5
"""Seconds between samples: a tenth would cost 8 % of a core, this costs about 2 %."""

FLOOR_CPU_S = 2.0
FLOOR_SAMPLE_COUNT = 10
"""Below either, the tracker bills mostly itself. Source: our measurements, CodeCarbon 3.3.2 against a busy loop."""

JOULES_PER_KWH = 3_600_000.0


@dataclass(frozen=True, kw_only=True)
class TrackerReading:
    """What CodeCarbon said: energy of the CPU (J), null unless the status is ok, and why not."""

    energy_j: float | None
    cpu_s: float | None
    """CPU time of the process while it ran (s), by our own account."""
    status: Literal["ok", "below_floor", "tracker_failed"]
    version: str | None
    why: str


@dataclass(frozen=True, kw_only=True)
class Running:
    """A tracker under way, or why there is none."""

    tracker: Any
    country: str | None
    why: str
    samples: Any = None


def start(*, country: str | None, watts_per_thread: float, thread_count: int) -> Running:
    """Starts the tracker for this process; without a country, or without CodeCarbon, there is none."""
    if country is None:
        return Running(tracker=None, country=None, why="no country stated")
    if importlib.util.find_spec("codecarbon") is None:
        return Running(tracker=None, country=country, why="CodeCarbon is not installed")
    from codecarbon import OfflineEmissionsTracker  # noqa: PLC0415 - an optional library, slow to import

    logging.getLogger("codecarbon").setLevel(logging.CRITICAL)  # its failures are read from its figures, see reading()
    samples = _sample_counter()
    tracker = OfflineEmissionsTracker(
        country_iso_code=country,
        tracking_mode="process",
        measure_power_secs=SAMPLE_INTERVAL_S,
        api_call_interval=1,
        output_methods=[],
        output_handlers=[samples],
        log_level="critical",
        allow_multiple_runs=True,
        force_cpu_power=watts_per_thread * thread_count,
        force_mode_cpu_load=True,
    )
    tracker.start()
    return Running(tracker=tracker, country=country, why="", samples=samples)


def stop(running: Running, *, cpu_s: float) -> TrackerReading:
    """Stops the tracker and says what it is worth; `cpu_s` is our own account of the same process (s)."""
    if running.tracker is None:
        return TrackerReading(energy_j=None, cpu_s=None, status="tracker_failed", version=None, why=running.why)
    emissions_kg = running.tracker.stop()
    return reading(
        emissions_kg,
        getattr(running.tracker, "final_emissions_data", None),
        country=running.country,
        cpu_s=cpu_s,
        sample_count=running.samples.count,
    )


def reading(
    emissions_kg: float | None,
    figures: Any,  # noqa: ANN401 - of an optional library
    *,
    country: str | None,
    cpu_s: float,
    sample_count: int,
) -> TrackerReading:
    """What the tracker's figures are worth. Their failures look like results, so each is looked for by name."""
    version = importlib.metadata.version("codecarbon")

    def without(status: Literal["below_floor", "tracker_failed"], why: str) -> TrackerReading:
        return TrackerReading(energy_j=None, cpu_s=cpu_s, status=status, version=version, why=why)

    if emissions_kg is None or figures is None:
        return without("tracker_failed", "CodeCarbon gave no figures")
    if not getattr(figures, "country_name", None):
        return without("tracker_failed", f"CodeCarbon does not know the country {country}")
    if getattr(figures, "country_iso_code", None) != country:
        return without("tracker_failed", f"CodeCarbon used {figures.country_iso_code} where {country} was stated")
    if cpu_s < FLOOR_CPU_S or sample_count < FLOOR_SAMPLE_COUNT:
        return without("below_floor", f"{cpu_s:.1f} CPU-s and {sample_count} samples are below what it can tell")
    energy_kwh = getattr(figures, "cpu_energy", None)
    if energy_kwh is None or not energy_kwh > 0:
        return without("tracker_failed", f"CodeCarbon gave a CPU energy of {energy_kwh}")
    return TrackerReading(energy_j=energy_kwh * JOULES_PER_KWH, cpu_s=cpu_s, status="ok", version=version, why="")


def _sample_counter() -> Any:  # noqa: ANN401 - a class of an optional library
    from codecarbon.output import BaseOutput  # noqa: PLC0415

    class SampleCounter(BaseOutput):  # type: ignore[misc]
        """Counts samples and writes nothing."""

        count = 0

        def live_out(self, total: object, delta: object) -> None:  # noqa: ARG002
            """Called at every sample."""
            self.count += 1

        def out(self, total: object, delta: object) -> None:
            """Called at the end."""

        def exit(self) -> None:
            """Called when the tracker is done."""

    return SampleCounter()
