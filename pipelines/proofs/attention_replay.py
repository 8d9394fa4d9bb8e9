"""Night after night of a generated squad: what every rule says, and the list that is decided from it."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.observations.attention.candidates import candidates_on, signs_of
from pipelines.observations.attention.contract import Candidate, Night, Shown
from pipelines.observations.attention.decide import NOVELTY_DAYS, decide
from pipelines.observations.patterns.catalogue import every_pattern
from pipelines.observations.patterns.contract import Pattern, Tried
from pipelines.observations.patterns.find import EARLIER_DAYS, JOIN_DAYS
from pipelines.observations.patterns.history import DOUBTING_KINDS, NOTE_DAYS, History


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the rules say of one athlete on every date, and on which dates a note tells it already."""

    athlete_id: int
    candidates: Mapping[date, tuple[Candidate, ...]]
    noted: frozenset[date]


class _Tries:
    """Tries of every pattern on every date of one athlete, each made once."""

    def __init__(self, stages: Sequence[tuple[date, History]]) -> None:
        self.stages = stages
        self.made: dict[tuple[str, date], Tried | None] = {}

    def known(self, on: date) -> History:
        """The history as it stood on a date."""
        return next(known for end, known in self.stages if on <= end)

    def judge(self, pattern: Pattern, on: date) -> Tried | None:
        """Tries a pattern on a date."""
        key = (pattern.name, on)
        if key not in self.made:
            self.made[key] = pattern.judge(self.known(on), on)
        return self.made[key]


def told(athlete_id: int, stages: Sequence[tuple[date, History]], dates: Sequence[date]) -> Told:
    """What the rules say of one athlete on each of these dates, which follow one another.

    `stages` are histories with the date up to which each is the one that was known.
    """
    tries = _Tries(stages)
    series = {end: signs_of(known) for end, known in stages}
    lead = [dates[0] - timedelta(days=back) for back in range(EARLIER_DAYS, 0, -1)]
    spells = {pattern.name: _Spell(pattern) for pattern in every_pattern()}
    found: dict[date, tuple[Candidate, ...]] = {}
    for on in (*lead, *dates):
        stored = {name: row for name, spell in spells.items() if (row := spell.on(on, tries)) is not None}
        if on >= dates[0]:
            end = next(end for end, _ in stages if on <= end)
            found[on] = tuple(candidates_on(athlete_id, on, series=series[end], judge=tries.judge, stored=stored))
    notes = stages[-1][1].notes
    noted = {day + timedelta(days=n) for day, kind in notes if kind in DOUBTING_KINDS for n in range(NOTE_DAYS + 1)}
    return Told(athlete_id=athlete_id, candidates=found, noted=frozenset(noted))


class _Spell:
    """The unbroken time that a pattern holds, as `find_patterns` would store it on each date."""

    def __init__(self, pattern: Pattern) -> None:
        self.pattern = pattern
        self.start: date | None = None
        self.last: date | None = None
        self.earlier: tuple[int, int] = (0, 0)
        self.tried: deque[tuple[date, bool]] = deque()

    def on(self, on: date, tries: _Tries) -> dict[str, object] | None:
        """The row on this date; None when the pattern does not hold."""
        one = tries.judge(self.pattern, on)
        row: dict[str, object] | None = None
        if one is not None and one.held is not None:
            if self.last is None or (on - self.last).days > JOIN_DAYS:
                self.start = on
                while self.tried and (on - self.tried[0][0]).days > EARLIER_DAYS:
                    self.tried.popleft()
                self.earlier = (sum(held for _, held in self.tried), len(self.tried))
            self.last = on
            row = {
                "start_date": self.start,
                "pattern_id": f"{self.pattern.name} {self.start}",
                "earlier_held_count": self.earlier[0],
                "earlier_day_count": self.earlier[1],
            }
        if one is not None:
            self.tried.append((on, one.held is not None))
        return row


def replay(squad: str, everybody: Sequence[Told], dates: Sequence[date]) -> Iterator[Night]:
    """The list of every night, each knowing what the nights before it showed."""
    shown: deque[Shown] = deque()
    for on in dates:
        while shown and (on - shown[0].night_date).days > NOVELTY_DAYS:
            shown.popleft()
        night = decide(
            squad,
            on,
            (one for athlete in everybody for one in athlete.candidates.get(on, ())),
            athlete_count=len(everybody),
            shown_before=tuple(shown),
            noted={athlete.athlete_id for athlete in everybody if on in athlete.noted},
        )
        for row in night.rows:
            if row.place is not None:
                shown.append(Shown(night_date=on, athlete_id=row.athlete_id, kind=row.kind, leading_rule=row.rules[0]))
        yield night
