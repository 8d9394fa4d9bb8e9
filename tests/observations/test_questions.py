"""When something missing becomes a question, that it is asked once, and what each answer changes."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from pipelines import tables as contracts
from pipelines.observations.baseline import baselines
from pipelines.observations.gap_causes import Told
from pipelines.observations.gaps import SIGNALS, Seen
from pipelines.observations.presence import Presence, Wear
from pipelines.observations.questions import MEMORY_DAYS, NAMED_DAYS, OPEN_COUNT, asked, question_id
from pipelines.observations.questions_effects import ANSWER_DAYS, no_ordinary_dates
from pipelines.observations.questions_worth import (
    LASTING_DAYS,
    UNDERWAY_DAYS,
    WAITING_DAYS,
    Gap,
    is_worth_asking,
)
from pipelines.observations.usual_days import WEEKEND_DAYS, missing_dates

FIRST = date(2026, 1, 5)
DAYS = 60
WATCH = "garmin:9:1"
RUN_DAYS = (1, 3, 6)
ANSWER_ROW = {
    "athlete_id": pl.Int32, "about_id": pl.String, "kind": pl.String, "about_date": pl.Date, "answer": pl.String,
    "said_text": pl.String, "author": pl.String, "said_on": pl.Date, "is_in_force": pl.Boolean,
}  # fmt: skip


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def dates(numbers) -> frozenset[date]:
    return frozenset(day(number) for number in numbers)


def known(*, runs=(), nights=(), days=DAYS, planned=None, covered=True) -> Seen:
    """An athlete with a watch that measures by itself: `runs` and `nights` are the numbers of the days without."""
    trained = dates(n for n in range(days) if day(n).weekday() in RUN_DAYS and n not in runs)
    slept = dates(n for n in range(days) if n not in nights)
    there = dates(range(days)) if covered else slept | {day(days - 1)}
    signals = {name: {WATCH: slept} for name in SIGNALS[1:]}
    return Seen(
        athlete_id=1,
        there=Presence(
            signals={"training": {WATCH: trained}, **signals},
            wear={WATCH: {on: Wear(hour_count=20, night_hour_count=5) for on in slept}},
            steps={},
            covered={WATCH: there},
            delivered={WATCH: there},
            told=frozenset(),
            automatic=frozenset({WATCH}),
        ),
        told=Told(planned=planned or {}, excused={}),
    )


def plan(numbers) -> dict[date, tuple[bool, ...]]:
    return {day(number): (False,) for number in numbers}


class Asker:
    """Asks as one run after the other would, each knowing what the one before stored."""

    def __init__(self) -> None:
        self.questions = contracts.empty("questions")
        self.answers: list[dict] = []

    def answer(self, answer: str, *, said: int, about: str | None = None, about_date: date | None = None) -> None:
        about = about or self.questions.filter(pl.col("state") == "open")["question_id"][0]
        row = {"about_id": about, "answer": answer, "said_on": day(said), "about_date": about_date}
        self.answers = [one for one in self.answers if one["about_id"] != about]
        self.answers.append(
            {"athlete_id": 1, "kind": "question", "said_text": "", "author": "coach", "is_in_force": True, **row}
        )

    def ask(self, seen: Seen) -> dict[str, pl.DataFrame]:
        athlete = pl.DataFrame([{"athlete_id": 1, "folder": "anna", "time_zone": "UTC"}])
        tables = {name: contracts.empty(name) for name in ("notes", "wellness_answers")}
        tables |= {
            "athletes": contracts.conform(athlete, "athletes"),
            "questions": self.questions,
            "stg_answers": pl.DataFrame(self.answers, schema=ANSWER_ROW, orient="row"),
        }
        found = asked(tables, seen)
        self.questions = found["questions"]
        return found

    def open(self) -> list[tuple[date, date]]:
        rows = self.questions.filter(pl.col("state") == "open").sort("start_date")
        return rows.select("start_date", "end_date").rows()


def gap(signal: str, cause: str, *, days: int, is_open: bool = False, back: int = 5) -> Gap:
    start = day(DAYS - 1 - back)
    return Gap(
        signal=signal,
        start=start,
        end=start + timedelta(days=days - 1),
        day_count=days,
        cause=cause,
        is_open=is_open,
    )


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (gap("night", "not_known", days=LASTING_DAYS - 1), False),
        (gap("night", "not_known", days=LASTING_DAYS), True),
        (gap("hrv", "not_worn", days=LASTING_DAYS - 1), False),
        (gap("hrv", "not_worn", days=LASTING_DAYS), True),
        (gap("training", "not_worn", days=LASTING_DAYS - 1), False),
        (gap("training", "not_worn", days=LASTING_DAYS), True),
        (gap("wear", "not_synced", days=LASTING_DAYS - 1), False),
        (gap("wear", "not_synced", days=LASTING_DAYS), True),
        (gap("wear", "not_synced", days=UNDERWAY_DAYS - 1, is_open=True), False),
        (gap("wear", "not_synced", days=UNDERWAY_DAYS, is_open=True), True),
        (gap("training", "not_known", days=1, back=WAITING_DAYS - 1, is_open=True), False),
        (gap("training", "not_known", days=1, back=WAITING_DAYS, is_open=True), True),
        (gap("training", "not_known", days=1, back=WAITING_DAYS - 1), True),
        (gap("training", "worn_no_training", days=LASTING_DAYS - 1), False),
        (gap("training", "worn_no_training", days=LASTING_DAYS), True),
        *((gap("training", cause, days=9), False) for cause in ("rest_planned", "excused", "file_failed")),
    ],
)
def test_a_gap_is_worth_a_question_from_its_threshold_on(found: Gap, expected: bool) -> None:  # noqa: FBT001
    assert is_worth_asking(found, days=found.day_count, planned={}, last=day(DAYS - 1)) is expected


def test_one_planned_session_that_is_missing_is_worth_a_question_and_one_of_habit_is_not() -> None:
    missed = gap("training", "worn_no_training", days=1)

    assert is_worth_asking(missed, days=1, planned={missed.start: (False,)}, last=day(DAYS - 1))
    assert not is_worth_asking(missed, days=1, planned={missed.start: (True,)}, last=day(DAYS - 1))


def test_what_is_missing_on_the_same_days_is_one_question() -> None:
    asker = Asker()

    found = asker.ask(known(runs=range(48, 53), nights=range(48, 53)))["questions"]

    assert found["signals"].to_list() == [list(SIGNALS)]
    assert found["words"][0] == (
        "Sun 22 Feb to Thu 26 Feb: no session or heart rate of the device in the data."
        " Files of the device cover it, without a heart rate."
    )
    assert found["question_id"].to_list() == [question_id("anna", "training", day(48))]


def test_a_question_grows_with_its_gap_and_keeps_its_name() -> None:
    asker = Asker()
    asker.ask(known(nights=range(45, 50), days=50))
    name = asker.questions["question_id"][0]

    asker.ask(known(nights=range(45, 56), days=56))

    assert asker.questions["question_id"].to_list() == [name]
    assert asker.open() == [(day(45), day(55))]


def test_a_file_that_fills_the_gap_closes_the_question_and_one_that_goes_again_reopens_it() -> None:
    asker = Asker()
    asker.ask(known(nights=range(45, 50)))
    name = asker.questions["question_id"][0]

    asker.ask(known())
    closed = asker.questions["state"].to_list()
    asker.ask(known(nights=range(45, 50)))

    assert closed == ["closed"]
    assert asker.questions.select("question_id", "state").rows() == [(name, "open")]


def test_a_gap_that_a_file_parts_in_two_stays_one_question() -> None:
    asker = Asker()
    asker.ask(known(nights=range(40, 50)))

    asker.ask(known(nights=[*range(40, 44), *range(46, 50)]))

    assert asker.questions.height == 1
    assert asker.open() == [(day(40), day(49))]


def test_two_questions_whose_gaps_merge_become_one_and_parting_asks_nothing_new() -> None:
    asker = Asker()
    parts, whole = [*range(38, 42), *range(46, 50)], range(38, 50)
    asker.ask(known(nights=parts))
    names = asker.questions["question_id"].to_list()

    asker.ask(known(nights=whole))
    merged = asker.questions["state"].to_list()
    asker.ask(known(nights=parts))

    assert sorted(merged) == ["closed", "open"]
    assert sorted(asker.questions["question_id"]) == sorted(names)


@pytest.mark.parametrize("answer", ["ill", "travel", "life", "device", "chose_not_to", "other"])
def test_an_answered_question_is_never_asked_again_however_its_gap_is_recomputed(answer: str) -> None:
    asker = Asker()
    asker.ask(known(nights=range(40, 50)))
    asker.answer(answer, said=51)

    for nights in (range(40, 50), range(40, 58), [*range(40, 44), *range(46, 50)], (), range(36, 50)):
        asker.ask(known(nights=nights))

        assert asker.open() == []
        assert asker.questions["state"].to_list() == ["answered"]


def test_an_answer_speaks_for_a_week_of_a_gap_that_goes_on_and_for_no_day_more() -> None:
    asker = Asker()
    asker.ask(known(nights=range(35, 40), days=40))
    asker.answer("ill", said=40)

    causes = {row["start_date"]: row for row in asker.ask(known(nights=range(35, 58)))["gaps"].to_dicts()}

    assert causes[day(35)]["cause"] == "excused"
    assert causes[day(35)]["end_date"] == day(40 + ANSWER_DAYS)
    assert causes[day(41 + ANSWER_DAYS)]["cause"] != "excused"
    assert asker.open() == []


NIGHTLY = set(SIGNALS[1:])


@pytest.mark.parametrize(
    ("answer", "excused", "leaves_ranges", "leaves_plan"),
    [
        ("ill", set(SIGNALS), True, True),
        ("travel", set(SIGNALS), True, True),
        ("life", set(SIGNALS), False, True),
        ("device", set(SIGNALS), False, True),
        ("chose_not_to", {"training"}, False, False),
        ("other", set(), False, False),
    ],
)
def test_each_answer_has_its_own_effects_and_no_other(
    answer: str,
    excused: set[str],
    leaves_ranges: bool,  # noqa: FBT001
    leaves_plan: bool,  # noqa: FBT001
) -> None:
    asker, seen = Asker(), known(runs=range(48, 53), nights=[20, 21, *range(48, 53)])
    before = asker.ask(seen)["gaps"]
    asker.answer(answer, said=54)

    found = asker.ask(seen)

    moved = found["gaps"].join(before, on=before.columns, how="anti")
    assert set(moved["signal"]) == excused
    assert set(moved["cause"]) <= {"excused"}
    assert set(moved["evidence"]) <= {f"answered {answer.replace('_', ' ')} by coach on {day(54)}"}
    assert all(day(48) <= start <= day(52) for start in moved["start_date"])
    kept = before.filter(pl.col("start_date") < day(48))
    assert kept.join(found["gaps"], on=before.columns, how="anti").is_empty()
    days = [] if answer == "other" else [day(number) for number in range(48, 53)]
    assert found["excused_days"]["excused_date"].to_list() == days
    assert set(found["excused_days"]["leaves_ranges"]) <= {leaves_ranges}
    assert set(found["excused_days"]["leaves_plan"]) <= {leaves_plan}
    assert no_ordinary_dates(found["excused_days"]) == (frozenset(days) if leaves_ranges else frozenset())


def test_a_corrected_answer_takes_all_effects_of_the_one_before_with_it() -> None:
    asker, seen = Asker(), known(nights=range(48, 53))
    before = asker.ask(seen)
    name = before["questions"]["question_id"][0]
    asker.answer("ill", said=54, about=name)
    asker.ask(seen)
    asker.answer("other", said=55, about=name)

    found = asker.ask(seen)

    assert found["gaps"].equals(before["gaps"])
    assert found["excused_days"].is_empty()


def test_an_answer_that_is_withdrawn_opens_its_question_again() -> None:
    asker, seen = Asker(), known(nights=range(48, 53))
    asker.ask(seen)
    asker.answer("ill", said=54)
    asker.ask(seen)
    asker.answers = []

    asker.ask(seen)

    assert asker.open() == [(day(48), day(52))]


@pytest.mark.parametrize(("away", "state"), [(NAMED_DAYS, "answered"), (NAMED_DAYS + 1, "open")])
def test_a_warehouse_built_anew_knows_a_question_by_its_name_near_the_date_the_answer_states(
    away: int, state: str
) -> None:
    asker = Asker()
    name = question_id("anna", "night", day(48))
    asker.answer("ill", said=54, about=name, about_date=day(48) - timedelta(days=away))

    found = asker.ask(known(nights=range(48, 53)))

    assert found["questions"].select("question_id", "state").rows() == [(name, state)]
    assert ("excused" in found["gaps"]["cause"]) is (state == "answered")
    assert found["questions"]["words"][0].startswith("Sun 22 Feb to Thu 26 Feb: no heart rate of the device")


def test_an_answer_whose_gap_is_filled_still_keeps_its_day_out_of_ranges() -> None:
    asker = Asker()
    asker.answer("ill", said=54, about=question_id("anna", "night", day(48)), about_date=day(48))

    found = asker.ask(known())

    assert found["questions"]["state"].to_list() == ["answered"]
    assert no_ordinary_dates(found["excused_days"]) == {day(48)}


def test_few_questions_are_put_first_and_older_ones_are_folded() -> None:
    asker = Asker()
    gaps = [number for start in range(34, 34 + 6 * (OPEN_COUNT + 1), 6) for number in range(start, start + 3)]

    asker.ask(known(nights=gaps))

    rows = asker.questions.sort("end_date")
    assert rows["is_folded"].to_list() == [True, *[False] * OPEN_COUNT]


@pytest.mark.parametrize(("back", "count"), [(MEMORY_DAYS, 1), (MEMORY_DAYS + 1, 0)])
def test_nobody_is_asked_for_the_first_time_about_what_is_too_long_ago(back: int, count: int) -> None:
    asker = Asker()
    last = DAYS - 1 - back

    asker.ask(known(nights=range(last - 2, last + 1)))

    assert asker.questions.height == count


def test_a_note_that_explains_the_gap_closes_its_question() -> None:
    asker, seen = Asker(), known(nights=range(48, 53))
    asker.ask(seen)

    said = {day(number): ("a note of that date (athlete) is of kind ill",) for number in range(48, 53)}
    asker.ask(replace(seen, told=replace(seen.told, excused=said)))

    assert asker.questions["state"].to_list() == ["closed"]


@pytest.mark.parametrize(("pause", "is_usual"), [(WEEKEND_DAYS, False), (WEEKEND_DAYS + 1, True)])
def test_only_a_pause_longer_than_a_weekend_leaves_a_weekday_usual(pause: int, is_usual: bool) -> None:  # noqa: FBT001
    # Every day is usual; five of eleven Saturdays begin pauses of this length.
    gone = {number + step for number in (5, 19, 33, 47, 61) for step in range(pause)}
    present = dates(number for number in range(82) if number not in gone)

    found = missing_dates(present, first=FIRST, last=day(90))

    assert (day(82) in found) is is_usual


def test_values_of_excused_days_are_in_no_range_and_have_one_of_their_own() -> None:
    rows = {"athlete_id": 1, "metric": "ln_rmssd", "method": "m", "reading": "night", "device_id": "d", "unit": "ln_ms"}
    values = pl.DataFrame(
        [
            {**rows, "firmware": "", "observed_date": day(n), "observed_value": 4.0 - (n in range(20, 25))}
            for n in range(30)
        ]
    )

    plain, left = baselines(values), baselines(values, excused=dates(range(20, 25)))

    assert left["baseline_date"].to_list() == plain["baseline_date"].to_list()
    both = plain.join(left, on="baseline_date", suffix="_left")
    fewer = both.select(pl.col("day_count") - pl.col("day_count_left")).to_series().to_list()
    assert fewer == [max(0, min(5, number - 20)) for number in range(1, 31)]
