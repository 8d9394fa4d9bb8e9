"""Answers of Garmin's web service as JSON, as it gives them and as tools save them."""

import re
from collections.abc import Callable, Iterator
from datetime import date

from pipelines.errors import CorruptExport
from pipelines.readers.contract import Batch, Head, Reader, ReadReport, Source
from pipelines.readers.garmin import days, methods
from pipelines.readers.garmin.activities import Activities, is_activity, whole_activity
from pipelines.readers.garmin.families import MARKS, origin_of
from pipelines.readers.garmin.nights import take_night
from pipelines.readers.garmin_account import PLATFORM
from pipelines.readers.json_records import JsonRecords
from pipelines.readers.json_values import Node
from pipelines.readers.stated import Stated, heart_rate_or_none

DEEPEST = 12
"""Answers are wrapped a few times; what lies deeper than this is none."""

Take = Callable[[Node, Stated], None]

KINDS: tuple[tuple[frozenset[str], frozenset[str], Take], ...] = (
    (frozenset({"sleepstarttimestampgmt", "sleeptimeseconds"}), frozenset(), take_night),
    (frozenset(), frozenset({"hrvsummary", "hrvreadings", "lastnightavg"}), days.take_hrv),
    (frozenset({"heartratevalues"}), frozenset(), days.take_heart_rates),
    (
        frozenset({"score", "calendardate"}),
        frozenset({"acuteload", "acwrfactorpercent", "inputcontext"}),
        days.take_readiness,
    ),
    (frozenset({"overallscore", "calendardate"}), frozenset(), days.take_endurance),
    (frozenset({"startgmt", "endgmt", "steps"}), frozenset(), days.take_steps),
    (
        frozenset({"calendardate"}),
        frozenset({"totalsteps", "lastsevendaysavgrestingheartrate", "avgstresslevel"}),
        days.take_service_day,
    ),
)
"""Names (folded) an object has all of, names it has one of, and what takes it; the first that fits does."""

_SLEEP_SCORE = re.compile(r"sleep[_/-]*score|daily[_-]?sleep", re.IGNORECASE)
_RESTING = re.compile(r"resting[_-]?heart[_-]?rate|rhr", re.IGNORECASE)
_LOGIN = re.compile(r"oauth|/sso/", re.IGNORECASE)


def recognise(head: Head) -> bool:
    """By the addresses in it, or by names that only these answers have together."""
    return origin_of(head) == "service"


def read(source: Source) -> Iterator[Batch | ReadReport]:
    """Nights with stages, HRV, heart rates, values of days, summaries of activities.

    An answer without data is an answer. Raises `CorruptExport` when nothing in the file is whole.
    """
    found = Stated(source=source, app=PLATFORM)
    walk = _Walk(found, name=source.name)
    records = JsonRecords(source.path, marks=MARKS, is_mended=True)
    record_count = 0
    for content in records:
        record_count += 1
        walk.through(content, about=source.name)
        yield from found.full()
    losses = records.losses()
    if losses and not record_count:
        raise CorruptExport(
            doing="read the answer of Garmin's web service",
            where=source.name,
            found=f"nothing in it is whole ({losses[0].why})",
            remedy="Save it once more",
        )
    yield from walk.activities.hand_on()
    yield from found.rest()
    yield ReadReport(losses=losses, passed_over=found.passed_over())


