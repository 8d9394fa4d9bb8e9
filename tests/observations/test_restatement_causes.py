"""Every published value that changes carries its own cause, with the file, version, merge or answer it names."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from pipelines import tables
from pipelines.observations.baseline import baselines
from pipelines.observations.inputs import inputs_of
from pipelines.observations.restatements_of import compared

DAY = date(2026, 5, 12)
AT = datetime(2026, 5, 12, 4, tzinfo=UTC)
OLD, NEW, OTHER = "a" * 16, "b" * 16, "c" * 16
KINDS = {"activities": "activity", "beat_series": "beat_series", "nights": "night"}
PURPOSE = {"distance": "distance", "ln_rmssd": "hrv_day", "sleep_duration": "sleep_duration"}
KIND = {"distance": "activity", "ln_rmssd": "beat_series", "sleep_duration": "night"}


@dataclass(frozen=True, kw_only=True)
class Value:
    """One value of one subject of one file, and what it was made from."""

    file: str = OLD
    number: float | None = 4.0
    on: date = DAY
    metric: str = "ln_rmssd"
    version: int = 1
    checks: dict = field(default_factory=lambda: {"rr_ectopic": (1, "pass"), "rr_gap": (1, "pass")})
    grade: str = "ok"
    clock: tuple = ("sure", 0)
    merge: str | None = None
    is_counted: bool = True
    key: str = ""
    device: str = ""

    @property
    def subject(self):
        return f"{self.file}:{self.key or self.on}"

    @property
    def observation(self):
        return f"{self.metric}|{self.subject}"


@dataclass(frozen=True, kw_only=True)
class World:
    """Everything of one athlete at one time."""

    values: tuple = ()
    files: dict = field(default_factory=lambda: {OLD: {}})
    card: dict = field(default_factory=dict)
    undone: tuple = ()
    excused: dict = field(default_factory=dict)
    patterns: tuple = ()

    def tables(self):
        rows = {name: [] for name in _TABLES}
        for value in self.values:
            _add(rows, value)
        for name, given in self.files.items():
            file = {"source_file_id": name, "athlete_id": 1, "path": f"{name[0]}.txt", "status": "loaded"}
            rows["source_files"].append(file | {"format": "rr_text", "reader_version": "1"} | given)
        rows["athletes"].append({"athlete_id": 1, "time_zone": "UTC"} | self.card)
        rows["merge_undos"] += [{"athlete_id": 1, "merge_id": name} for name in self.undone]
        return {name: _table(name, found) for name, found in rows.items()}

    def made(self):
        every = self.tables()["observations"]
        usable = every.filter(pl.col("observed_value").is_not_null(), pl.col("metric") == "ln_rmssd")
        usable = usable.with_columns(firmware=pl.lit(""))
        excused = [
            {"athlete_id": 1, "excused_date": on, "reasons": [said], "leaves_ranges": True, "evidence": "anna said so"}
            for on, said in self.excused.items()
        ]
        kept = usable.filter(~pl.col("observed_date").is_in(list(self.excused)))
        return {
            "observations": every,
            "baselines": baselines(kept),
            "patterns": _table("patterns", list(self.patterns)),
            "excused_days": _table("excused_days", excused),
        }


_TABLES = (
    "athletes", "activities", "beat_series", "nights", "daily_values", "source_files", "check_outcomes", "flags",
    "verdicts", "merged_activities", "merge_undos", "clock_doubts", "observations",
)  # fmt: skip


def _table(name, rows):
    return tables.conform(pl.DataFrame(rows, infer_schema_length=None), name) if rows else tables.empty(name)


def _add(rows, value):
    kind = KIND[value.metric]
    who = {"athlete_id": 1, "subject_kind": kind, "subject_id": value.subject}
    place = {"athlete_id": 1, "source_file_id": value.file, "start_at_utc": AT, "end_at_utc": AT}
    table, key = {
        "activity": ("activities", "activity_id"),
        "beat_series": ("beat_series", "series_id"),
        "night": ("nights", "night_id"),
    }[kind]
    rows[table].append({key: value.subject, **place})
    for name, (version, outcome) in value.checks.items():
        rows["check_outcomes"].append({**who, "check_name": name, "check_version": version, "outcome": outcome})
        if outcome == "fail":
            rows["flags"].append({**who, "check_name": name, "check_version": version, "row_count": 3})
    label, shift_s = value.clock
    rows["clock_doubts"].append({**who, "label": label, "shift_s": shift_s or None, "local_date": value.on})
    rows["verdicts"].append({**who, "purpose": PURPOSE[value.metric], "limits_version": "1"})
    if value.merge:
        merged = {"athlete_id": 1, "merge_id": value.merge, "activity_id": value.subject}
        rows["merged_activities"].append({**merged, "is_main": value.is_counted})
    if value.is_counted:
        rows["observations"].append(
            {
                **who,
                "observation_id": value.observation,
                "observed_date": value.on,
                "metric": value.metric,
                "method": "m",
                "reading": "night",
                "device_id": value.device,
                "observed_value": value.number,
                "unit": "m" if value.metric == "distance" else "ln_ms",
                "grade": value.grade,
                "verdict": "usable",
                "definition_version": value.version,
            }
        )


def restated(before: World, now: World, *, published=None):
    """What the stop would add: the observations that a load took out stand among those withdrawn."""
    old, fresh = before.tables(), now.tables()
    living = pl.concat([fresh[name].select(pl.first().alias("subject_id")) for name in KINDS])["subject_id"]
    stamps = inputs_of(old)
    gone = old["observations"].filter(~pl.col("subject_id").is_in(living.implode()))
    withdrawn = gone.join(stamps, on=["athlete_id", "subject_kind", "subject_id"]).select(
        tables.contract("withdrawn_values").names()
    )
    made = before.made()
    stored = {
        "observed_subjects": stamps,
        "withdrawn_values": withdrawn,
        "restatements": tables.empty("restatements") if published is None else published,
        **{name: made[name] for name in ("baselines", "patterns", "excused_days")},
    }
    touched = fresh["activities"].select(subject_id="activity_id")
    seen = {
        **fresh,
        "fresh": fresh["observations"],
        "observations": old["observations"].filter(pl.col("subject_id").is_in(living.implode())),
        "touched": touched,
        "observed_subjects": inputs_of(fresh),
    }
    return compared(stored, seen, now.made())


def told(found):
    return [(row["cause"], row["causes"][0]["detail"]) for row in found.to_dicts()]


def of(*values, **world):
    return World(values=values, **world)


ECTOPIC, NEWER_ECTOPIC = {"rr_ectopic": (1, "pass")}, {"rr_ectopic": (2, "fail")}
RUN = {"metric": "distance", "checks": {"record_gap": (1, "pass")}}
TWO = {OLD: {}, NEW: {}}
REPLACED = {OLD: {"replaced_by_source_file_id": NEW}, NEW: {}}

PLANTED = {
    "a late file that states it otherwise": (
        of(Value(metric="sleep_duration")),
        of(Value(metric="sleep_duration", file=NEW, number=5.0), files=TWO),
        "late_file",
        "b.txt (bbbbbbbb) states it in place of a.txt (aaaaaaaa)",
    ),
    "a late file that a check sees it beside": (
        of(Value(checks=ECTOPIC)),
        of(
            Value(checks={"rr_ectopic": (1, "fail")}, number=None, grade="doubtful"),
            Value(file=NEW, on=DAY + timedelta(days=1)),
            files=TWO,
        ),
        "late_file",
        "rr ectopic sees it beside b.txt (bbbbbbbb)",
    ),
    "a late file that replaces a partial one": (
        of(Value(**RUN)),
        of(Value(**RUN, file=NEW, number=5.0), files=REPLACED),
        "file_replaced",
        "b.txt (bbbbbbbb) is the newer content of a.txt (aaaaaaaa)",
    ),
    "a new version of one check": (
        of(Value(checks=ECTOPIC)),
        of(Value(checks=NEWER_ECTOPIC, number=3.9)),
        "rule_changed",
        "check rr ectopic: version 1 → 2",
    ),
    "a new version of one definition": (
        of(Value()),
        of(Value(version=2, number=3.9)),
        "definition_changed",
        "definition of ln rmssd: version 1 → 2",
    ),
    "a merge made": (
        of(Value(**RUN)),
        of(Value(**RUN, merge="m1", is_counted=False), Value(**RUN, file=NEW, merge="m1", device="w2"), files=TWO),
        "merge_changed",
        "merge m1, counted with b.txt (bbbbbbbb)",
    ),
    "a merge taken back": (
        of(Value(**RUN, merge="m1", is_counted=False), Value(**RUN, file=NEW, merge="m1", device="w2"), files=TWO),
        of(Value(**RUN), Value(**RUN, file=NEW, device="w2"), files=TWO, undone=("m1",)),
        "merge_undone",
        "merge m1 was taken back",
    ),
    "a clock set right": (
        of(Value()),
        of(Value(on=DAY - timedelta(days=1), clock=("corrected", -7200), key=str(DAY))),
        "clock_corrected",
        "clock sure, 2026-05-12 → clock corrected by -7200 s, 2026-05-11",
    ),
    "a file read again by a newer reader": (
        of(Value()),
        of(Value(number=3.9), files={OLD: {"reader_version": "2"}}),
        "reader_changed",
        "a.txt (aaaaaaaa) read again: rr_text 1 → rr_text 2",
    ),
    "another line of the card": (
        of(Value(checks=ECTOPIC), card={"heart_rate_max_bpm": 180}),
        of(Value(checks={"rr_ectopic": (1, "fail")}, number=3.9), card={"heart_rate_max_bpm": 190}),
        "card_changed",
        "heart rate max bpm 180 → 190",
    ),
    "a file read again that no longer states it": (
        of(Value(), Value(on=DAY + timedelta(days=1))),
        of(Value(on=DAY + timedelta(days=1)), files={OLD: {"reader_version": "2"}}),
        "reader_changed",
        "a.txt (aaaaaaaa) read again: version 1 → 2",
    ),
    "nothing that is noted": (
        of(Value()),
        of(Value(number=3.9)),
        "not_known",
        "nothing it is made from is noted as another one",
    ),
}


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED.keys())
def test_a_planted_change_carries_its_cause_and_names_what_it_was(planted):
    before, now, cause, detail = planted
    away = restated(of(Value(**RUN), files=TWO), before) if cause == "merge_undone" else None

    found = restated(before, now, published=away)

    values = found.filter(pl.col("what") == "value")
    assert (cause, detail) in told(values)
    assert values.height == 1


def test_two_causes_in_one_run_stand_at_the_values_they_are_of():
    first, second = Value(checks=ECTOPIC), Value(metric="sleep_duration")
    before = of(first, second)
    now = of(Value(checks=NEWER_ECTOPIC, number=3.9), Value(metric="sleep_duration", file=NEW, number=5.0), files=TWO)

    found = restated(before, now).to_dicts()

    assert {row["metric"]: row["cause"] for row in found} == {"ln_rmssd": "rule_changed", "sleep_duration": "late_file"}


def test_two_causes_of_one_value_are_both_told():
    found = restated(of(Value()), of(Value(version=2, number=3.9), files={OLD: {"reader_version": "2"}}))

    assert [one["cause"] for one in found["causes"][0]] == ["definition_changed", "reader_changed"]


def test_a_rule_with_a_new_version_that_finds_the_same_is_not_the_cause_while_another_check_sees_otherwise():
    before = of(Value(checks={"rr_ectopic": (1, "pass"), "rr_gap": (1, "pass")}))
    changed = Value(checks={"rr_ectopic": (2, "pass"), "rr_gap": (1, "fail")}, number=3.9)

    found = restated(before, of(changed, Value(file=NEW, on=DAY + timedelta(days=1)), files=TWO))

    assert told(found) == [("late_file", "rr gap sees it beside b.txt (bbbbbbbb)")]


@pytest.mark.parametrize(("number", "count"), [(4.0, 0), (4.1, 1)])
def test_a_later_export_is_told_only_where_it_states_another_number(number, count):
    before, now = of(Value(metric="sleep_duration")), Value(metric="sleep_duration", file=NEW, number=number)

    assert restated(before, of(now, files=TWO)).height == count


def test_a_value_that_is_gone_and_one_that_comes_back_are_both_told():
    before, without = of(Value(), files=TWO), of(files=TWO)

    away = restated(before, without)
    back = restated(without, before, published=away)

    assert [(row["old_value"], row["new_value"]) for row in away.to_dicts()] == [(4.0, None)]
    assert [(row["old_value"], row["new_value"], row["restatement_index"]) for row in back.to_dicts()] == [
        (None, 4.0, 1)
    ]


@pytest.mark.parametrize(("grade", "count"), [("ok", 0), ("doubtful", 1)])
def test_another_grade_of_the_same_number_is_told(grade, count):
    found = restated(of(Value(checks=ECTOPIC)), of(Value(checks=NEWER_ECTOPIC, grade=grade)))

    assert found.height == count


def _nights(count, *, without=()):
    return tuple(
        Value(on=DAY + timedelta(days=day), number=4.0 + 0.01 * (day % 7)) for day in range(count) if day not in without
    )


def test_a_late_night_restates_the_usual_range_of_the_days_behind_it_once():
    late = Value(file=NEW, on=DAY, number=6.0)

    found = restated(of(*_nights(24, without=(0,))), of(late, *_nights(24, without=(0,)), files=TWO)).to_dicts()

    assert {row["what"] for row in found} == {"usual_range"}
    assert told(pl.DataFrame(found))[0] == ("late_file", "b.txt (bbbbbbbb)")
    assert len(found) == 1
    assert all(row["old_lower_limit"] != row["new_lower_limit"] for row in found)


def test_an_answer_restates_the_usual_range_that_its_day_leaves():
    nights = (*_nights(20), Value(on=DAY + timedelta(days=20), number=5.0), Value(on=DAY + timedelta(days=21)))
    more = tuple(Value(on=DAY + timedelta(days=day), number=4.9) for day in (22, 23, 24, 25))

    found = restated(of(*nights, *more), of(*nights, *more, excused={DAY + timedelta(days=20): "ill"})).to_dicts()

    assert {row["cause"] for row in found} == {"answer_given"}
    assert found[0]["causes"][0]["detail"] == "2026-06-01: ill; anna said so"


@pytest.mark.parametrize(("number", "count"), [(4.031, 0), (4.6, 1)])
def test_a_shift_of_the_usual_range_below_a_tenth_of_its_spread_is_no_news(number, count):
    before = _nights(20)
    changed = (*before[:3], Value(on=before[3].on, number=number, version=2), *before[4:])

    found = restated(of(*before), of(*changed)).filter(pl.col("what") == "usual_range")

    assert bool(found.height) == bool(count)


def _pattern(**given):
    row = {"pattern_id": "p1", "athlete_id": 1, "pattern": "sleep_shortfall", "metric": "sleep_duration", "unit": "s"}
    row |= {"start_date": DAY, "end_date": DAY + timedelta(days=3), "pattern_value": 9.0, "grade": "ok"}
    return row | {"observation_ids": [Value().observation], "definition_version": 1} | given


ENDED = (Value(), Value(on=DAY + timedelta(days=30)))


@pytest.mark.parametrize(
    ("old", "new", "causes"),
    [
        pytest.param(_pattern(), _pattern(definition_version=2, pattern_value=8.0), ["definition_changed"], id="rule"),
        pytest.param(_pattern(), None, ["reader_changed"], id="its value changed"),
        pytest.param(None, _pattern(), ["reader_changed"], id="found where there was none"),
        pytest.param(_pattern(), _pattern(end_date=DAY + timedelta(days=5)), [], id="it goes on"),
        pytest.param(None, _pattern(end_date=DAY + timedelta(days=30)), [], id="it is of the last days"),
    ],
)
def test_a_pattern_that_was_published_is_told_when_it_is_another_one(old, new, causes):
    changed = (Value(number=3.9), ENDED[1])
    is_rule = old is not None and new is not None and new["definition_version"] == 2
    now = ENDED if is_rule else changed
    files = {OLD: {}} if is_rule else {OLD: {"reader_version": "2"}}
    before = World(values=ENDED, patterns=(old,) if old else ())

    found = restated(before, World(values=now, files=files, patterns=(new,) if new else ()))

    assert found.filter(pl.col("what") == "pattern")["cause"].to_list() == causes


def test_what_nobody_had_seen_before_is_no_restatement():
    assert restated(World(files={}), of(Value(), files={OLD: {}})).is_empty()
