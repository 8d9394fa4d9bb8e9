"""Why a published value changed: those of its inputs that are another one than before, each named.

Told from what the value was made from then and now (see `inputs`), never from what else happened in the run. Where
several inputs changed at once, all are named: which of them moved the value how far is not known. Where none did, the
cause is not known, and said so.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import polars as pl

from pipelines.observations.inputs import CARD, CHECK, CLOCK, FIGURES, FILE, LIMITS, MERGE, READER, Input, as_states
from pipelines.observations.metrics import METRICS
from pipelines.quality.catalogue import checks

HASH_DIGITS = 8
"""Digits of a file's hash that are shown."""
NAMED = 2
"""Files or rules named in one cause; more are counted."""
WITHOUT_NAME = ""
_MERGE = (MERGE, WITHOUT_NAME)
Row = Mapping[str, Any]
States = Mapping[Input, str]
Cause = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What the values of one athlete were made from before, and are made from now; looked at only when one changed."""

    before_rows: pl.DataFrame
    """Rows of `observed_subjects` as stored, and of subjects that were taken out since."""
    now_rows: pl.DataFrame
    tables: Mapping[str, pl.DataFrame]
    """source_files, also those whose place others took; merged_activities and merge_undos."""
    values: pl.DataFrame
    """All observations the athlete has now."""

    def causes(self, old: Row | None, new: Row | None) -> list[Cause]:
        """The causes of one change, the leading one first; at least one."""
        shown = new or old
        assert shown is not None
        was = self.before.get(_subject(old or shown), {})
        now = self.now.get(_subject(new or shown), {})
        found = [
            *_of_definition(old, new),
            *self._of_merge(was, now),
            *self._of_file(was, now),
            *self._of_clock(was, now),
            *_of_rules(was, now, metric=shown["metric"]),
        ]
        return found or self.of_others(shown, sees=_seen_otherwise(was, now, metric=shown["metric"]))

    def of_others(self, shown: Row, *, sees: Iterable[str] = ()) -> list[Cause]:
        """What changed beside a value whose own inputs are the same: the card, or files that came or went."""
        if self._card:
            return [_cause("card_changed", "; ".join(self._card))]
        at = shown["observed_date"].toordinal()
        came = sorted(self.new_files, key=lambda name: (self._far(name, at), self.named(name)))
        seen = f"{_listed(sorted(sees))} {'sees' if sees else ''} it beside " if sees else "beside "
        if came:
            return [_cause("late_file", seen + _listed([self.named(name) for name in came]))]
        if self._gone_files:
            return [_cause("file_replaced", f"without {_listed([self.named(name) for name in self._gone_files])}")]
        return [_cause("not_known", "nothing it is made from is noted as another one")]

    @cached_property
    def before(self) -> Mapping[tuple[str, str], States]:
        """Inputs before, by subject_kind and subject_id."""
        return _BySubject(self.before_rows)

    @cached_property
    def now(self) -> Mapping[tuple[str, str], States]:
        """Inputs now, by subject_kind and subject_id."""
        return _BySubject(self.now_rows)

    @cached_property
    def files(self) -> Mapping[str, Row]:
        """Source files by their key."""
        return {row["source_file_id"]: row for row in self.tables["source_files"].to_dicts()}

    @cached_property
    def dates(self) -> Mapping[str, frozenset[int]]:
        """Days (ordinal) that each file has values on."""
        found: dict[str, set[int]] = {}
        for kind, name, on in self.values.select("subject_kind", "subject_id", "observed_date").unique().iter_rows():
            source = self.now.get((kind, name), {}).get((FILE, WITHOUT_NAME))
            if source is not None:
                found.setdefault(source, set()).add(on.toordinal())
        return {name: frozenset(days) for name, days in found.items()}

    @cached_property
    def new_files(self) -> list[str]:
        """Files in use now that were not when the athlete was observed before."""
        return sorted(self._all_files(self.now) - self._all_files(self.before))

    def named(self, source_file_id: str) -> str:
        """A file by its path and the first digits of its hash."""
        row = self.files.get(source_file_id, {})
        member = row.get("member_path")
        path = f"{row.get('path', 'a file')}!{member}" if member else row.get("path", "a file")
        return f"{path} ({source_file_id[:HASH_DIGITS]})"

    def _of_file(self, was: States, now: States) -> list[Cause]:
        old, new = was.get((FILE, WITHOUT_NAME)), now.get((FILE, WITHOUT_NAME))
        if old is None:
            return []
        if new is None:
            return self._of_taken_out(old)
        if old != new:
            if was.get(_MERGE) != now.get(_MERGE) and new not in self.new_files:
                return []  # both are recordings of one activity: the merge says it
            is_newer = self._newest(old) == new
            way = "is the newer content of" if is_newer else "states it in place of"
            name = "file_replaced" if is_newer else "late_file"
            return [_cause(name, f"{self.named(new)} {way} {self.named(old)}")]
        readers = was.get((READER, WITHOUT_NAME)), now.get((READER, WITHOUT_NAME))
        if readers[0] != readers[1]:
            return [_cause("reader_changed", f"{self.named(new)} read again: {readers[0]} → {readers[1]}")]
        return []

    def _of_taken_out(self, old: str) -> list[Cause]:
        """Why the subject of a value is there no longer."""
        newer = self._newest(old)
        if newer != old:
            return [_cause("file_replaced", f"{self.named(newer)} is the newer content of {self.named(old)}")]
        versions = [self._read_by(side).get(old) for side in (self.before, self.now)]
        if versions[0] != versions[1]:
            return [_cause("reader_changed", f"{self.named(old)} read again: version {versions[0]} → {versions[1]}")]
        return []

    def _of_merge(self, was: States, now: States) -> list[Cause]:
        old, new = was.get(_MERGE), now.get(_MERGE)
        if old == new:
            return []
        if new is None:
            if old in set(self.tables["merge_undos"]["merge_id"]):
                return [_cause("merge_undone", f"merge {old} was taken back")]
            return [_cause("merge_changed", f"merge {old} is none any more")]
        partners = self.tables["merged_activities"].filter("is_main", pl.col("merge_id") == new)["activity_id"]
        partner = partners[0] if partners.len() else ""
        beside = f", counted with {self.named(partner.partition(':')[0])}" if partner else ""
        return [_cause("merge_changed", f"merge {new}{beside}")]

    def _of_clock(self, was: States, now: States) -> list[Cause]:
        old, new = was.get((CLOCK, WITHOUT_NAME)), now.get((CLOCK, WITHOUT_NAME))
        if old is None or new is None or old == new:
            return []
        if self._card:
            return [_cause("card_changed", "; ".join(self._card))]
        return [_cause("clock_corrected", f"{_clock(old)} → {_clock(new)}")]

    @cached_property
    def _card(self) -> list[str]:
        """Lines of the athlete's card that are others now."""
        old, new = (
            {key[1]: text for key, text in self._athlete(side).items() if key[0] == CARD}
            for side in (self.before, self.now)
        )
        return [f"{name.replace('_', ' ')} {old[name]} → {new.get(name)}" for name in old if old[name] != new.get(name)]

    @cached_property
    def _gone_files(self) -> list[str]:
        return sorted(self._all_files(self.before) - self._all_files(self.now))

    def _athlete(self, side: Mapping[tuple[str, str], States]) -> States:
        return next((side[subject] for subject in side if subject[0] == "athlete"), {})

    def _all_files(self, side: Mapping[tuple[str, str], States]) -> set[str]:
        return set(self._read_by(side))

    def _read_by(self, side: Mapping[tuple[str, str], States]) -> dict[str, str]:
        return {key[1]: version for key, version in self._athlete(side).items() if key[0] == FILE}

    def _newest(self, source_file_id: str) -> str:
        """The content that lies in a file's place now: the end of a chain of replacements."""
        name, seen = source_file_id, {source_file_id}
        while (later := self.files.get(name, {}).get("replaced_by_source_file_id")) and later not in seen:
            name = later
            seen.add(name)
        return name

    def _far(self, source_file_id: str, at: int) -> int:
        """Days between a date and the nearest one a file has values on; files without any come last."""
        return min((abs(one - at) for one in self.dates.get(source_file_id, ())), default=_NEVER)


