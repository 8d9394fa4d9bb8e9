"""Sports as track files word them: words of people, numbers of Strava, and the kinds of Garmin Connect."""

import re

from pipelines.readers.sport_words import sport_of as sport_by_words

BY_NUMBER = {
    "1": ("cycling", None), "4": ("hiking", None), "9": ("running", None), "10": ("walking", None),
    "16": ("swimming", None), "17": ("cycling", "virtual_activity"),
}  # fmt: skip
"""Numbers Strava writes in place of a word (17 is a virtual ride); others are left as they are."""

BY_KIND = {
    "street_running": ("running", "street"), "indoor_running": ("running", "indoor_running"),
    "ultra_run": ("running", "ultra"), "road_biking": ("cycling", "road"), "road_cycling": ("cycling", "road"),
    "gravel_cycling": ("cycling", "gravel_cycling"), "virtual_cycling": ("cycling", "virtual_activity"),
    "cyclocross": ("cycling", "cyclocross"), "track_cycling": ("cycling", "track_cycling"), "bmx": ("cycling", "bmx"),
    "hand_cycling": ("cycling", "hand_cycling"), "bike_commuting": ("cycling", "commuting"),
    "casual_walking": ("walking", "casual_walking"), "speed_walking": ("walking", "speed_walking"),
    "indoor_walking": ("walking", "indoor_walking"), "nordic_walking": ("walking", None),
    "indoor_cardio": ("training", "cardio_training"), "skate_skiing": ("cross_country_skiing", "skate_skiing"),
}  # fmt: skip
"""Kinds of activity as Garmin Connect words them, which say more than the words of people."""

GENERIC = frozenset({"other", "unknown", "uncategorized", "default", "generic", "activity", "track", "gps", "none"})
"""Words that say nothing, in lower case: TCX has three sports, and everything else is Other."""


def sport_of(words: str | None) -> tuple[str, str | None]:
    """Sport and finer kind by what a file calls it; a word we do not know stays, `generic` when there is none."""
    stated = (words or "").strip()[:60]
    kind = re.sub(r"[\W_]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", stated)).strip("_").lower()
    if not kind or kind in GENERIC:
        return "generic", None
    found = BY_NUMBER.get(kind) or BY_KIND.get(kind)
    if found is not None:
        return found
    sport, finer = sport_by_words(stated)
    return sport or "generic", finer
