"""CodeCarbon as a second meter, in process mode, inside the model process only; every way it fails is a status.

It adds up the same CPU time we do, so it is a check on our meter, not a measurement. Offline, with the country
stated: the online tracker looks up where the machine stands and falls back to Quebec. What does not belong here: what
its figures are worth (`tracker_reading`), and carbon, which is a view over our own factors.
"""

import hashlib
import importlib.metadata
import importlib.util
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pipelines.costs import doubts
from pipelines.costs.tracker_reading import Metered, TrackerReading, not_run, reading

SAMPLE_INTERVAL_S = 0.5
"""Seconds between samples: a tenth would cost 8 % of a core, this costs about 2 %."""

SAMPLE = "_measure_power_and_energy"
SCHEDULERS = {"_scheduler": True, "_scheduler_monitor_power": False}
"""CodeCarbon's sampling, and what calls it by the clock: whether that takes a sample or only looks at the load.
Source: its source, 3.3.2."""


@dataclass(kw_only=True)
class Samples:
    """What the tracker's own samples took."""

    count: int = 0
    cpu_s: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Running:
    """A tracker under way, or why there is none."""

    tracker: Any
    country: str | None
    why: str
    doubts: tuple[str, ...] = ()
    watts_per_thread: float = 0.0
    samples: Samples | None = None
    config_hash: str | None = None
    setup_s: float | None = None
    setup_cpu_s: float | None = None


def start(
    *,
    country: str | None,
    watts_per_thread: float,
    thread_count: int,
    settings: Mapping[str, object] | None = None,
) -> Running:
    """Starts the tracker for this process; without a country, or without CodeCarbon, there is none.

    `settings` take the place of ours: the meter bench provokes failures with them.
    """
    if country is None:
        return Running(tracker=None, country=None, why="no country stated", doubts=(doubts.COUNTRY_MISSING.name,))
    if importlib.util.find_spec("codecarbon") is None:
        return Running(tracker=None, country=country, why="CodeCarbon is not installed")
    begun_s, begun_cpu_s = time.monotonic(), time.process_time()
    from codecarbon import OfflineEmissionsTracker  # noqa: PLC0415 - an optional library, slow to import

    logging.getLogger("codecarbon").setLevel(logging.CRITICAL)  # its failures are read from its figures
    chosen = {
        "country_iso_code": country,
        "tracking_mode": "process",
        "measure_power_secs": SAMPLE_INTERVAL_S,
        "api_call_interval": 1,
        "output_methods": [],
        "log_level": "critical",
        "allow_multiple_runs": True,
        "force_cpu_power": watts_per_thread * thread_count,
        "force_mode_cpu_load": True,
        **(settings or {}),
    }
    tracker = OfflineEmissionsTracker(**chosen)
    samples = _watched(tracker)
    tracker.start()
    return Running(
        tracker=tracker,
        country=country,
        why="",
        watts_per_thread=watts_per_thread,
        samples=samples,
        config_hash=_hash(chosen),
        setup_s=time.monotonic() - begun_s,
        setup_cpu_s=time.process_time() - begun_cpu_s,
    )


def stop(running: Running, *, cpu_s: float, cpu_children_s: float = 0.0) -> TrackerReading:
    """Stops the tracker and says what it is worth.

    `cpu_s` is our own account of the same process, of which its ended children used `cpu_children_s` (s).
    """
    if running.tracker is None:
        return not_run(running.why, *running.doubts)
    emissions_kg = running.tracker.stop()
    samples = running.samples or Samples()
    metered = Metered(
        country=running.country,
        cpu_s=cpu_s,
        cpu_children_s=cpu_children_s,
        sample_count=samples.count,
        watts_per_thread=running.watts_per_thread,
    )
    found = reading(emissions_kg, getattr(running.tracker, "final_emissions_data", None), metered)
    return replace(
        found,
        config_hash=running.config_hash,
        interval_s=SAMPLE_INTERVAL_S,
        sample_count=samples.count,
        setup_s=running.setup_s,
        setup_cpu_s=running.setup_cpu_s,
        own_cpu_s=samples.cpu_s,
    )


def _watched(tracker: Any) -> Samples | None:  # noqa: ANN401 - of an optional library
    """Counts the samples of a tracker that is not started yet, and their CPU time; null when it has no schedulers."""
    samples = Samples()
    if any(
        getattr(tracker, name, None) is None for name in (*SCHEDULERS, SAMPLE)
    ):  # half built: an error was swallowed
        return None
    for name, is_sample in SCHEDULERS.items():
        scheduler = getattr(tracker, name)
        scheduler.function = _counted(scheduler.function, samples, is_sample=is_sample)
    setattr(tracker, SAMPLE, _counted(getattr(tracker, SAMPLE), samples, is_sample=True))  # at start and stop
    return samples


def _counted(work: Callable[[], None], samples: Samples, *, is_sample: bool) -> Callable[[], None]:
    def counted() -> None:
        begun_s = time.thread_time()
        work()
        samples.cpu_s += time.thread_time() - begun_s
        samples.count += is_sample

    return counted


def _hash(settings: Mapping[str, object]) -> str:
    version = importlib.metadata.version("codecarbon")
    text = json.dumps({"version": version, **settings}, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