_NEVER = 10**6


class _BySubject(Mapping[tuple[str, str], States]):
    """The inputs of each subject: only those of the few that are asked for are taken apart."""

    def __init__(self, rows: pl.DataFrame) -> None:
        told = rows.select("subject_kind", "subject_id", "inputs").iter_rows()
        self._listed = {(kind, name): listed for kind, name, listed in told}
        self._states: dict[tuple[str, str], States] = {}

    def __getitem__(self, subject: tuple[str, str]) -> States:
        if subject not in self._states:
            self._states[subject] = as_states(self._listed[subject])
        return self._states[subject]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._listed)

    def __len__(self) -> int:
        return len(self._listed)


def _subject(row: Row) -> tuple[str, str]:
    return row["subject_kind"], row["subject_id"]


def _cause(name: str, detail: str) -> Cause:
    return {"cause": name, "detail": detail}


def _of_definition(old: Row | None, new: Row | None) -> list[Cause]:
    if old is None or new is None or old["definition_version"] == new["definition_version"]:
        return []
    name = new["metric"].replace("_", " ")
    versions = f"version {old['definition_version']} → {new['definition_version']}"
    return [_cause("definition_changed", f"definition of {name}: {versions}")]


def _of_rules(was: States, now: States, *, metric: str) -> list[Cause]:
    """Rules that have another version: those whose finding is another one, too; all of them where none's is."""
    if not was or not now:
        return []
    versions = {name: _version(was, now, name) for name in _relevant(was, now, metric)}
    newer = {name: told for name, told in versions.items() if told}
    found = [name for name in newer if _finding(was, name) != _finding(now, name)]
    if not found and _seen_otherwise(was, now, metric=metric):
        return []  # another check with the version it had sees something else: rules are not why
    told = [f"check {name.replace('_', ' ')}: version {newer[name]}" for name in found or newer]
    for kind, said in ((LIMITS, "limits of expected errors"), (FIGURES, "figures of the judge")):
        old, new = was.get((kind, WITHOUT_NAME)), now.get((kind, WITHOUT_NAME))
        if not found and old is not None and new is not None and old != new:
            told.append(f"{said}: version {old} → {new}")
    return [_cause("rule_changed", _listed(told))] if told else []


