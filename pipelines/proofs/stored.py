"""Where the figures of the last bench of each kind are kept, and whether what lies there can be read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.errors import ConfigurationError
from pipelines.paths import Home


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A bench whose figures a home keeps, by the name of its command."""

    name: str
    file: str
    """File beside the warehouse."""
    format: int = 1
    """Raised when the JSON changes in a way that its page would not understand."""

    @property
    def remedy(self) -> str:
        """What makes the figures anew."""
        return f"Make it anew with `wattworth bench {self.name} --into-site`."


QUALITY = Bench(name="quality", file="proof.json")
ATTENTION = Bench(name="attention", file="proof-attention.json")
EXPERIMENTS = Bench(name="experiments", file="proof-experiments.json")
BENCHES = (QUALITY, ATTENTION, EXPERIMENTS)


@dataclass(frozen=True, kw_only=True)
class StoredProof:
    """The figures of one run of a bench."""

    figures: Mapping[str, Any]
    text: str
    """The file as it lies there."""


def proof_file(home: Home, bench: Bench = QUALITY) -> Path:
    """The file of the home that keeps them."""
    return home.warehouse / bench.file


def dated(
    figures: Mapping[str, object], bench: Bench, *, now: datetime, rules_version: str, is_quick: bool
) -> dict[str, object]:
    """The figures with what their page says of them: when they were made, with which rules, and how large."""
    return {
        **figures,
        "format": bench.format,
        "bench": bench.name,
        "made_at_utc": now.isoformat(),
        "rules_version": rules_version,
        "is_quick": is_quick,
    }


def read_proof(path: Path, bench: Bench = QUALITY) -> StoredProof | None:
    """The figures; None where there are none. Raises `ConfigurationError` for a file that holds something else."""
    try:
        text = path.read_text(encoding="utf-8")
        stored = json.loads(text)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _unreadable(path, bench, f"it cannot be read ({error})") from error
    if not isinstance(stored, dict) or stored.get("format") != bench.format:
        held = f"a report of format {stored.get('format')}" if isinstance(stored, dict) else "no report of the bench"
        raise _unreadable(path, bench, f"it holds {held}, where format {bench.format} is read")
    if bench is not QUALITY and not (stored.get("bench") == bench.name and "made_at_utc" in stored):
        raise _unreadable(path, bench, "it holds no figures of that bench with the time they were made at")
    return StoredProof(figures=stored, text=text)


def figures_of_file(path: Path, bench: Bench) -> dict[str, object]:
    """The figures of a file that `--into` wrote. Raises `ConfigurationError` where there is none."""
    stored = read_proof(path, bench)
    if stored is None:
        raise ConfigurationError(
            doing="reading the figures of the bench in",
            where=str(path),
            found="there is no such file",
            remedy=f"Name a file that `wattworth bench {bench.name} --into FILE` wrote.",
        )
    return dict(stored.figures)


def keep_proof(path: Path, text: str) -> None:
    """Writes the file by atomic rename."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _unreadable(path: Path, bench: Bench, found: str) -> ConfigurationError:
    return ConfigurationError(
        doing="reading the figures of the bench in", where=str(path), found=found, remedy=bench.remedy
    )
