"""Errors a user can do something about.

    WattworthError          one line, exit code 2, nothing lost
    ├── ExportError         one dropped file; the batch goes on
    │   ├── UnknownFormat   no reader says yes
    │   ├── AmbiguousFormat more than one reader says yes
    │   ├── UnsupportedExport  it is known what it is, and nothing in it is read
    │   ├── CorruptExport   nothing in it can be read
    │   └── UnsafeExport    outside the inbox, a bomb, a traversal
    ├── WarehouseBusy       another run holds the lock
    ├── WarehouseError      the warehouse cannot be opened, migrated or trusted
    └── ConfigurationError  an option, athlete.toml or factor file says something impossible

A message says what was being done, to which file or row, what was found, and what to do.
Our own bugs are not in this tree: they keep their traceback.
"""

import unicodedata

ZERO_WIDTH_JOINER = "\N{ZERO WIDTH JOINER}"
"""Holds the parts of an emoji together."""


class WattworthError(Exception):
    """Something the user can mend: `doing`, `where`, `found` and `remedy` make the one line."""

    kind = "error"

    def __init__(self, *, doing: str, where: str, found: str, remedy: str) -> None:
        self.doing = doing
        self.where = where
        self.found = found
        self.remedy = remedy
        super().__init__(one_line(" ".join(f"{doing} {where}: {found}. {remedy}".split())))


class ExportError(WattworthError):
    """One dropped file cannot be used; it is set aside and the rest goes on."""


class UnknownFormat(ExportError):
    """No reader recognises the file."""

    kind = "unknown"


class AmbiguousFormat(ExportError):
    """More than one reader recognises the file."""

    kind = "ambiguous"


class UnsupportedExport(ExportError):
    """It is known what the file is, and nothing in it is read."""

    kind = "unsupported"


class CorruptExport(ExportError):
    """A reader recognised the file but nothing in it can be read."""

    kind = "corrupt"


class UnsafeExport(ExportError):
    """The file would lead out of the inbox or blow up when unpacked."""

    kind = "unsafe"


class WarehouseBusy(WattworthError):
    """Another run holds the one-writer lock."""

    kind = "busy"


class WarehouseError(WattworthError):
    """The warehouse cannot be opened, migrated or trusted."""

    kind = "warehouse"


class ConfigurationError(WattworthError):
    """An option, an athlete.toml or a factor file says something impossible."""

    kind = "configuration"


def one_line(text: str) -> str:
    """The text in one line that does nothing to a terminal: what cannot be shown stands as its escape."""
    return "".join(char if _can_be_shown(char) else _escaped(char) for char in text)


def _can_be_shown(char: str) -> bool:
    return char.isprintable() or char == ZERO_WIDTH_JOINER or unicodedata.category(char) == "Zs"


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
