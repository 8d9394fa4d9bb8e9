"""What an answer changes: which gaps it excuses, which dates it takes out of usual ranges and out of the plan.

The same fact has the same effect by whichever door it comes: a note of kind ill and the answer ill are one thing. What
an answer does not name stays as it was.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from pipelines.observations.gap_causes import EXCUSING_KINDS, excuses
from pipelines.tables import conform, empty

VERSION = 1
EVERY_SIGNAL = ("training", "night", "hrv", "resting_heart_rate", "wear")


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What one reason does on the dates it was given for."""

    signals: tuple[str, ...] = ()
    """Signals whose gaps it excuses."""
    leaves_ranges: bool = False
    """Whether values of these dates are no ordinary ones: they are left out of usual ranges and patterns."""
    leaves_plan: bool = False
    """Whether what was planned for these dates is held against nobody."""


EFFECTS: Mapping[str, Effect] = {
    "ill": Effect(signals=EVERY_SIGNAL, leaves_ranges=True, leaves_plan=True),
    "injury": Effect(signals=EVERY_SIGNAL, leaves_ranges=True, leaves_plan=True),
    # Other beds, meals and time zones: days near a note of travel are no ordinary days for the rule bench either.
    "travel": Effect(signals=EVERY_SIGNAL, leaves_ranges=True, leaves_plan=True),
    # Work, family, an exam: days like any other of this person, of which the body's values are the usual ones.
    "life": Effect(signals=EVERY_SIGNAL, leaves_plan=True),
    # Nobody knows what was done on these days: neither that it was missed nor that it was not.
    "device": Effect(signals=EVERY_SIGNAL, leaves_plan=True),
    # A session left out by choice is a session left out; a night without a watch has another reason.
    "chose_not_to": Effect(signals=("training",)),
    "off": Effect(signals=EVERY_SIGNAL),
    # Somebody knows, the machine does not: words are never read.
    "other": Effect(),
}
"""By choice of a question or kind of a note."""

ANSWER_DAYS = 7
"""Days after it was given that an answer still speaks for a gap that goes on. Engineering start value: a week."""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One question with its answer."""

    start: date
    end: date
    answer: str
    author: str
    said_on: date

    @property
    def holds_until(self) -> date:
        """Last date the answer speaks for: a gap that goes on for long after it is another story."""
        return max(self.said_on, self.start) + timedelta(days=ANSWER_DAYS)

    @property
    def words(self) -> str:
        """As the evidence of a gap has it."""
        return f"answered {self.answer.replace('_', ' ')} by {self.author} on {self.said_on}"

    def dates(self) -> tuple[date, ...]:
        """Every date it speaks for."""
        last = min(self.end, self.holds_until)
        return tuple(self.start + timedelta(days=day) for day in range((last - self.start).days + 1))


def answered_signals(answered: Iterable[Answered]) -> dict[tuple[str, date], str]:
    """By signal and date, the answer that excuses it; of two about one date the one given later."""
    found: dict[tuple[str, date], str] = {}
    for one in sorted(answered, key=lambda one: one.said_on):
        found |= {(signal, on): one.words for signal in EFFECTS[one.answer].signals for on in one.dates()}
    return found


def excused_days(athlete_id: int, tables: Mapping[str, pl.DataFrame], answered: Iterable[Answered]) -> pl.DataFrame:
    """Table `excused_days` of one athlete: what notes, answers of their own and answers to questions say, by date."""
    said: dict[date, dict[str, list[str]]] = {}
    for on, author, kind in tables["notes"].select("note_date", "author", "kind").unique().sort(pl.all()).iter_rows():
        if kind in EXCUSING_KINDS:
            said.setdefault(on, {}).setdefault(kind, []).append(f"a note of that date ({author}) is of kind {kind}")
    answers = tables["wellness_answers"].select("about_date", "item", "answer_value", "scale_max").iter_rows()
    for on, lines in excuses((), answers).items():
        for line in lines:
            said.setdefault(on, {}).setdefault(_reason(line), []).append(line)
    for one in sorted(answered, key=lambda one: one.said_on):
        if one.answer != "other":
            for on in one.dates():
                said.setdefault(on, {}).setdefault(one.answer, []).append(one.words)
    rows = [
        {
            "athlete_id": athlete_id,
            "excused_date": on,
            "reasons": sorted(reasons),
            "leaves_ranges": any(EFFECTS[reason].leaves_ranges for reason in reasons),
            "leaves_plan": any(EFFECTS[reason].leaves_plan for reason in reasons),
            "evidence": "; ".join(dict.fromkeys(line for reason in sorted(reasons) for line in reasons[reason])),
            "definition_version": VERSION,
        }
        for on, reasons in sorted(said.items())
    ]
    return conform(pl.DataFrame(rows), "excused_days") if rows else empty("excused_days")


def no_ordinary_dates(excused: pl.DataFrame) -> frozenset[date]:
    """Dates of table `excused_days` whose values are left out of usual ranges and patterns."""
    return frozenset(excused.filter(pl.col("leaves_ranges"))["excused_date"])


def _reason(line: str) -> str:
    """The reason that a question of a form asks for, by its name; nearly all of them ask for illness."""
    return next((reason for stem, reason in (("travel", "travel"), ("injur", "injury")) if stem in line), "ill")
