from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from pipelines import tables as contracts
from pipelines.observations.gap_causes import WORN_HOURS
from pipelines.observations.gaps import gaps
from pipelines.observations.usual_days import GIVEN_UP_DAYS, HISTORY_DAYS, LEAST_HISTORY_DAYS, missing_dates
from pipelines.observations.wear import WEAR_DAYS, wear_days

FIRST = date(2026, 1, 5)
DAYS = 60
WATCH, APP = "garmin:9:1", "hrv_logger:app:"
NAMES = (
    "athletes", "activities", "beat_series", "nights", "daily_values", "notes", "wellness_answers", "plans",
    "interval_sums", "flags", "source_files", "skipped_items",
)  # fmt: skip


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def at(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 6, tzinfo=UTC)


class Athlete:
    """Rows of one athlete, day by day; `but` names the numbers of the days without."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict]] = {"athletes": [{"athlete_id": 1, "time_zone": "UTC"}]}
        self.worn: list[dict] = []

    def add(self, table: str, **row) -> None:
        self.rows.setdefault(table, []).append({"athlete_id": 1, **row})

    def watch(self, *, but=(), days=range(DAYS), hours: int = 20, night_hours: int = 5, file=None) -> None:
        for number in set(days) - set(but):
            name = file or f"m{number}"
            self.worn.append(
                {
                    "device_id": WATCH,
                    "source_file_id": name,
                    "local_date": day(number),
                    "hour_count": hours,
                    "night_hour_count": night_hours,
                }
            )

    def resting(self, *, but=(), metric="resting_heart_rate", days=range(DAYS)) -> None:
        for number in set(days) - set(but):
            row = {"source_file_id": f"v{number}", "value_date": day(number), "metric": metric, "method": "m"}
            self.add("daily_values", **row, reading="day", device_id=WATCH, measured_value=50.0, unit="bpm")

    def mornings(self, *, but=(), days=range(DAYS)) -> None:
        for number in set(days) - set(but):
            on = day(number)
            row = {
                "series_id": f"b{number}",
                "source_file_id": f"b{number}",
                "start_at_utc": at(on),
                "reading": "morning",
            }
            self.add("beat_series", **row, local_date=on, device_id=APP, interval_count=300)

    def runs(self, numbers, *, device: str | None = WATCH) -> None:
        for number in numbers:
            on = day(number)
            row = {
                "activity_id": f"a{number}",
                "source_file_id": f"a{number}",
                "start_at_utc": at(on),
                "local_date": on,
            }
            self.add("activities", **row, sport="running", device_id=device)
            path = f"activities/{on.isoformat()}-run.fit"
            self.add("source_files", source_file_id=f"a{number}", path=path, member_path=None)

    def note(self, number: int, kind: str) -> None:
        self.add("notes", source_file_id="n", note_index=number, note_date=day(number), author="athlete", kind=kind)

    def planned(self, number: int, *, rest: bool) -> None:
        self.add("plans", source_file_id="p", plan_date=day(number), is_rest_day=rest, description="")

    def skipped(self, path: str, kind: str = "corrupt") -> None:
        self.add("skipped_items", path=path, kind=kind, why="cut off", what="", where_found="", remedy="")

    def gaps(self) -> list[dict]:
        made = {
            name: contracts.conform(pl.DataFrame(self.rows[name], infer_schema_length=None), name)
            if self.rows.get(name)
            else contracts.empty(name)
            for name in NAMES
        }
        found = gaps(made, pl.DataFrame(self.worn, schema=WEAR_DAYS))
        assert found.schema == contracts.contract("gaps")
        return found.to_dicts()

    def told(self, signal: str) -> list[tuple[int, int, str]]:
        """First and last day number and cause of each gap of a signal."""
        rows = [row for row in self.gaps() if row["signal"] == signal]
        return [((row["start_date"] - FIRST).days, (row["end_date"] - FIRST).days, row["cause"]) for row in rows]


@pytest.fixture
def athlete() -> Athlete:
    return Athlete()


TUESDAYS_AND_SUNDAYS = [number for number in range(DAYS) if day(number).weekday() in {1, 6}]


def test_days_that_are_never_used_are_no_gap(athlete):
    athlete.runs(TUESDAYS_AND_SUNDAYS)

    assert athlete.told("training") == []


def test_a_usual_weekday_without_a_run_is_one(athlete):
    missed = TUESDAYS_AND_SUNDAYS[9]
    athlete.runs(set(TUESDAYS_AND_SUNDAYS) - {missed})

    assert athlete.told("training") == [(missed, missed, "not_known")]


def test_usual_weekdays_in_a_row_without_a_run_are_one_gap_that_counts_only_them(athlete):
    missed = TUESDAYS_AND_SUNDAYS[8:11]
    athlete.runs(set(TUESDAYS_AND_SUNDAYS) - set(missed))

    (gap,) = athlete.gaps()

    assert (gap["start_date"], gap["end_date"], gap["day_count"]) == (day(missed[0]), day(missed[-1]), 3)


@pytest.mark.parametrize(("held", "is_expected"), [(7, False), (8, True)])
def test_a_weekday_is_usual_from_six_in_ten_of_the_last_twelve_weeks(held, is_expected):
    mondays = [day(7 * week) for week in range(12)]
    present = {*mondays[:held], *(day(number) for number in range(HISTORY_DAYS - 4, HISTORY_DAYS))}

    missing = missing_dates(present, first=FIRST, last=day(HISTORY_DAYS + 1))

    assert (day(HISTORY_DAYS) in missing) is is_expected


@pytest.mark.parametrize(("history", "is_expected"), [(LEAST_HISTORY_DAYS - 1, False), (LEAST_HISTORY_DAYS, True)])
def test_nothing_is_expected_before_two_weeks(history, is_expected):
    present = {day(number) for number in range(history)} | {day(history + 1)}

    assert bool(missing_dates(present, first=FIRST, last=day(history + 1))) is is_expected


@pytest.mark.parametrize(("values", "is_expected"), [(3, False), (4, True)])
def test_three_values_make_nothing_usual(values, is_expected):
    present = {day(number) for number in range(20 - values, 20)} | {day(24)}

    assert bool(missing_dates(present, first=FIRST, last=day(24))) is is_expected


@pytest.mark.parametrize(("pause", "missing_count"), [(4, 0), (5, 1)])
def test_who_has_no_usual_weekday_is_expected_after_their_own_pauses(pause, missing_count):
    numbers = [5 * step for step in range(9)]  # every fifth day: no weekday twice in a row

    missing = missing_dates(
        {day(number) for number in [*numbers, numbers[-1] + pause + 1]}, first=FIRST, last=day(numbers[-1] + pause + 1)
    )

    assert len(missing) == missing_count


def test_a_signal_that_stays_away_is_given_up_after_six_weeks(athlete):
    athlete.mornings(days=range(20))
    athlete.runs(range(100))

    assert athlete.told("hrv") == [(20, 20 + GIVEN_UP_DAYS - 1, "not_known")]


def test_a_gap_that_lasts_until_the_last_date_is_open_and_the_last_date_alone_is_none(athlete):
    athlete.resting(but=[30, 58, 59])
    athlete.watch()

    found = [row for row in athlete.gaps() if row["signal"] == "resting_heart_rate"]
    alone = Athlete()
    alone.resting(but=[59])
    alone.watch()

    assert [(row["start_date"], row["is_open"]) for row in found] == [(day(30), False), (day(58), True)]
    assert alone.told("resting_heart_rate") == []


def test_nothing_from_a_device_that_delivers_before_and_after_is_not_synced(athlete):
    athlete.watch(but=range(30, 34))
    athlete.resting(but=range(30, 34))

    assert athlete.told("wear") == [(30, 33, "not_synced")]
    assert athlete.told("resting_heart_rate") == [(30, 33, "not_synced")]


def test_a_file_that_covers_the_date_without_a_heart_rate_is_not_worn(athlete):
    athlete.watch(but=range(28, 35))
    athlete.watch(days=(28, 34), file="week")
    athlete.resting(but=range(29, 34))

    assert athlete.told("wear") == [(29, 33, "not_worn")]
    assert athlete.told("resting_heart_rate") == [(29, 33, "not_worn")]


def test_steps_without_a_heart_rate_are_not_worn(athlete):
    athlete.watch(but=[30])
    athlete.resting(metric="step_count", days=[30])

    (gap,) = athlete.gaps()

    assert gap["cause"] == "not_worn"
    assert "50 steps counted" in gap["evidence"]


@pytest.mark.parametrize(("hours", "cause"), [(WORN_HOURS - 1, "not_known"), (WORN_HOURS, "worn_no_training")])
def test_worn_through_the_day_without_an_activity(athlete, hours, cause):
    athlete.watch(hours=hours)
    athlete.runs(set(TUESDAYS_AND_SUNDAYS) - {TUESDAYS_AND_SUNDAYS[9]})

    assert [told[2] for told in athlete.told("training")] == [cause]


@pytest.mark.parametrize(("night_hours", "cause"), [(0, "not_worn"), (1, "not_known")])
def test_worn_by_day_only(athlete, night_hours, cause):
    athlete.watch(but=[30])
    athlete.watch(days=[30], night_hours=night_hours)
    athlete.resting(but=[30])

    assert athlete.told("resting_heart_rate") == [(30, 30, cause)]


def test_a_missing_morning_reading_is_never_called_not_synced(athlete):
    athlete.mornings(but=[30, 31])

    assert athlete.told("hrv") == [(30, 31, "not_known")]


@pytest.mark.parametrize(
    ("reading", "cause"), [("morning", "not_known"), ("spot", "not_known"), ("night", "not_synced")]
)
def test_only_values_a_device_takes_by_itself_can_be_not_synced(athlete, reading, cause):
    for number in set(range(DAYS)) - {30}:
        row = {"source_file_id": f"v{number}", "value_date": day(number), "metric": "rmssd", "method": "m"}
        athlete.add("daily_values", **row, reading=reading, device_id="app:a:1", measured_value=50.0, unit="ms")

    assert athlete.told("hrv") == [(30, 30, cause)]


def test_a_watch_that_only_records_activities_says_nothing_of_wear(athlete):
    athlete.runs(set(TUESDAYS_AND_SUNDAYS) - {TUESDAYS_AND_SUNDAYS[9]}, device="suunto:57:1")

    assert [told[2] for told in athlete.told("training")] == ["not_known"]


@pytest.mark.parametrize("kind", ["ill", "travel", "injury", "off"])
def test_a_note_of_that_date_excuses_it_and_no_other(athlete, kind):
    athlete.mornings(but=[30, 31])
    athlete.note(30, kind)

    assert athlete.told("hrv") == [(30, 30, "excused"), (31, 31, "not_known")]
    assert f"kind {kind}" in athlete.gaps()[1]["evidence"]


@pytest.mark.parametrize("kind", ["note", "device", "other"])
def test_other_notes_excuse_nothing(athlete, kind):
    athlete.mornings(but=[30])
    athlete.note(30, kind)

    assert athlete.told("hrv") == [(30, 30, "not_known")]


@pytest.mark.parametrize(
    ("item", "value", "scale_max", "cause"),
    [
        ("ill_today", 1.0, 1.0, "excused"),
        ("ill_today", 0.0, 1.0, "not_known"),
        ("feeling_sick", 3.0, 5.0, "excused"),
        ("feeling_sick", 2.0, 5.0, "not_known"),
        ("sleep_quality", 1.0, 1.0, "not_known"),
        ("skill", 1.0, 1.0, "not_known"),
    ],
)
def test_an_answer_that_says_ill_excuses(athlete, item, value, scale_max, cause):
    athlete.mornings(but=[30])
    row = {"source_file_id": "w", "about_date": day(30), "item": item, "answer_value": value, "scale_max": scale_max}
    athlete.add("wellness_answers", **row, answer_index=0, instrument="other")

    assert athlete.told("hrv") == [(30, 30, cause)]


@pytest.mark.parametrize(
    ("path", "kind", "cause"),
    [
        ("activities/{on}-run.fit", "corrupt", "file_failed"),
        ("export.zip!activities/{on}-run.fit", "partial", "file_failed"),
        ("activities/{on}-run.fit", "duplicate", "not_known"),
        ("activities/another.fit", "corrupt", "not_known"),
        ("elsewhere/{on}.bin", "unknown", "not_known"),
        ("activities/2026-13-45.fit", "unknown", "not_known"),
    ],
)
def test_a_failed_file_of_that_date_whose_like_gave_the_signal(athlete, path, kind, cause):
    missed = TUESDAYS_AND_SUNDAYS[9]
    athlete.runs(set(TUESDAYS_AND_SUNDAYS) - {missed})
    athlete.skipped(path.format(on=day(missed).isoformat()), kind)

    assert athlete.told("training") == [(missed, missed, cause)]


def test_a_failed_activity_says_nothing_of_the_night(athlete):
    athlete.runs(set(TUESDAYS_AND_SUNDAYS) - {TUESDAYS_AND_SUNDAYS[9]})
    athlete.mornings(but=[TUESDAYS_AND_SUNDAYS[9]])
    athlete.skipped(f"activities/{day(TUESDAYS_AND_SUNDAYS[9]).isoformat()}-run.fit")

    assert [told[2] for told in athlete.told("hrv")] == ["not_known"]


def test_the_plan_says_what_was_expected_and_what_was_not(athlete):
    athlete.watch()
    athlete.runs(set(TUESDAYS_AND_SUNDAYS) - {TUESDAYS_AND_SUNDAYS[9], TUESDAYS_AND_SUNDAYS[10]})
    for number in range(20, DAYS):
        athlete.planned(number, rest=number not in TUESDAYS_AND_SUNDAYS or number == TUESDAYS_AND_SUNDAYS[10])

    causes = {start: cause for start, _, cause in athlete.told("training")}

    assert causes[TUESDAYS_AND_SUNDAYS[9]] == "worn_no_training"
    assert [cause for cause in causes.values() if cause != "rest_planned"] == ["worn_no_training"]


def test_a_plan_that_says_both_decides_nothing(athlete):
    athlete.watch()
    athlete.runs(set(TUESDAYS_AND_SUNDAYS) - {TUESDAYS_AND_SUNDAYS[9]})
    athlete.planned(TUESDAYS_AND_SUNDAYS[9], rest=True)
    athlete.planned(TUESDAYS_AND_SUNDAYS[9], rest=False)

    assert [told[2] for told in athlete.told("training")] == ["not_known"]


def test_devices_that_disagree_leave_it_not_known(athlete):
    for device, name in (("ring:1:1", "r"), ("watch:1:1", "w")):
        for number in set(range(DAYS)) - {30}:
            on = day(number)
            file = "all" if name == "r" else f"{name}{number}"
            row = {"night_id": f"{name}{number}", "source_file_id": file, "night_date": on, "device_id": device}
            athlete.add("nights", **row, start_at_utc=at(on), end_at_utc=at(on))

    (gap,) = athlete.gaps()

    assert gap["cause"] == "not_known"
    assert gap["evidence"].startswith("devices differ: ")


def test_a_failed_file_comes_before_words_and_words_before_devices(athlete):
    missed = TUESDAYS_AND_SUNDAYS[9]
    athlete.watch(but=[missed])
    athlete.runs(set(TUESDAYS_AND_SUNDAYS) - {missed})
    athlete.note(missed, "ill")
    athlete.skipped(f"activities/{day(missed).isoformat()}-run.fit")

    assert athlete.told("training") == [(missed, missed, "file_failed")]
    assert athlete.told("wear") == [(missed, missed, "excused")]


def test_hours_worn_are_counted_in_the_zone_of_the_athlete():
    start = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)
    moments = [start + timedelta(minutes=10 * step) for step in range(12)]
    rates = pl.LazyFrame(
        {"device_id": "w", "source_file_id": "f", "measured_at_utc": moments},
        schema_overrides={"measured_at_utc": pl.Datetime("us", "UTC")},
    )

    found = wear_days(rates, time_zone="Europe/Helsinki").to_dicts()

    assert [(row["local_date"], row["hour_count"], row["night_hour_count"]) for row in found] == [
        (date(2026, 3, 2), 3, 3)
    ]


def test_an_athlete_without_anything_has_no_gap(athlete):
    assert athlete.gaps() == []


def test_sessions_left_out_are_one_gap_over_the_free_days_between(athlete):
    athlete.watch()
    athlete.runs(set(TUESDAYS_AND_SUNDAYS) - set(TUESDAYS_AND_SUNDAYS[9:12]))
    for number in range(20, DAYS):
        athlete.planned(number, rest=number not in TUESDAYS_AND_SUNDAYS)

    missed = [told for told in athlete.told("training") if told[2] != "rest_planned"]

    assert missed == [(TUESDAYS_AND_SUNDAYS[9], TUESDAYS_AND_SUNDAYS[11], "worn_no_training")]


@pytest.mark.parametrize(("is_nap", "gap_days"), [(True, [day(40)]), (False, []), (None, [])])
def test_a_nap_does_not_stand_for_the_night(athlete, is_nap, gap_days):
    for number in range(DAYS):
        on, nap = day(number), is_nap if number == 40 else False
        row = {"night_id": f"n{number}", "source_file_id": f"s{number}", "night_date": on, "device_id": WATCH}
        athlete.add("nights", **row, start_at_utc=at(on), end_at_utc=at(on), time_basis="utc", is_nap=nap)

    found = [gap["start_date"] for gap in athlete.gaps() if gap["signal"] == "night"]

    assert found == gap_days
