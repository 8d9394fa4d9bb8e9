"""What Garmin's JSON states for a day: HRV, resting heart rate, steps, heart rates, and scores that are never used."""

from dataclasses import dataclass, field
from datetime import date

from pipelines.readers.contract import Method
from pipelines.readers.garmin import methods
from pipelines.readers.json_values import Node, number_in, utc_in
from pipelines.readers.stated import Stated, heart_rate_or_none

NO_VALUE_STATUS = frozenset({"ONBOARDING", "UNKNOWN", "NONE", "NO_DATA"})
"""States of a health-status figure that carry no measurement, whatever number stands beside."""

AFTER_WAKING = "AFTER_WAKEUP_RESET"

DAY_S = 86_400.0
"""No stretch that steps are counted over is longer (s)."""

OTHER_FIGURES = {"SPO2": "oxygen saturation", "SKIN_TEMP_C": "skin temperature", "RESPIRATION": "respiration"}


def take_health_status(record: Node, found: Stated) -> None:
    """The night's RMSSD and the heart rate asleep; the rest is passed over."""
    day = record.day("calendardate")
    for figure in record.nodes("metrics"):
        kind = (figure.text("type") or "").upper()
        value = figure.number("value")
        if day is None or value is None or value <= 0 or (figure.text("status") or "").upper() in NO_VALUE_STATUS:
            if kind in {"HRV", "HR"}:
                found.note(f"days without {kind} in health status")
            continue
        if kind == "HRV":
            found.value(methods.LAST_NIGHT_RMSSD, day, value)
        elif kind == "HR":
            found.value(methods.HEALTH_STATUS_RESTING, day, heart_rate_or_none(value))
        else:
            found.note(OTHER_FIGURES.get(kind, "other figures of health status"))


@dataclass(kw_only=True)
class AccountResting:
    """Resting heart rates of one file of the account's summaries, kept until it is known which of two it states.

    Newer files state that of the day beside one that moves less; older ones state a single one, of the day.
    """

    found: Stated
    _plain: list[tuple[date, float | None]] = field(default_factory=list)
    _has_two: bool = False

    def take(self, record: Node) -> None:
        """The one or two of a day."""
        day = record.day("calendardate")
        if day is None:
            return
        self._has_two |= "currentdayrestingheartrate" in record
        of_day = heart_rate_or_none(record.number("currentdayrestingheartrate"))
        self.found.value(methods.DAILY_RESTING, day, of_day)
        self._plain.append((day, heart_rate_or_none(record.number("restingheartrate"))))

    def hand_on(self) -> None:
        """Gives the other one its method."""
        for day, bpm in self._plain:
            self.found.value(methods.ACCOUNT_RESTING if self._has_two else methods.DAILY_RESTING, day, bpm)


def take_account_day(record: Node, found: Stated) -> None:
    """A day of the account's own summary: steps, stress and body battery."""
    day = record.day("calendardate")
    if day is None:
        found.note("entries without a date, such as stubs of hydration")
        return
    found.value(methods.STEPS, day, _counted(record, "totalsteps"))
    for total in record.node("alldaystress").nodes("aggregatorlist"):
        if total.text("type") == "TOTAL":
            found.value(methods.STRESS_SCORE, day, _score(total, "averagestresslevel"))
    for state in record.node("bodybattery").nodes("bodybatterystatlist"):
        method = _battery_method(state.text("bodybatterystattype") or "")
        if method is not None:
            found.value(method, day, _score(state, "statsvalue"))


def take_service_day(record: Node, found: Stated) -> None:
    """A day as the web service sums it up."""
    day = record.day("calendardate")
    if day is None:
        found.note("days without a date")
        return
    found.value(methods.DAILY_RESTING, day, heart_rate_or_none(record.number("restingheartrate")))
    found.value(methods.SEVEN_DAY_RESTING, day, heart_rate_or_none(record.number("lastsevendaysavgrestingheartrate")))
    found.value(methods.STEPS, day, _counted(record, "totalsteps"))
    if "stressvaluesarray" in record and not record.get("stressvaluesarray"):
        found.note("days without a measurement of stress")
    else:
        found.value(methods.STRESS_SCORE, day, _score(record, "averagestresslevel", "avgstresslevel"))
    found.value(methods.BATTERY_HIGHEST, day, _score(record, "bodybatteryhighestvalue"))
    found.value(methods.BATTERY_LOWEST, day, _score(record, "bodybatterylowestvalue"))
    found.value(methods.BATTERY_AT_WAKE, day, _score(record, "bodybatteryatwaketime"))


