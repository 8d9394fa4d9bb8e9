"""A result that a late file or another rule changed is kept beside the new one."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pipelines.observations.experiments.outcome import Outcome

SAME = 1e-9
"""Results that differ by less are one and the same."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """The figures of a result; none where there is no verdict."""

    verdict: str
    estimate: float | None
    lower: float | None
    upper: float | None
    p_value: float | None
    used_pair_count: int | None

    @classmethod
    def of(cls, found: Outcome | None) -> "Result":
        """The figures of an outcome; empty before the experiment is over."""
        tested = None if found is None else found.tested
        return cls(
            verdict="" if found is None or found.verdict is None else found.verdict,
            estimate=None if tested is None else tested.estimate,
            lower=None if tested is None else tested.lower,
            upper=None if tested is None else tested.upper,
            p_value=None if tested is None else tested.p_value,
            used_pair_count=None if found is None else found.pair_count,
        )


def earlier_results(
    now: Result, state: str, stored: Mapping[str, Any] | None, *, version: int
) -> list[dict[str, object]]:
    """Every result it had before, oldest first; the stored one joins them when it was one and is another now.

    A stored row that had no result yet, such as of a running experiment, is none: `used_pair_count` tells.
    """
    if stored is None:
        return []
    earlier: list[dict[str, object]] = list(stored["results"])
    if stored["used_pair_count"] is None:
        return earlier
    before = Result(**{name: stored[name] for name in Result.__dataclass_fields__})
    if stored["state"] == state and _is_same(before, now):
        return earlier
    cause = "late_file" if stored["definition_version"] == version else "definition_changed"
    return [*earlier, {**asdict(before), "cause": cause}]


def _is_same(before: Result, now: Result) -> bool:
    if (before.verdict, before.used_pair_count) != (now.verdict, now.used_pair_count):
        return False
    pairs = ((getattr(before, name), getattr(now, name)) for name in ("estimate", "lower", "upper", "p_value"))
    return all((a is None) == (b is None) and (a is None or b is None or abs(a - b) <= SAME) for a, b in pairs)
