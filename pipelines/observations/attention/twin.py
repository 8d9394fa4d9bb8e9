"""The do-nothing twin: whether rules off the shelf would have told the coach the same of an athlete on a night."""

from collections.abc import Iterable

from pipelines.observations.attention.stock import HRV_RULE, PLAN_RULE, Z_RULE

ANYTHING = frozenset({"nights_together", "fatigue_pattern"})
"""Rules of ours that are about the whole body: any sign of a stock rule is about the same."""
TRAINING = frozenset({"load_change"})


def differs(stock: Iterable[str], ours: Iterable[str]) -> bool:
    """Whether one of them says something and the other does not, or they say nothing of one and the same thing."""
    theirs, own = list(stock), list(ours)
    if not theirs or not own:
        return bool(theirs) != bool(own)
    return not any(_same(one, other) for one in theirs for other in own)


def _same(stock: str, ours: str) -> bool:
    if stock == PLAN_RULE:
        return ours in TRAINING
    if ours in ANYTHING:
        return True
    metric = "ln_rmssd" if stock == HRV_RULE else stock.removeprefix(Z_RULE)
    return ours.endswith(metric) or (metric, ours) in _NAMED


_NAMED = {("sleep_duration", "sleep_shortfall"), ("decoupling", "pacing_drift"), ("decoupling", "durability")}
"""Metric of a stock rule and a rule of ours that is about it under another name."""