def _seen_otherwise(was: States, now: States, *, metric: str) -> list[str]:
    """Checks of the same version that found something else than before."""
    return [
        name.replace("_", " ")
        for name in _relevant(was, now, metric)
        if not _version(was, now, name) and _finding(was, name) != _finding(now, name)
    ]


def _relevant(was: States, now: States, metric: str) -> list[str]:
    """Checks that are others now and can spoil what the metric is used for; else any that is another now.

    What is left out of a value by one check may move a value that another purpose is asked for, too.
    """
    names = sorted({name for kind, name in (*was, *now) if kind == CHECK})
    others = [name for name in names if was.get((CHECK, name)) != now.get((CHECK, name))]
    purposes = _purposes(metric)
    return [name for name in others if purposes & _spoiled().get(name, purposes)] or others


def _purposes(metric: str) -> frozenset[str]:
    known = METRICS.get(metric)
    return frozenset(name for name in (known.purpose, known.baseline_purpose) if name) if known else frozenset()


@cache
def _spoiled() -> dict[str, frozenset[str]]:
    return {check.name: frozenset(check.purposes) for check in checks()}


def _version(was: States, now: States, name: str) -> str:
    """The versions of a check then and now, where it looked both times and they differ; else empty text."""
    old, new = (side.get((CHECK, name), "").partition(" ")[0] for side in (was, now))
    return f"{old or 'none'} → {new or 'none'}" if old != new else ""


def _finding(states: States, name: str) -> str:
    return states.get((CHECK, name), "").partition(" ")[2]


def _clock(state: str) -> str:
    label, shift_s, on = state.split(" ", 2)
    by = f" by {int(shift_s):+d} s" if int(shift_s) else ""
    return f"clock {label}{by}, {on}"


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
