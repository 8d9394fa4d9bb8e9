"""The words our pages use and the ones they never use, and a lint that reads a finished page.

Words observe: usual range, higher or lower than, for n of m days, not known, worth a look. They never tell anyone
what to do and never say why something happened. What a person wrote is quoted as it is: an element with the class
`note` or the attribute `data-quoted` is not ours and is passed over.
"""

import json
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

from pipelines.readers.catalogue import labels

NEVER = (
    "should",
    "must",
    "ought",
    "recommend\\w*",
    "advise\\w*",
    "rest",
    "reduce",
    "push",
    "ready",
    "readiness",
    "recovery",
    "recovered",
    "overtrain\\w*",
    "overreach\\w*",
    "risk\\w*",
    "injury",
    "fatigue\\w*",
    "score\\w*",
    "optimal\\w*",
    "bad",
    "because",
    "causes",
    "caused",
)
"""Patterns of words that advise, judge a person or claim a cause."""

METRICS = {
    "notes": "notes and answers",
    "ln_rmssd": "RMSSD",
    "resting_heart_rate": "resting heart rate",
    "sleep_duration": "time asleep",
    "moving_time": "moving time",
    "distance": "distance",
    "mean_pace": "mean pace",
    "mean_heart_rate": "mean heart rate",
    "decoupling": "decoupling",
    "best_1_km": "fastest clean 1 km",
    "best_5_km": "fastest clean 5 km",
    "best_10_km": "fastest clean 10 km",
}
"""Metrics as a coach reads them."""

GRADE_SHAPES = {"ok": "●", "doubtful": "○", "unusable": "✕"}
"""Shape of each grade, the same on every page."""

VERDICTS = {"usable": "usable", "not_usable": "not usable", "not_assessable": "not assessable"}

PURPOSES = {
    "hrv_day": "HRV of the day",
    "hrv_baseline": "HRV usual range",
    "resting_hr": "resting heart rate",
    "hr_zones": "heart rate zones",
    "sleep_duration": "time asleep",
    "mean_pace": "mean pace",
}
"""Purposes whose name does not read as words by itself."""

REASONS = {
    "source": "limits of the sensor",
    "sampling": "short recording",
    "resolution": "beats stored too coarsely",
    "missing": "missing data",
    "flagged": "flagged data",
}
"""Parts of the expected error that are no check."""

WITHHELD = {
    "no_steady_block": "no steady block of 40 min",
    "nothing_to_measure": "nothing to compute it from",
    "error_not_known": "its expected error is not known",
}
"""Reasons of a value that is not shown; none of them is a fault that a remedy could mend."""

METHODS = {
    "rr_night_epochs": "from RR intervals",
    "rr_pair_masked": "from RR intervals",
    "rr_mean": "from RR intervals",
    "stated_by_device": "stated by the device",
    "records_without_flagged": "from records that carry no flag",
}
"""Our own methods as people tell them apart; those of vendors are declared beside their readers."""

PATTERNS = {
    "fatigue_pattern": "several signs at once",
    "pacing_drift": "heart rate drifts further from pace on steady runs",
    "sleep_shortfall": "short of sleep over the week",
    "easier_pace": "easier at the same pace",
    "best_effort": "fastest clean effort in 90 days",
}
"""Patterns as a coach reads them: what is seen, not what it may mean."""

COMPONENTS = {
    "hrv_lower": "RMSSD lower",
    "resting_heart_rate_higher": "resting heart rate higher",
    "sleep_shorter": "sleep shorter",
    "answers_worse": "answers lower than usual",
    "heart_rate_higher_at_pace": "heart rate higher at the same pace",
    "heart_rate_lower_at_pace": "heart rate lower at the same pace",
    "decoupling_higher": "decoupling",
    "sleep_below_need": "time asleep",
}
"""Parts of a pattern."""

GAP_CAUSES = {
    "not_worn": "device not worn",
    "not_synced": "not synced",
    "file_failed": "file could not be read",
    "worn_no_training": "device worn, no activity",
    "rest_planned": "nothing planned",
    "excused": "a note or answer says why",
    "not_known": "cause not known",
}
"""Causes of a missing value or day."""

GAP_MARKS = {"not_worn": "w", "not_synced": "s", "file_failed": "f", "excused": "e"}
"""Letter of each cause of a day without data on the six weeks' strip; any other is a dash."""

