"""Where the figures of the last bench are kept, and whether what lies there can be read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import ConfigurationError
from pipelines.paths import Home

FORMAT = 1
"""Raised when the JSON changes in a way that its page would not understand."""

REMEDY = "Make it anew with `wattworth bench quality --into-site`."


@dataclass(frozen=True, kw_only=True)
class StoredProof:
    """The figures of one run of the bench."""

    figures: Mapping[str, Any]
    text: str
    """The file as it lies there."""


def proof_file(home: Home) -> Path:
    """The file of the home that keeps them."""
    return home.warehouse / "proof.json"


def read_proof(path: Path) -> StoredProof | None:
    """The figures; None where there are none. Raises `ConfigurationError` for a file that holds something else."""
    try:
        text = path.read_text(encoding="utf-8")
        stored = json.loads(text)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _unreadable(path, f"it cannot be read ({error})") from error
    if not isinstance(stored, dict) or stored.get("format") != FORMAT:
        held = f"a report of format {stored.get('format')}" if isinstance(stored, dict) else "no report of the bench"
        raise _unreadable(path, f"it holds {held}, where format {FORMAT} is read")
    return StoredProof(figures=stored, text=text)


def keep_proof(path: Path, text: str) -> None:
    """Writes the file by atomic rename."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _unreadable(path: Path, found: str) -> ConfigurationError:
    return ConfigurationError(doing="reading the figures of the bench in", where=str(path), found=found, remedy=REMEDY)
