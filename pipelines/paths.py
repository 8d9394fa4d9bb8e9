"""Where things lie on this machine: the one place that looks at the environment for a path."""

import os
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Home:
    """The folder that holds inbox, warehouse and site; `inbox` may lie elsewhere."""

    root: Path
    inbox: Path

    @property
    def warehouse(self) -> Path:
        """Folder of everything the pipeline stores."""
        return self.root / "warehouse"

    @property
    def database(self) -> Path:
        """The DuckDB file of keys, daily values, flags, verdicts, observations and the ledger."""
        return self.warehouse / "wattworth.duckdb"

    @property
    def streams(self) -> Path:
        """Folder of the immutable Parquet streams."""
        return self.warehouse / "streams"

    @property
    def staged(self) -> Path:
        """Folder of what was read and is not loaded yet, one folder per source file."""
        return self.warehouse / "staged"

    @property
    def unpacked(self) -> Path:
        """Folder of what had to be unpacked to be read; emptied after reading, and after a kill."""
        return self.warehouse / "unpacked"

    @property
    def journal(self) -> Path:
        """Folder of the steps under way: what a killed step leaves behind."""
        return self.warehouse / "journal"

    @property
    def snapshot(self) -> Path:
        """The published copy of the marts that everyone but the writer reads."""
        return self.warehouse / "marts.duckdb"

    @property
    def lock(self) -> Path:
        """The one-writer lock, with the name of its holder beside it."""
        return self.warehouse / "run.lock"

    @property
    def orchestrator(self) -> Path:
        """Run history shared by command line and UI."""
        return self.warehouse / "dagster"

    @property
    def site(self) -> Path:
        """The pages."""
        return self.root / "site"

    @property
    def budget(self) -> Path:
        """What a night and a month may use; there need not be any such file."""
        return self.root / "budget.toml"

    @property
    def factors(self) -> Path:
        """The user's own factor files, where there are any: their rows take the place of the repository's."""
        return self.root / "factors"


def home(root: Path | None = None, *, inbox: Path | None = None) -> Home:
    """The home at `root`, else where `WATTWORTH_HOME` says, else `data/` of the working directory."""
    base = root or Path(os.environ.get("WATTWORTH_HOME", "data"))
    base = base.absolute()
    return Home(root=base, inbox=(inbox or base / "inbox").absolute())
