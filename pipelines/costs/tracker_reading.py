"""What CodeCarbon's figures are worth: its failures look like results, so each is looked for and called by its name.

A reading that cannot be vouched for is null, never 0 and never a plausible number. What does not belong here: running
CodeCarbon.
"""

import importlib.metadata
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pipelines.costs import doubts
from pipelines.costs.meter import Entry

FLOOR_CPU_S = 2.0
FLOOR_SAMPLE_COUNT = 10
"""Below either, the tracker bills mostly itself. Source: our measurements, CodeCarbon 3.3.2 against a busy loop."""

LEAST_RATIO = 0.8
LEAST_CHILDREN_FRACTION = 0.2
"""Under the first (of CPU time times watts) the tracker missed work; it was that of children that ended between two
samples when they used more than the second of that CPU time. Source: the lower end of the band for CodeCarbon in
`energy_per_cpu_second.csv`, and what is left of it."""

WORLD_G_PER_KWH, WORLD_TOLERANCE_G_PER_KWH = 475.0, 0.05
"""What CodeCarbon falls back to (IEA, 2019); no country in its table is that near to it (Vietnam has 475.4)."""

QUEBEC = ("CAN", "quebec")
"""Where CodeCarbon believes to be when it asked the network and got no answer."""

JOULES_PER_KWH = 3_600_000.0
GRAMS_PER_KG = 1_000.0

SAID = (
    "country_name",
    "country_iso_code",
    "region",
    "duration",
    "cpu_energy",
    "ram_energy",
    "energy_consumed",
    "emissions",
    "tracking_mode",
)
"""Figures of CodeCarbon that are kept as it gave them: names, s, kWh and kg."""

Status = Literal["ok", "below_floor", "tracker_failed"]


@dataclass(frozen=True, kw_only=True)
class Metered:
    """What we know ourselves of the time CodeCarbon ran."""

    country: str | None
    cpu_s: float
    """CPU time of the process and its ended children (s)."""
    cpu_children_s: float
    """Part of it that ended children used (s)."""
    sample_count: int
    watts_per_thread: float


@dataclass(frozen=True, kw_only=True)
class TrackerReading:
    """What CodeCarbon said: energy of the CPU (J), null unless the status is ok, and why not."""

    energy_j: float | None
    cpu_s: float | None
    """CPU time of the process while it ran (s), by our own account."""
    status: Status
    version: str | None
    why: str
    doubts: tuple[str, ...]
    said: str | None
    """JSON of its figures as it gave them; null when it gave none."""
    config_hash: str | None = None
    interval_s: float | None = None
    sample_count: int | None = None
    setup_s: float | None = None
    setup_cpu_s: float | None = None
    own_cpu_s: float | None = None
    """CPU time of its samples (s)."""


def not_run(why: str, *doubted: str) -> TrackerReading:
    """The reading of a tracker that there was none of."""
    names = (*doubted, doubts.TRACKER_FAILED.name)
    return TrackerReading(
        energy_j=None, cpu_s=None, status="tracker_failed", version=None, why=why, doubts=names, said=None
    )


def reading(emissions_kg: float | None, figures: Any, metered: Metered) -> TrackerReading:  # noqa: ANN401 - of an optional library
    """What the tracker's figures are worth."""
    said = _said(figures)
    found = _wrong(emissions_kg, figures, metered)
    if found is not None:
        status, why, *names = found
        return _reading(metered, status=status, why=why, doubted=tuple(names), said=said)
    energy_j = figures.cpu_energy * JOULES_PER_KWH
    why, lost = _children_lost(energy_j, metered)
    return _reading(metered, status="ok", why=why, doubted=lost, said=said, energy_j=energy_j)


def note(path: Path, entry: Entry) -> None:
    """Puts the reading that the model process left at `path` into the row of its step; none there is a failure."""
    if not path.is_file():
        entry.tracker_status = "tracker_failed"
        entry.doubts.append(doubts.TRACKER_FAILED.name)
        entry.notes.append("CodeCarbon: the process ended before its reading")
        return
    found = json.loads(path.read_text(encoding="utf-8"))
    why, names = found.pop("why"), found.pop("doubts")
    for name, value in found.items():
        setattr(entry, f"tracker_{name}", value)
    entry.doubts.extend(name for name in names if name != doubts.COUNTRY_MISSING.name)  # the views say that of any row
    if why:
        entry.notes.append(f"CodeCarbon: {why}")


