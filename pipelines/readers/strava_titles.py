"""The many headers of Strava's activities.csv: doubled titles, other languages, more columns every year."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.readers.csv_file import key_of

FIRST = (
    "activity id", "activity date", "activity name", "activity type", "activity description", "elapsed time",
    "distance", "max heart rate", "relative effort", "commute", "activity private note", "activity gear", "filename",
)  # fmt: skip
"""The stable columns at the front of every export since 2019: in other languages they stand in the same order."""

DETAILED = (
    "athlete weight", "bike weight", "elapsed time", "moving time", "distance", "max speed", "average speed",
    "elevation gain", "elevation loss", "elevation low", "elevation high", "max grade", "average grade",
    "average positive grade", "average negative grade", "max cadence", "average cadence", "max heart rate",
    "average heart rate", "max watts", "average watts", "calories",
)  # fmt: skip
"""What follows them, in the same order in every export: second copies hold metres and seconds."""

OLDER = {
    "id": "activity id", "date": "activity date", "name": "activity name", "type": "activity type",
    "description": "activity description", "elapsed_time": "elapsed time", "distance": "distance__2",
    "gear": "activity gear", "filename": "filename",
}  # fmt: skip
"""Titles of exports before the middle of 2019, whose distance is in metres."""

OLDER_TELLING = frozenset({"id", "date", "name", "type", "elapsed_time", "distance"})

_SPAN = re.compile(r"<span[^>]*>(.*?)</span>", re.IGNORECASE)
LEAST_COLUMNS = 13
FILE_NAME = re.compile(r"activities/\S+\.(?:fit|gpx|tcx)(?:\.gz)?", re.IGNORECASE)
ACTIVITY_ID = re.compile(r"\d{4,20}")

BESIDE = frozenset(
    {
        "bike name", "shoe name", "athlete id", "follower athlete id", "athlete id being followed", "challenge name",
        "media filename", "goal type", "club id", "club name", "comment date", "comment content", "reaction type",
        "route name", "route filename", "segment id", "starred segment id", "privacy zone id", "post title",
        "component type", "login date", "application name", "mobile device identifier", "contact value",
    }
)  # fmt: skip
"""Titles (lower case) of the other tables of the export."""

BESIDE_NAMES = frozenset(
    f"{name}.csv"
    for name in (
        "bikes", "shoes", "components", "profile", "clubs", "comments", "reactions", "followers", "following",
        "contacts", "favorites", "flags", "goals", "global_challenges", "group_challenges", "local_legend_segments",
        "logins", "media", "memberships", "mobile_device_identifiers", "orders", "partner_opt_outs", "posts", "blocks",
        "privacy_zones", "routes", "segments", "social_settings", "starred_routes", "starred_segments", "applications",
        "connected_apps", "email_preferences", "general_preferences", "support_tickets", "visibility_settings",
        "categories_of_personal_information_we_collect", "subscriptions", "messaging", "clubs_memberships", "events",
    )
)  # fmt: skip
"""Names of the other tables of the export."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Names of the columns by position: the second of equal titles is `title__2`."""

    names: tuple[str, ...]
    is_localised: bool
    is_older: bool


def layout_of(titles: Sequence[str], first: Sequence[str]) -> Layout | None:
    """How the columns of a file with these titles and this first row are named; null when it is no such file."""
    keys = [key_of(_SPAN.sub(r"\1", title)) for title in titles]
    if {"activity id", "activity date", "activity type"} <= set(keys):
        return Layout(names=_numbered(keys), is_localised=False, is_older=False)
    if set(keys) >= OLDER_TELLING and "filename" in keys:
        return Layout(names=tuple(OLDER.get(key, key) for key in keys), is_localised=False, is_older=True)
    if len(keys) < LEAST_COLUMNS or not _is_activity(first):
        return None
    names = _numbered([*FIRST, *DETAILED])
    return Layout(names=names[: len(keys)], is_localised=True, is_older=False)


def _is_activity(first: Sequence[str]) -> bool:
    """Whether a row in another language is of an activity: its number, a date, and its file where it has one."""
    if len(first) < LEAST_COLUMNS or ACTIVITY_ID.fullmatch(first[0].strip()) is None:
        return False
    has_date = re.search(r"(?:19|20)\d{2}", first[1]) is not None and ":" in first[1]
    file_name = first[12].strip()
    has_file = FILE_NAME.fullmatch(file_name) is not None
    return has_date and (has_file or (not file_name and first[9].strip().lower() in {"true", "false", "0", "1"}))


def _numbered(keys: Sequence[str]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    names = []
    for key in keys:
        seen[key] = seen.get(key, 0) + 1
        names.append(key if seen[key] == 1 else f"{key}__{seen[key]}")
    return tuple(names)
