"""What a dropped file was set aside for, as data: one line each, and the rest goes on."""

from dataclasses import dataclass

from pipelines.errors import ExportError, WattworthError

PARTIAL_REMEDY = "The rest was taken; export the file once more if the lost part matters"
"""What to do about a file of which a part is lost."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing set aside before any reader saw it; the columns of `skipped_items`."""

    kind: str
    """`unsafe`, `empty`, `unreadable`, `unfinished`, `corrupt` or `duplicate`."""
    path: str
    """Path inside the athlete's folder, with the member path after ! for a member of an archive."""
    what: str
    where: str
    """Place inside the file; empty when the whole file is meant."""
    why: str
    remedy: str


def problem_of(error: WattworthError, *, path: str, what: str) -> Problem:
    """An error of the user's as a problem of the file at `path`."""
    kind = error.kind if isinstance(error, ExportError) else "corrupt"
    return Problem(kind=kind, path=path, what=what, where="", why=error.found, remedy=error.remedy)