def _reading(
    metered: Metered,
    *,
    status: Status,
    why: str,
    doubted: tuple[str, ...],
    said: str | None,
    energy_j: float | None = None,
) -> TrackerReading:
    return TrackerReading(
        energy_j=energy_j,
        cpu_s=metered.cpu_s,
        status=status,
        version=importlib.metadata.version("codecarbon"),
        why=why,
        doubts=doubted,
        said=said,
    )


def _wrong(emissions_kg: float | None, figures: Any, metered: Metered) -> tuple[Any, ...] | None:  # noqa: ANN401
    """Status, reason and names of doubts where the figures are no figures of ours; null where they are."""
    if emissions_kg is None or figures is None:
        return "tracker_failed", "CodeCarbon gave no figures", doubts.TRACKER_FAILED.name
    found = _elsewhere(figures, metered.country) or _too_short(metered)
    if found is not None:
        return found
    energy_kwh = getattr(figures, "cpu_energy", None)
    if energy_kwh is None or not energy_kwh > 0:
        return "tracker_failed", f"CodeCarbon gave a CPU energy of {energy_kwh}", doubts.TRACKER_FAILED.name
    return None


def _elsewhere(figures: Any, stated: str | None) -> tuple[Any, ...] | None:  # noqa: ANN401
    """The same where the figures are those of another place than the one stated."""
    code, region = getattr(figures, "country_iso_code", None), getattr(figures, "region", None)
    if (code, str(region).lower()) == QUEBEC and stated != code:
        why = "CodeCarbon asked the network where it is, got no answer, and says Quebec"
        return "tracker_failed", why, doubts.NO_NETWORK.name, doubts.COUNTRY_WRONG.name
    if not getattr(figures, "country_name", None):
        why = f"CodeCarbon does not know the country {stated}"
        return "tracker_failed", why, doubts.SILENT_FALLBACK.name, doubts.COUNTRY_WRONG.name
    if code != stated:
        return "tracker_failed", f"CodeCarbon used {code} where {stated} was stated", doubts.COUNTRY_WRONG.name
    if _is_of_the_world(figures):
        why = f"CodeCarbon used the world's {WORLD_G_PER_KWH:g} g/kWh where {stated} was stated"
        return "tracker_failed", why, doubts.SILENT_FALLBACK.name
    return None


def _too_short(metered: Metered) -> tuple[Any, ...] | None:
    if metered.cpu_s >= FLOOR_CPU_S and metered.sample_count >= FLOOR_SAMPLE_COUNT:
        return None
    why = f"{metered.cpu_s:.1f} CPU-s and {metered.sample_count} samples are below what it can tell"
    return "below_floor", why, doubts.BELOW_FLOOR.name


def _children_lost(energy_j: float, metered: Metered) -> tuple[str, tuple[str, ...]]:
    expected_j = metered.cpu_s * metered.watts_per_thread
    is_low = expected_j > 0 and energy_j / expected_j < LEAST_RATIO
    if not is_low or metered.cpu_children_s <= LEAST_CHILDREN_FRACTION * metered.cpu_s:
        return "", ()
    why = (
        f"it tells {energy_j / expected_j:.0%} of the CPU time, {metered.cpu_children_s / metered.cpu_s:.0%} of which "
        f"was that of processes that ended"
    )
    return why, (doubts.CHILDREN_LOST.name,)


def _is_of_the_world(figures: Any) -> bool:  # noqa: ANN401
    energy_kwh, emissions_kg = getattr(figures, "energy_consumed", None), getattr(figures, "emissions", None)
    if not energy_kwh or emissions_kg is None:
        return False
    return bool(abs(emissions_kg * GRAMS_PER_KG / energy_kwh - WORLD_G_PER_KWH) <= WORLD_TOLERANCE_G_PER_KWH)


def _said(figures: Any) -> str | None:  # noqa: ANN401
    if figures is None:
        return None
    return json.dumps({name: getattr(figures, name, None) for name in SAID})