class _Walk:
    """Goes through the wrappings of an answer and takes what it knows by its names."""

    def __init__(self, found: Stated, *, name: str) -> None:
        self.found = found
        self.activities = Activities(found=found)
        self.name = name

    def through(self, content: object, *, about: str, depth: int = 0) -> None:
        """`about` says what the answer is to: its address, or the file's name."""
        if depth > DEEPEST:
            return
        if isinstance(content, list):
            for item in content:
                self.through(item, about=about, depth=depth + 1)
        if not isinstance(content, dict):
            return
        record = Node(content)
        address = record.text("uri", "url", "requesturl")
        if address is not None:
            self._answer(record, content, about=address, depth=depth)
        elif not self._is_taken(record, about):
            self._inside(content, about=about, depth=depth)

    def _answer(self, record: Node, content: dict[str, object], *, about: str, depth: int) -> None:
        """An answer with its address."""
        if _LOGIN.search(about):
            self.found.note("answers of the login")
        elif record.get("response", "payload") in (None, [], {}):
            self.found.note("answers without data")
        else:
            for name, value in content.items():
                if name in ("response", "payload"):
                    self.through(value, about=about, depth=depth + 1)

    def _inside(self, content: dict[str, object], *, about: str, depth: int) -> None:
        """An object that is none of ours: what it wraps, or a note that it is not used."""
        if not any(_is_record(value) for value in content.values()):
            self.found.note(f"answers that are not used ({_subject(about)})")
        for name, value in content.items():
            if _is_record(value):
                self.through(value, about=name if _RESTING.search(name) else about, depth=depth + 1)

    def _is_taken(self, record: Node, about: str) -> bool:
        """Whether the object is one of those we know; then it was taken."""
        names = set(record.names())
        day = record.day("calendardate")
        if "dailysleepdto" in names:
            self._sleep(record)
        elif is_activity(record):
            self.activities.take(record)
        elif {"activityid", "summarydto"} <= names:
            self.activities.take(whole_activity(record))
        elif day is not None and "overallstresslevel" in names | set(record.node("values").names()):
            days.take_stress_list(record, day, self.found)
        elif "wellnessdatadayscount" in record.node("values"):
            self.found.note("weeks summed up")
        elif day is not None and names == {"calendardate", "value"}:
            self._plain_value(record, day, about)
        else:
            return self._is_of_a_kind(record, names)
        return True

    def _is_of_a_kind(self, record: Node, names: set[str]) -> bool:
        for every, some, take in KINDS:
            if every <= names and (not some or some & names):
                take(record, self.found)
                return True
        return False

    def _sleep(self, record: Node) -> None:
        """A night with what stands around it: its stages, its five-minute HRV, its resting heart rate."""
        night = record.node("dailysleepdto")
        take_night(night, self.found, around=record)
        day = night.day("calendardate")
        if day is not None:
            hrv, resting = record.number("avgovernighthrv"), record.number("restingheartrate")
            self.found.value(methods.LAST_NIGHT_RMSSD, day, hrv if hrv and hrv > 0 else None)
            self.found.value(methods.DAILY_RESTING, day, heart_rate_or_none(resting))
        days.take_epochs(record, self.found)
        for name in ("sleepmovement", "sleepheartrate", "sleepstress", "sleepbodybattery", "sleeprestlessmoments"):
            if record.get(name):
                self.found.note(f"{name} of nights")

    def _plain_value(self, record: Node, day: date, about: str) -> None:
        """A date and a number: only the address or the file's name says of what."""
        value = record.number("value")
        if _SLEEP_SCORE.search(about) or _SLEEP_SCORE.search(self.name):
            self.found.value(methods.SLEEP_SCORE, day, value)
        elif _RESTING.search(about) or _RESTING.search(self.name):
            self.found.value(methods.DAILY_RESTING, day, heart_rate_or_none(value))
        else:
            self.found.note("dated numbers that do not say of what")


def _is_record(value: object) -> bool:
    """Whether there is an object in it, at any depth of lists."""
    if isinstance(value, list):
        return any(_is_record(item) for item in value)
    return isinstance(value, dict)


def _subject(about: str) -> str:
    """What an answer is to, without its host, its question and numbers, which may be personal."""
    path = re.sub(r"^https?://[^/]*/|\?.*$", "", about)
    parts = [part for part in path.split("/") if part and not re.search(r"\d{2,}|@", part)]
    return "/".join(parts)[-60:].encode("utf-8", "replace").decode() or "no name"


READER = Reader(
    name="garmin_connect_json",
    version="1",
    label="Garmin Connect, answers of its web service (JSON)",
    tables=(
        "devices",
        "activities",
        "nights",
        "sleep_stages",
        "hrv_epochs",
        "heart_rates",
        "interval_sums",
        "daily_values",
    ),
    recognise=recognise,
    read=read,
    reads=(
        "Nights with stages and naps, last night's RMSSD and its 5-minute values, heart rates through the day, resting "
        "heart rate, steps of days and of quarters of an hour, summaries of activities; scores are stored and never "
        "used. Names may be in camelCase or snake_case, with or without the address around an answer"
    ),
    passes_over=(
        "The 7-day HRV average and status, body battery and stress through the day, training status, VO2max, "
        "hydration, intensity minutes, weeks, movement and breathing of the night; each read lists them"
    ),
    certainty="29 recorded answers of the service, and what public tools save",
    methods=methods.EVERY,
)