def take_heart_rates(record: Node, found: Stated) -> None:
    """Heart rates through the day; the places of time and rate are stated beside them."""
    take_service_day(record, found)
    at, rate = 0, 1
    for place in record.nodes("heartratevaluedescriptors"):
        index = place.number("index")
        if index is not None and place.text("key") == "timestamp":
            at = int(index)
        elif index is not None and place.text("key") == "heartrate":
            rate = int(index)
    for row in record.rows("heartratevalues"):
        moment = utc_in(row[at]) if 0 <= at < len(row) else None
        bpm = heart_rate_or_none(number_in(row[rate])) if 0 <= rate < len(row) else None
        if moment is not None and bpm is not None:
            found.heart_rate(moment.timestamp(), bpm)
        else:
            found.note("moments without a heart rate")


def take_hrv(record: Node, found: Stated) -> None:
    """The night's RMSSD and its five-minute values; the 7-day mean and the highest five minutes are passed over."""
    summary = record.node("hrvsummary") if "hrvsummary" in record else record
    day = summary.day("calendardate")
    value = summary.number("lastnightavg", "avgovernighthrv")
    if day is not None and value is not None and value > 0:
        found.value(methods.LAST_NIGHT_RMSSD, day, value)
    elif summary:
        found.note("nights without HRV")
    take_epochs(record, found)


def take_epochs(record: Node, found: Stated) -> None:
    """Five-minute RMSSD values of a night, under either of the two names the service gives them."""
    for epoch in [*record.nodes("hrvreadings"), *record.nodes("hrvdata")]:
        moment = epoch.utc("readingtimegmt", "startgmt")
        value = epoch.number("hrvvalue", "value")
        if moment is None or value is None or value <= 0:
            found.note("five minutes without HRV")
        else:
            found.epoch(moment, value)


def take_steps(record: Node, found: Stated) -> None:
    """Steps of one stretch of the day, as a rule a quarter of an hour."""
    start, end, count = record.utc("startgmt"), record.utc("endgmt"), _counted(record, "steps")
    length_s = (end - start).total_seconds() if start is not None and end is not None else 0.0
    if start is None or count is None or not 0 < length_s <= DAY_S:
        found.note("stretches without steps")
    else:
        found.sum_of("step_count", "count", count, start_at_utc=start, length_s=round(length_s), device_id=found.app)


def take_readiness(record: Node, found: Stated) -> None:
    """The readiness score at waking, else the last of the day."""
    day = record.day("calendardate")
    if day is None:
        found.note("scores without a date")
        return
    is_at_wake = (record.text("inputcontext") or "").upper() == AFTER_WAKING
    at = record.utc("timestamp")
    method = methods.READINESS_AT_WAKE if is_at_wake else methods.READINESS_LATEST
    found.latest(method, day, _score(record, "score"), measured_at_utc=at)


def take_endurance(record: Node, found: Stated) -> None:
    """The endurance or hill score of a day."""
    day = record.day("calendardate")
    method = methods.HILL_SCORE if "hillscoreclassificationid" in record else methods.ENDURANCE_SCORE
    if day is not None:
        found.value(method, day, _score(record, "overallscore"))


def take_stress_list(record: Node, day: date, found: Stated) -> None:
    """A day in a list of stress levels."""
    found.value(methods.STRESS_SCORE, day, _score(record.node("values") or record, "overallstresslevel"))


def _score(record: Node, *names: str) -> float | None:
    """A score; negative ones are codes for too little measured."""
    value = record.number(*names)
    return value if value is not None and value >= 0 else None


def _counted(record: Node, name: str) -> float | None:
    value = record.number(name)
    return value if value is not None and value >= 0 else None


def _battery_method(kind: str) -> Method | None:
    return {
        "HIGHEST": methods.BATTERY_HIGHEST,
        "LOWEST": methods.BATTERY_LOWEST,
        "SLEEPEND": methods.BATTERY_AT_WAKE,
    }.get(kind.upper())
