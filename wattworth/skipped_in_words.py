"""What was set aside or lost, as one line a person can act on."""

from collections.abc import Mapping
from typing import Any


def skipped_line(row: Mapping[str, Any]) -> str:
    """Which file, what of it, why, and what to do: a row of `mart_skipped`."""
    path = f"{row['folder']}/{row['path']}" if row["folder"] else row["path"]
    place = f" at {row['where_found']}" if row["where_found"] else ""
    return f"{path}: {row['kind']}: {row['what']}{place}: {row['why']}. {row['remedy']}"
