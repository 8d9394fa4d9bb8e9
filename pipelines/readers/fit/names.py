"""Names of the numbers a FIT file uses; a number without a name stays a number."""

SPORTS = {
    0: "generic", 1: "running", 2: "cycling", 3: "transition", 4: "fitness_equipment", 5: "swimming", 6: "basketball",
    7: "soccer", 8: "tennis", 9: "american_football", 10: "training", 11: "walking", 12: "cross_country_skiing",
    13: "alpine_skiing", 14: "snowboarding", 15: "rowing", 16: "mountaineering", 17: "hiking", 18: "multisport",
    19: "paddling", 20: "flying", 21: "e_biking", 22: "motorcycling", 23: "boating", 24: "driving", 25: "golf",
    26: "hang_gliding", 27: "horseback_riding", 28: "hunting", 29: "fishing", 30: "inline_skating",
    31: "rock_climbing", 32: "sailing", 33: "ice_skating", 34: "sky_diving", 35: "snowshoeing", 36: "snowmobiling",
    37: "stand_up_paddleboarding", 38: "surfing", 39: "wakeboarding", 40: "water_skiing", 41: "kayaking",
    42: "rafting", 43: "windsurfing", 44: "kitesurfing", 47: "boxing", 48: "floor_climbing", 53: "diving", 62: "hiit",
    64: "racket", 84: "jump_rope",
}  # fmt: skip
"""Sports by number."""

SUB_SPORTS = {
    0: "generic", 1: "treadmill", 2: "street", 3: "trail", 4: "track", 5: "spin", 6: "indoor_cycling", 7: "road",
    8: "mountain", 9: "downhill", 10: "recumbent", 11: "cyclocross", 12: "hand_cycling", 13: "track_cycling",
    14: "indoor_rowing", 15: "elliptical", 16: "stair_climbing", 17: "lap_swimming", 18: "open_water",
    19: "flexibility_training", 20: "strength_training", 21: "warm_up", 22: "match", 23: "exercise", 24: "challenge",
    25: "indoor_skiing", 26: "cardio_training", 27: "indoor_walking", 28: "e_bike_fitness", 29: "bmx",
    30: "casual_walking", 31: "speed_walking", 32: "bike_to_run_transition", 33: "run_to_bike_transition",
    34: "swim_to_bike_transition", 35: "atv", 36: "motocross", 37: "backcountry", 38: "resort", 39: "rc_drone",
    40: "wingsuit", 41: "whitewater", 42: "skate_skiing", 43: "yoga", 44: "pilates", 45: "indoor_running",
    46: "gravel_cycling", 47: "e_bike_mountain", 48: "commuting", 49: "mixed_surface", 58: "virtual_activity",
    59: "obstacle", 62: "breathing", 67: "ultra", 70: "hiit",
}  # fmt: skip
"""Finer kinds of sport by number."""

MANUFACTURERS = {
    1: "garmin", 6: "srm", 7: "quarq", 9: "saris", 13: "dynastream_oem", 15: "dynastream", 16: "timex", 23: "suunto",
    32: "wahoo_fitness", 38: "osynce", 40: "concept2", 41: "shimano", 48: "pioneer", 51: "4iiiis", 54: "ifor_powell",
    60: "rotor", 63: "specialized", 67: "bkool", 68: "cateye", 69: "stages_cycling", 70: "sigmasport", 71: "tomtom",
    73: "wattbike", 76: "moxy", 81: "bontrager", 83: "scosche", 86: "elite", 89: "tacx", 95: "stryd", 107: "magene",
    112: "bryton_sensors", 115: "igpsport", 123: "polar_electro", 132: "cycplus", 135: "coospo", 255: "development",
    258: "lezyne", 260: "zwift", 263: "favero_electronics", 265: "strava", 267: "bryton", 268: "sram",
    281: "trainer_road", 282: "the_sufferfest", 284: "virtualtraining", 289: "hammerhead", 294: "coros",
    305: "whoop", 307: "onelap", 309: "form", 331: "mywhoosh",
}  # fmt: skip
"""Makers by their number in the registry of the format."""

FILE_TYPES = {
    1: "device", 2: "settings", 3: "sport", 4: "activity", 5: "workout", 6: "course", 7: "schedules", 9: "weight",
    10: "totals", 11: "goals", 14: "blood_pressure", 15: "monitoring_a", 20: "activity_summary",
    28: "monitoring_daily", 32: "monitoring_b", 34: "segment", 35: "segment_list", 44: "metrics", 49: "sleep",
    68: "hrv_status",
}  # fmt: skip

MESSAGES = {
    0: "file_id", 2: "device_settings", 3: "user_profile", 4: "hrm_profile", 6: "bike_profile", 7: "zones_target",
    8: "hr_zone", 9: "power_zone", 12: "sport", 13: "training_settings", 18: "session", 19: "lap", 20: "record",
    21: "event", 22: "source", 23: "device_info", 26: "workout", 27: "workout_step", 28: "schedule",
    30: "weight_scale", 31: "course", 32: "course_point", 33: "totals", 34: "activity", 35: "software",
    37: "file_capabilities", 38: "message_capabilities", 39: "field_capabilities", 49: "file_creator",
    51: "blood_pressure", 53: "speed_zone", 55: "monitoring", 72: "training_file", 78: "hrv",
    101: "length", 103: "monitoring_info", 128: "weather_conditions", 131: "cadence_zone", 132: "hr",
    142: "segment_lap", 148: "segment_id", 149: "segment_leaderboard_entry", 150: "segment_point",
    160: "gps_metadata", 162: "timestamp_correlation", 164: "gyroscope", 165: "accelerometer",
    206: "field_description", 207: "developer_data_id", 209: "barometer", 211: "monitoring_hr_data",
    216: "time_in_zone", 225: "set", 227: "stress_level", 229: "max_met_data", 258: "dive_settings",
    268: "dive_summary", 269: "spo2_data", 275: "sleep_level", 290: "beat_intervals", 297: "respiration_rate",
    312: "split", 313: "split_summary", 317: "climb_pro", 346: "sleep_assessment", 370: "hrv_status_summary",
    371: "hrv_value", 372: "raw_bbi", 398: "skin_temp_overnight",
}  # fmt: skip


def sport(number: int) -> str:
    """Name of a sport; `generic` when it is not stated, else the number as text."""
    return "generic" if number < 0 else SPORTS.get(number, str(number))


def sub_sport(number: int) -> str | None:
    """Name of a finer kind of sport; null when it is not stated or generic."""
    return None if number <= 0 else SUB_SPORTS.get(number, str(number))


def manufacturer(number: int) -> str:
    """Name of a maker, else the number as text."""
    return MANUFACTURERS.get(number, str(number))


def file_type(number: int) -> str:
    """Name of a kind of file, `unknown` when it is not stated, else the number as text."""
    return "unknown" if number < 0 else FILE_TYPES.get(number, str(number))


def message(number: int) -> str:
    """Name of a message, else `message` and its number."""
    return MESSAGES.get(number, f"message {number}")
