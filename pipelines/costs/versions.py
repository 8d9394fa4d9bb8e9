"""Which version of the program a row of the ledger is from."""

import hashlib
import importlib.metadata


def program_version(definitions: str = "") -> str:
    """Version of the package; with the versions of all `definitions` in force, and a hash of those behind it."""
    version = importlib.metadata.version("wattworth")
    return f"{version}+{hashlib.sha256(definitions.encode()).hexdigest()[:12]}" if definitions else version