GAP_SIGNALS = {
    "training": "activity",
    "night": "sleep",
    "hrv": "HRV",
    "resting_heart_rate": "resting heart rate",
    "wear": "heart rate through the day",
    "everything": "data of any kind",
}
"""What a gap is a gap of, after "no"."""

RUN_STATUSES = {
    "ok": "ended well",
    "partial": "ended, with files set aside or read in part",
    "failed": "failed",
    "unfinished": "not ended: killed, or still under way",
}
"""How a run ended."""

SUBJECTS = {
    "activity": "activity",
    "beat_series": "recording of RR intervals",
    "night": "night",
    "daily_value": "daily value",
}
"""What a flag or verdict is about."""

SIGNALS = {"rr": "RR intervals", "hr": "heart rate", "value": "daily value"}
"""Signals whose short name stands first in the name of a check."""

_NEVER = re.compile(rf"\b(?:{'|'.join(NEVER)})\b", re.IGNORECASE)
_SPOKEN = ("title", "aria-label", "alt", "placeholder")
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_SILENT = frozenset({"script", "style"})


def metric(name: str) -> str:
    """The metric in a coach's words."""
    return METRICS.get(name, plain(name))


def pattern(name: str) -> str:
    """The pattern in a coach's words."""
    return PATTERNS.get(name, plain(name))


def component(name: str) -> str:
    """A part of a pattern in a coach's words."""
    return COMPONENTS.get(name) or metric(name)


def purpose(name: str) -> str:
    """The purpose in words."""
    return PURPOSES.get(name, plain(name))


def plain(name: str) -> str:
    """A name of ours as words."""
    return name.replace("_", " ").strip()


def reason(name: str) -> str:
    """The reason behind a grade or verdict, such as "RR intervals missed" for the check rr_missed."""
    known = REASONS | WITHHELD
    if name in known:
        return known[name]
    signal, _, fault = name.partition("_")
    return plain(f"{SIGNALS.get(signal, signal)} {fault}")


def how(method: str, reading: str) -> str:
    """Method and reading in words, such as "from RR intervals, morning"."""
    told = METHODS.get(method) or labels().get(method, plain(method))
    return told if told.endswith(f" {reading}") else f"{told}, {reading}"


def device(name: str | None) -> str:
    """The device, after "from": a file need not name one."""
    return plain(name) if name else "a file that names no device"


def withheld(row: Mapping[str, Any]) -> str:
    """Why a value is not shown: what its evidence says, else its first reason; `row` is one of mart_observations."""
    try:
        evidence = json.loads(row["evidence"] or "{}")
    except json.JSONDecodeError:
        evidence = {}
    why = evidence.get("why") if isinstance(evidence, dict) else None
    if not why:
        why = reason(row["reasons"][0]["check_name"]) if row["reasons"] else "reason not known"
    return "withheld: " + re.sub(r": the longest has (.+)$", r" (longest \1)", str(why))


def sentence(text: str) -> str:
    """The text with a capital first letter; the others stay as they are."""
    return text[:1].upper() + text[1:]


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun, such as "1 day" or "3 days"."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def lint(html: str) -> list[str]:
    """Every forbidden word in our own words of a page, each with the words around it; empty when there is none."""
    reader = _OwnWords()
    reader.feed(html)
    reader.close()
    return [found for text in reader.texts for found in lint_text(text)]


def lint_text(text: str) -> list[str]:
    """Every forbidden word of one text of ours, each with the words around it."""
    return [text[max(0, hit.start() - 30) : hit.end() + 30].strip() for hit in _NEVER.finditer(text)]


class _OwnWords(HTMLParser):
    """Collects what a reader sees or hears of a page, without quotations."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes whether the element is quoted, and takes the words of its attributes."""
        named = dict(attrs)
        quoted = self._is_quoted() or "data-quoted" in named or "note" in (named.get("class") or "").split()
        if tag not in _VOID:
            self._open.append((tag, quoted or tag in _SILENT))
        if not quoted:
            self.texts.extend(_spoken(named))

    def handle_endtag(self, tag: str) -> None:
        """Leaves the innermost element of that name."""
        for depth in range(len(self._open) - 1, -1, -1):
            if self._open[depth][0] == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        """Takes the words unless they are quoted."""
        if not self._is_quoted() and data.strip():
            self.texts.append(data)

    def _is_quoted(self) -> bool:
        return bool(self._open) and self._open[-1][1]


def _spoken(attributes: dict[str, str | None]) -> Iterator[str]:
    for name in _SPOKEN:
        value = attributes.get(name)
        if value:
            yield value
