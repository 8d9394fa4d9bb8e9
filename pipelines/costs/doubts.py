"""Every doubt about a meter there is, by name: a closed list, so that a figure is either sure, doubted or null.

A row of the ledger carries the names of its doubts; the views add those that depend on the factors in use. What does
not belong here: how a doubt is come by. That stands where the figure is made.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """One thing that may be wrong with a figure of the ledger."""

    name: str
    means: str
    raised_when: str
    becomes: str
    """What the figure is then."""


METERS_DISAGREE = Doubt(
    name="meters_disagree",
    means="CodeCarbon and the operating system tell of different work.",
    raised_when="CodeCarbon's energy over CPU time times watts is outside the band in the factors, 0.8 to 1.25",
    becomes="energy from CPU time stands, marked doubtful",
)
CHILDREN_LOST = Doubt(
    name="children_lost",
    means="CodeCarbon missed processes that ended between two of its samples.",
    raised_when="CodeCarbon tells under 0.8 of CPU time times watts, and ended children used over a fifth of it",
    becomes="energy from CPU time, children included; CodeCarbon's is kept beside it as too low",
)
BUSY_NEIGHBOURS = Doubt(
    name="busy_neighbours",
    means="Others used the machine meanwhile.",
    raised_when="others had over a fifth of the busy time",
    becomes="a counter or wall meter is not read as ours; CPU time stands; the share of making the machine is too high",
)
COUNTRY_MISSING = Doubt(
    name="country_missing",
    means="Nobody stated where the electricity comes from.",
    raised_when="a step ran without --country",
    becomes="carbon and water null; energy stands",
)
COUNTRY_WRONG = Doubt(
    name="country_wrong",
    means="The country is not the one stated, or there is no factor for it.",
    raised_when="CodeCarbon names another country, or grid.csv has no row for the one stated",
    becomes="CodeCarbon's energy null; without a grid factor carbon null",
)
SILENT_FALLBACK = Doubt(
    name="silent_fallback",
    means="CodeCarbon took a default that nobody stated.",
    raised_when="CodeCarbon names no country, or its carbon over energy is the world's 475 g/kWh",
    becomes="CodeCarbon's energy null",
)
NO_NETWORK = Doubt(
    name="no_network",
    means="A tracker asked the network where it is and got no answer; it then says Quebec.",
    raised_when="a tracker's figures are of Canada, Quebec, where that was not stated",
    becomes="CodeCarbon's energy null",
)
BELOW_FLOOR = Doubt(
    name="below_floor",
    means="The work was too short for CodeCarbon, which would bill mostly itself.",
    raised_when="CodeCarbon saw under 2 CPU-seconds or 10 samples",
    becomes="CodeCarbon's energy null; CPU time stands, it has no floor",
)
TRACKER_FAILED = Doubt(
    name="tracker_failed",
    means="CodeCarbon gave no figures, or impossible ones, without an error.",
    raised_when="CodeCarbon was not started, half built, refused or killed: no figures, or no energy above 0",
    becomes="CodeCarbon's energy null",
)
COUNTER_LOST = Doubt(
    name="counter_lost",
    means="The processor's energy counter could not be read to the end.",
    raised_when="the counter vanished, stood still, may have wrapped twice (over 30 min) or ran backwards",
    becomes="energy from CPU time",
)
ACCOUNTS_DISAGREE = Doubt(
    name="accounts_disagree",
    means="The model jobs tell of more CPU time than the operating system gives their process.",
    raised_when="model jobs claim over 2 % more CPU time than their process had",
    becomes="the operating system's account stands, marked doubtful",
)
CLOCK_JUMPED = Doubt(
    name="clock_jumped",
    means="The clock on the wall was set, or the machine slept, while the step ran.",
    raised_when="wall clock and steady clock differ by over 2 s and over a thousandth of the step",
    becomes="durations are the steady clock's and stand; start and end are not to be relied on",
)
CUT_SHORT = Doubt(
    name="cut_short",
    means="The process was killed: the figures are those of its last sign of life.",
    raised_when="the process of a step under way is no more",
    becomes="a lower bound, at most two seconds old; null without a sign of life",
)
READING_SHARED = Doubt(
    name="reading_shared",
    means="A reading at the wall covers more than one run.",
    raised_when="another run overlaps the time of the reading",
    becomes="the reading is no run's; estimates stand",
)
READING_PARTIAL = Doubt(
    name="reading_partial",
    means="A reading at the wall does not cover a run from start to end.",
    raised_when="a run began before it or ended after it",
    becomes="the reading is not the run's; estimates stand",
)
READING_TOO_LONG = Doubt(
    name="reading_too_long",
    means="A reading at the wall is also of time beside the run, and the machine's power at rest is not known.",
    raised_when="the run fills under 0.9 of the reading, and no idle_w was given",
    becomes="the reading is not the run's; estimates stand",
)
READING_BELOW_IDLE = Doubt(
    name="reading_below_idle",
    means="A reading at the wall is less than what the machine is said to draw at rest.",
    raised_when="the energy of the reading is not above idle_w times its time",
    becomes="the reading is not the run's; estimates stand",
)

DOUBTS = (
    METERS_DISAGREE,
    CHILDREN_LOST,
    BUSY_NEIGHBOURS,
    COUNTRY_MISSING,
    COUNTRY_WRONG,
    SILENT_FALLBACK,
    NO_NETWORK,
    BELOW_FLOOR,
    TRACKER_FAILED,
    COUNTER_LOST,
    ACCOUNTS_DISAGREE,
    CLOCK_JUMPED,
    CUT_SHORT,
    READING_SHARED,
    READING_PARTIAL,
    READING_TOO_LONG,
    READING_BELOW_IDLE,
)
NAMES = tuple(doubt.name for doubt in DOUBTS)
