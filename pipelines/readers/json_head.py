"""The start of a JSON file: enough of it to tell which it is by its names."""

import re

from pipelines.readers.contract import Head
from pipelines.readers.json_values import folded

_NAME = re.compile(r'"([A-Za-z0-9_]{1,64})"\s*:')


def json_start(head: Head) -> str | None:
    """The start of the file as text where it is a JSON list or object; null for anything else."""
    text = head.start.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace").lstrip()
    return text if text[:1] in ("[", "{") else None


def names_in(text: str) -> frozenset[str]:
    """Names of members that stand in a piece of JSON, folded."""
    return frozenset(folded(name) for name in _NAME.findall(text))
