"""Which sports two devices may call one and the same activity: families of names, and names that say nothing."""

FAMILIES = {
    "foot": ("run", "walk", "hik", "jog", "treadmill", "track", "trail"),
    "wheels": ("cycl", "bik", "ride", "spin"),
    "water": ("swim",),
    "oars": ("row", "paddl", "kayak", "canoe"),
    "snow": ("ski", "snowshoe"),
}
"""Parts of a sport's name that put it in a family: one device calls a hike what another calls a walk."""

UNNAMED = ("generic", "other", "workout", "activity", "training", "fitness", "unknown", "cardio", "")
"""Names that fit any sport."""


def family(sport: str) -> str | None:
    """The family of a sport; its own name when it has none, null when the name says nothing."""
    name = sport.strip().lower()
    if name in UNNAMED:
        return None
    for known, parts in FAMILIES.items():
        if any(part in name for part in parts):
            return known
    return name


def are_compatible(sport: str, other: str) -> bool:
    """Whether two names can mean the same activity."""
    first, second = family(sport), family(other)
    return first is None or second is None or first == second
