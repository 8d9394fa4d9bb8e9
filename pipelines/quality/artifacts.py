"""Finds the RR intervals that are not one normal beat: the detector, in NumPy, many series at once.

Two stages. First the pattern tests of Lipponen & Tarvainen (2019) on thresholds from medians, so that a third of
bad intervals does not blind them. Then each interval is compared with what its six good neighbours on either side
predict (a symmetric linear predictor fitted per stretch): breathing is predictable, a misplaced beat is not. This
clears healthy athletes with large breathing swings and catches displaced beats that the patterns miss.

A misplaced beat lengthens one interval by what the next one loses: the difference of their two residuals is the most
telling figure of it, and is measured in its own spread. Last, what the two intervals beside it say as well, halfway
between them, is no fault: a heart that quickens or slows leaves its breathing for some beats and goes smoothly. Nor is
a heart that slows at once and comes back over several beats (`slowing`).

Source of the pattern tests: Lipponen & Tarvainen, J Med Eng Technol 2019, 43:173-181. The predictor stage and the
numbers marked "engineering start value" are our own, tuned on simulated beats with seeds 999, 1001 and 1002.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipelines.quality.contract import Threshold
from pipelines.quality.sliding import (
    BLOCK,
    Bools,
    Floats,
    Ints,
    Layout,
    after,
    before,
    filled,
    interior,
    layout,
    middle,
    over_blocks,
    shifted,
)
from pipelines.quality.slowing import slowed

TUNED = "engineering start value, tuned on simulated beats (seeds 999, 1001, 1002)"
LIPPONEN = "Lipponen & Tarvainen 2019, J Med Eng Technol 43:173-181"

SHORTEST_MS = Threshold(name="shortest", number=300.0, unit="ms", source="hrv-analysis and Kubios practice: 200 bpm")
LONGEST_MS = Threshold(
    name="longest", number=2200.0, unit="ms", source="engineering start value: 27 bpm, a runner's heart at rest"
)
FIRST_LOOK = Threshold(name="first look", number=0.30, unit="fraction of the local median", source=TUNED)
FAR = Threshold(name="far from the local median", number=0.55, unit="fraction of the local median", source=TUNED)
ALPHA = Threshold(name="alpha", number=4.0, unit="median absolute deviations", source=f"{TUNED}; 5.2 in {LIPPONEN}")
MEDIAN_FACTOR = Threshold(name="median test", number=3.0, unit="thresholds", source=LIPPONEN)
SMALLEST_MS = Threshold(
    name="smallest fault", number=30.0, unit="ms", source="engineering start value: four steps of 128 Hz"
)
SMALLEST_RESIDUAL_MS = Threshold(name="smallest residual", number=35.0, unit="ms", source=TUNED)
STRONG = Threshold(name="residual", number=4.5, unit="robust standard deviations", source=TUNED)
NEIGHBOUR = Threshold(name="residual beside a fault", number=3.1, unit="robust standard deviations", source=TUNED)
PAIR = Threshold(
    name="opposite residuals", number=3.7, unit="robust standard deviations of their difference", source=TUNED
)
PAIR_KEPT = Threshold(name="of a pair already marked", number=0.80, unit="times that", source=TUNED)
AT_END = Threshold(name="first or last of a stretch", number=1.4, unit="times the residual's limit", source=TUNED)
HALFWAY = Threshold(
    name="halfway between its neighbours", number=2.5, unit="robust standard deviations of that", source=TUNED
)
HALFWAY_MS = Threshold(name="halfway in any case", number=35.0, unit="ms", source=TUNED)
PRIOR_DROP = Threshold(name="stricter where faults are many", number=0.16, unit="fraction", source=TUNED)

PRIOR_FROM = Threshold(name="faults are many from", number=0.01, unit="fraction of intervals", source=TUNED)
PRIOR_SPAN = Threshold(name="and most after another", number=0.03, unit="fraction of intervals", source=TUNED)
PAIR_BALANCE = Threshold(
    name="balance of a pair", number=0.38, unit="smaller residual over their difference", source=TUNED
)
SAME_LENGTH = Threshold(
    name="as long as", number=0.20, unit="fraction", source="engineering start value: two intervals to one, one to two"
)
C1 = Threshold(name="ectopic slope", number=0.13, unit="thresholds per threshold", source=LIPPONEN)
C2 = Threshold(name="ectopic offset", number=0.17, unit="thresholds", source=LIPPONEN)

MEDIAN_WINDOW, LOCAL_WINDOW, SPREAD_WINDOW = 11, 31, 91  # intervals; 11 and 91 from the same paper
LOCAL_STRIDE, SPREAD_STRIDE = 4, 8
ORDER = 6  # neighbours on either side that predict an interval
RIDGE = 0.02  # of the mean feature power, so that a flat stretch has a solution
PASSES = 2
TO_SIGMA = 1.4826  # median absolute deviation of a Gaussian to its standard deviation

REASONS = ("", "rr_range", "rr_missed", "rr_extra", "rr_ectopic", "rr_local", "rr_long", "rr_short")


@dataclass(frozen=True, kw_only=True)
class Artifacts:
    """What the detector says of each interval."""

    reason: npt.NDArray[np.int8]
    """Place in REASONS; 0 is a good interval."""
    expected_ms: Floats
    """What the neighbours predict."""
    local_ms: Floats
    """Median of the good intervals around."""


def detect(rr_ms: Floats, run: Ints) -> Artifacts:
    """Marks bad intervals. `run` numbers unbroken stretches: a new series or a gap starts a new one.

    Null-free input in ms. A displaced or ectopic beat spoils both intervals it bounds, an extra beat two, a missed
    beat one; a single good interval between two bad ones is marked too.
    """
    plan = layout(run)
    if not len(run):
        return Artifacts(reason=np.empty(0, np.int8), expected_ms=rr_ms, local_ms=rr_ms)
    rr = rr_ms[plan.source]
    out_of_range = (rr < SHORTEST_MS.number) | (rr > LONGEST_MS.number)
    local = middle(np.where(out_of_range, np.nan, rr), LOCAL_WINDOW, LOCAL_STRIDE)
    bad = out_of_range | ~(np.abs(rr - local) <= FIRST_LOOK.number * local)
    # The mirror images are marked like what they show: else each pass would carry marks in from the run next door.
    bad = (out_of_range | _patterns(rr, bad, plan))[plan.home][plan.source]
    expected = rr
    for _ in range(PASSES):
        expected, local = _prediction(rr, bad, plan)
        found = out_of_range | _unpredicted(rr, expected, local, bad=bad, plan=plan)
        found |= after(found) & before(found)
        found = found[plan.home][plan.source]
        if bool((found == bad).all()):
            break
        bad = found
    real = _halfway(rr, expected, bad, plan) | slowed(rr, bad)
    bad &= out_of_range | ~real[plan.home][plan.source]
    reason = _reasons(rr, expected, local, bad=bad)
    return Artifacts(reason=reason[plan.home], expected_ms=expected[plan.home], local_ms=local[plan.home])


def _patterns(rr: Floats, bad: Bools, plan: Layout) -> Bools:
    """The ectopic, long and short tests of Lipponen & Tarvainen, with the mask each needs for differences."""
    smooth = filled(rr, bad, plan)
    median = middle(smooth, MEDIAN_WINDOW, 1)
    steps = np.where(bad | after(bad), np.nan, np.abs(np.diff(smooth, prepend=smooth[:1])))
    distance = _doubled(smooth - median)
    step_limit = _limit(steps)
    distance_limit = _limit(np.where(bad, np.nan, np.abs(distance)))
    step = np.diff(rr, prepend=rr[:1]) / step_limit
    away = _doubled(rr - median) / distance_limit
    earlier, later, second = shifted(step, 1), shifted(step, -1), shifted(step, -2)
    around = np.where(step > 0, np.maximum(earlier, later), np.minimum(earlier, later))
    ahead = np.where(step >= 0, np.minimum(later, second), np.maximum(later, second))
    ectopic = ((step > 1) & (around < -C1.number * step - C2.number)) | (
        (step < -1) & (around > -C1.number * step + C2.number)
    )
    candidate = ~ectopic & ((np.abs(step) > 1) | (np.abs(away) > MEDIAN_FACTOR.number))
    candidate |= after(candidate & (np.abs(later) < np.abs(second))) & ~ectopic
    too_long = candidate & (((step > 1) & (ahead < -1)) | (away > MEDIAN_FACTOR.number))
    too_short = candidate & (((step < -1) & (ahead > 1)) | (away < -MEDIAN_FACTOR.number))
    local = middle(smooth, LOCAL_WINDOW, LOCAL_STRIDE)
    far = ~(np.abs(rr - local) <= FIRST_LOOK.number * local)
    return np.asarray(far | ectopic | before(ectopic) | too_long | too_short, dtype=np.bool_)


def _doubled(distance: Floats) -> Floats:
    """Distance below the median counts twice, as in the paper."""
    return np.where(distance < 0, 2 * distance, distance)


def _limit(size: Floats) -> Floats:
    """Threshold from the median size around; no threshold where nothing good is around."""
    spread = middle(size, SPREAD_WINDOW, SPREAD_STRIDE)
    return np.maximum(ALPHA.number * np.where(np.isnan(spread), np.inf, spread), SMALLEST_MS.number)


def _prediction(rr: Floats, bad: Bools, plan: Layout) -> tuple[Floats, Floats]:
    """What six good neighbours on either side predict, and the local median they are measured from."""
    smooth = filled(rr, bad, plan)
    local = middle(smooth, LOCAL_WINDOW, LOCAL_STRIDE)
    swing = smooth - local
    features = np.stack([shifted(swing, lag) + shifted(swing, -lag) for lag in range(1, ORDER + 1)], axis=1)
    blocks = features.reshape(-1, BLOCK, ORDER)
    counts = ~bad & interior(plan, LOCAL_WINDOW // 2 + ORDER)
    weighted = (features * counts[:, None]).reshape(-1, BLOCK, ORDER).transpose(0, 2, 1)
    power = over_blocks(weighted @ blocks, plan, 1)
    target = over_blocks((weighted @ swing.reshape(-1, BLOCK, 1))[..., 0], plan, 1)
    ridge = RIDGE * np.trace(power, axis1=1, axis2=2) / ORDER + 1.0
    weights = np.linalg.solve(power + ridge[:, None, None] * np.eye(ORDER), target[..., None])
    return local + (blocks @ weights).reshape(-1), local


def _unpredicted(rr: Floats, expected: Floats, local: Floats, *, bad: Bools, plan: Layout) -> Bools:
    """Intervals that their neighbours do not predict, alone, beside a fault, or as a pair of opposite residuals."""
    residual = rr - expected
    size = np.abs(residual)
    spread = middle(np.where(bad, np.nan, size), SPREAD_WINDOW, SPREAD_STRIDE)
    flagged = over_blocks(bad.reshape(-1, BLOCK).sum(axis=1).astype(np.float64), plan, 2)
    rows = over_blocks(np.full(len(plan.first), float(BLOCK)), plan, 2)
    prior = np.repeat(np.clip((flagged / rows - PRIOR_FROM.number) / PRIOR_SPAN.number, 0.0, 1.0), BLOCK)
    unit = TO_SIGMA * np.where(np.isnan(spread), np.inf, spread) * (1 - PRIOR_DROP.number * prior)
    unit = np.where(plan.ends, AT_END.number, 1.0) * unit
    strong = size > np.maximum(STRONG.number * unit, SMALLEST_RESIDUAL_MS.number)
    found = strong | ~(np.abs(rr - local) <= FAR.number * local)
    found |= (size > np.maximum(NEIGHBOUR.number * unit, SMALLEST_RESIDUAL_MS.number)) & (after(found) | before(found))
    return np.asarray(found | _pairs(residual, bad, prior), dtype=np.bool_)


def _pairs(residual: Floats, bad: Bools, prior: Floats) -> Bools:
    """Two neighbours of which one is too long by about what the other is too short; not one that is marked alone."""
    following = shifted(residual, -1)
    apart = np.abs(residual - following)
    marked = bad & before(bad)
    one_marked = (bad | before(bad)) & ~marked
    usual = middle(np.where(bad | before(bad), np.nan, apart), SPREAD_WINDOW, SPREAD_STRIDE)
    unit = TO_SIGMA * np.where(np.isnan(usual), np.inf, usual) * (1 - PRIOR_DROP.number * prior)
    limit = PAIR.number * unit * np.where(marked, PAIR_KEPT.number, 1.0)
    pair = (apart > np.maximum(limit, 2 * SMALLEST_RESIDUAL_MS.number)) & (residual * following < 0) & ~one_marked
    pair &= np.minimum(np.abs(residual), np.abs(following)) > PAIR_BALANCE.number * apart
    return np.asarray(pair | after(pair), dtype=np.bool_)


def _halfway(rr: Floats, expected: Floats, bad: Bools, plan: Layout) -> Bools:
    """Marked stretches of which every interval lies halfway between its two neighbours, and all to one side."""
    curve = np.abs(rr - (shifted(rr, 1) + shifted(rr, -1)) / 2)
    beside = bad | after(bad) | before(bad)
    spread = middle(np.where(beside, np.nan, curve), SPREAD_WINDOW, SPREAD_STRIDE)
    unit = TO_SIGMA * np.where(np.isnan(spread), 0.0, spread)
    residual = rr - expected
    turns = bad & after(bad) & (residual * shifted(residual, 1) <= 0)
    rough = turns | (curve > np.maximum(HALFWAY.number * unit, HALFWAY_MS.number))
    begins = np.repeat(plan.first * BLOCK, BLOCK) == np.arange(len(rr))
    stretch = np.cumsum((bad != after(bad)) | begins)
    return np.asarray(bad & (np.bincount(stretch, weights=rough)[stretch] == 0), dtype=np.bool_)


def _reasons(rr: Floats, expected: Floats, local: Floats, *, bad: Bools) -> npt.NDArray[np.int8]:
    """Names the fault of each bad interval, the most telling first."""
    normal = np.where(np.isfinite(local) & (local > 0), local, rr)
    later = shifted(rr, -1)
    is_short = bad & (rr < expected)
    is_long = bad & (rr >= expected)
    beats = np.round(rr / normal)
    missed = is_long & (beats >= 2) & (np.abs(rr / np.maximum(beats, 1.0) - normal) < SAME_LENGTH.number * normal)  # noqa: PLR2004
    one = np.abs(rr + later - normal) < SAME_LENGTH.number * normal
    extra = bad & before(bad) & one & (rr < normal) & (later < normal)
    extra |= after(extra)
    two = is_short & before(is_long) & (np.abs(rr + later - 2 * normal) < SAME_LENGTH.number * 2 * normal)
    turned = is_long & before(is_short) & (np.abs(rr + later - 2 * normal) < SAME_LENGTH.number * 2 * normal)
    ectopic = two | after(two) | turned | after(turned)
    far = bad & ~(np.abs(rr - local) <= FAR.number * local)
    ranged = bad & ((rr < SHORTEST_MS.number) | (rr > LONGEST_MS.number))
    places = [
        REASONS.index(n) for n in ("rr_range", "rr_missed", "rr_extra", "rr_ectopic", "rr_local", "rr_short", "rr_long")
    ]
    return np.select([ranged, missed, extra, ectopic, far, is_short, is_long], places, 0).astype(np.int8)
