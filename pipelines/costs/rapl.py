"""The energy counter of the processor package (RAPL), where the operating system lets us read it.

Since CVE-2020-8694 the files belong to root on most systems, and virtual machines have none: then there is no reading.
"""

from dataclasses import dataclass
from pathlib import Path

POWERCAP = Path("/sys/class/powercap")
"""Source: Linux kernel documentation, power/powercap."""

MICROJOULES = 1_000_000

LONGEST_COUNTED_S = 1_800.0
"""A counter of 32 bits wraps after some 262 kJ: 44 minutes at 100 W. Beyond half an hour one wrap cannot be told
from two. Source: Intel Software Developer's Manual, volume 3, on MSR_PKG_ENERGY_STATUS; the margin is ours."""


@dataclass(frozen=True, kw_only=True)
class Domain:
    """One processor package: its counter (µJ) and where the counter wraps (µJ)."""

    energy_uj: int
    range_uj: int


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The counters of all packages at one moment, by folder name."""

    domains: dict[str, Domain]

    def energy_since_j(self, before: "Reading", *, wall_s: float) -> float | None:
        """Energy (J) of all packages since an earlier reading; null when it cannot be told."""
        if wall_s > LONGEST_COUNTED_S or before.domains.keys() != self.domains.keys():
            return None
        gained_uj = [_gained_uj(before.domains[name], domain) for name, domain in self.domains.items()]
        if min(gained_uj, default=0) <= 0:  # it stood still, or was set back while the machine slept
            return None
        return sum(gained_uj) / MICROJOULES


def read(root: Path | None = None) -> Reading | None:
    """The counters now; null where there are none or they may not be read. `root` stands in for powercap in tests."""
    domains: dict[str, Domain] = {}
    for folder in sorted((root or POWERCAP).glob("intel-rapl:*")):
        try:
            if not (folder / "name").read_text(encoding="ascii").startswith("package"):
                continue  # cores lie inside their package, psys around it; memory is another part than the estimate's
            domains[folder.name] = Domain(
                energy_uj=int((folder / "energy_uj").read_text(encoding="ascii")),
                range_uj=int((folder / "max_energy_range_uj").read_text(encoding="ascii")),
            )
        except (OSError, ValueError):
            return None
    return Reading(domains=domains) if domains else None


def _gained_uj(before: Domain, after: Domain) -> int:
    gained = after.energy_uj - before.energy_uj
    return gained if gained >= 0 else gained + after.range_uj
