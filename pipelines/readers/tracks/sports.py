"""Sports as track files word them, in the words of the FIT profile."""

import re

BY_NUMBER = {"1": "cycling", "4": "hiking", "9": "running", "10": "walking", "16": "swimming", "17": "cycling"}
"""Numbers Strava writes in place of a word (17 is a virtual ride); others are left as they are."""

SPORTS = {
    "running": "running run jogging jog course laufen lauf hardlopen trail_running trail_run track_running "
    "street_running treadmill_running indoor_running virtual_run ultra_run race",
    "cycling": "cycling biking bike ride bicycling road_biking road_cycling mountain_biking mountain_bike "
    "gravel_cycling indoor_cycling virtual_ride virtual_cycling cyclocross track_cycling bmx radfahren rad vtt velo "
    "gravel_ride mountain_bike_ride commuting handcycling spinning",
    "e_biking": "e_biking e_bike e_bike_ride e_bike_fitness e_bike_mountain e_mountain_bike_ride",
    "swimming": "swimming swim open_water_swimming lap_swimming pool_swimming schwimmen",
    "walking": "walking walk casual_walking speed_walking indoor_walking gehen nordic_walking",
    "hiking": "hiking hike wandern trekking",
    "rowing": "rowing row indoor_rowing virtual_row",
    "cross_country_skiing": "cross_country_skiing nordic_ski skate_skiing classic_skiing langlauf",
    "alpine_skiing": "alpine_skiing resort_skiing alpine_ski backcountry_ski backcountry_skiing",
    "inline_skating": "inline_skating inline_skate",
    "stand_up_paddleboarding": "stand_up_paddleboarding stand_up_paddling sup",
    "kayaking": "kayaking kayak canoeing",
    "fitness_equipment": "fitness_equipment elliptical stair_climbing stair_stepper",
    "training": "training strength_training weight_training workout cardio indoor_cardio yoga pilates",
    "multisport": "multisport multi_sport triathlon",
    "transition": "transition",
    "generic": "generic other unknown uncategorized none default activity track gps",
}
"""Sport to the words for it, in lower case with underscores."""

SUB_SPORTS = {
    "17": "virtual_activity",
    "trail_running": "trail", "trail_run": "trail", "treadmill_running": "treadmill", "track_running": "track",
    "street_running": "street", "indoor_running": "indoor_running", "virtual_run": "virtual_activity",
    "road_biking": "road", "road_cycling": "road", "mountain_biking": "mountain", "mountain_bike": "mountain",
    "mountain_bike_ride": "mountain", "vtt": "mountain", "gravel_cycling": "gravel_cycling",
    "gravel_ride": "gravel_cycling", "indoor_cycling": "indoor_cycling", "spinning": "spin",
    "virtual_ride": "virtual_activity", "virtual_cycling": "virtual_activity", "cyclocross": "cyclocross",
    "track_cycling": "track_cycling", "bmx": "bmx", "handcycling": "hand_cycling", "commuting": "commuting",
    "open_water_swimming": "open_water", "lap_swimming": "lap_swimming", "pool_swimming": "lap_swimming",
    "casual_walking": "casual_walking", "speed_walking": "speed_walking", "indoor_walking": "indoor_walking",
    "indoor_rowing": "indoor_rowing", "virtual_row": "indoor_rowing", "elliptical": "elliptical",
    "stair_climbing": "stair_climbing", "stair_stepper": "stair_climbing", "strength_training": "strength_training",
    "weight_training": "strength_training", "cardio": "cardio_training", "indoor_cardio": "cardio_training",
    "yoga": "yoga", "pilates": "pilates", "skate_skiing": "skate_skiing",
}  # fmt: skip
"""Finer kind by word."""

_BY_WORD = {word: sport for sport, words in SPORTS.items() for word in words.split()}


def sport_of(words: str | None) -> tuple[str, str | None]:
    """Sport and finer kind by what a file calls it; a word we do not know stays, `generic` when there is none."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", (words or "").strip()[:60])
    word = re.sub(r"[^\w]+", "_", spaced).strip("_").lower()
    if not word:
        return "generic", None
    return BY_NUMBER.get(word) or _BY_WORD.get(word, word), SUB_SPORTS.get(word)
