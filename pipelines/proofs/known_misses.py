"""What is known of targets that were missed: the reason, and what was tried.

Figures of a run stand in its own lines, never here: whoever moves one would have to come by. A text is shown only in a
run in which its line is missed.
"""

from pipelines.proofs.target_line import Explanation

NEVER_MISSED = Explanation(
    reason="This line was met on every full run so far: a miss is new, or chance of a quick run's few cases.",
    tried="nothing yet.",
)

FEW_SERIES = Explanation(
    reason=(
        "With the 40 series of a quick run the interval of a ratio is more than twice as wide as with the 200 of a full"
        " one, and reaches past 1 by chance."
    ),
    tried="five times as many series, which is what a full run has: a miss of a full run is new.",
)

REAL_BEATS = Explanation(
    reason=(
        "Nine in ten marks have a reason by rules that use nothing the detector says: most are beats that were not"
        " stored (the device's own heart rate says as many beats nearly wherever it can be asked), others are good"
        " intervals between two of those, or beats out of their place or in a burst. They have to be marked. The rest"
        " has a line of its own; most of it lies at rest, in recordings of hearts that slow by a fifth to a half within"
        " a few beats, and is marked wrongly."
    ),
    tried=(
        "letting a smooth slowing or quickening pass, and what neighbours do not predict count from 13 % of the"
        " median on; letting a heart pass that slows at once and comes back over several beats, which took a quarter"
        " of the marks at rest away. Letting more of it pass lets misplaced beats of breathing hearts pass as well."
    ),
)

BUSY_MACHINE = Explanation(
    reason=(
        "CPU time a beat moves with whoever else uses the processor: on the same code the ratio has moved by a quarter"
        " to a third from run to run."
    ),
    tried="taking turns within one run and the median of five; the figure that counts is that of an idle machine.",
)

BUSY_JUDGING = Explanation(
    reason=(
        "CPU time moves with whoever else uses the processor, and small batches pay more for each subject; batches of"
        " 200 stayed within the target on a shared machine."
    ),
    tried="the best of three rounds in a process of one thread.",
)

STANDING_PLACED = Explanation(
    part="standing drift, positions alone",
    reason=(
        "Without step rate and speed, positions that wander by 12 m every 15 s go as fast as a runner. They are found"
        " since it is asked whether they go on the way they went and get anywhere."
    ),
    tried="telling it by their speed, and by their zigzag alone, which withheld every value and named nothing.",
)

GAP_PLACED = Explanation(
    part="gap, positions alone",
    reason=(
        "Nobody recorded the way over a gap of five minutes: it lies between the straight way and the usual"
        " speed. Distance is off by little in the file already, so that there is little to win; pace is withheld."
    ),
    tried=(
        "the straight way, which cuts the bends and was further off; then halfway between it and the usual speed,"
        " which stands now."
    ),
)

TRACKS = (NEVER_MISSED, STANDING_PLACED, GAP_PLACED)
"""What is known of tracks, fault by fault."""

FEW_CASES = Explanation(
    reason=(
        "The share that is covered is off by 0.04 of 100 subjects by chance alone, by 0.028 of 200 and by 0.023 of 300"
        " (one standard deviation at 0.8), so that some of so many strata lie outside 0.78 to 0.84 whatever the"
        " factors, and those come from as many subjects on another seed. A quick run has a tenth of the subjects."
    ),
    tried="`wattworth calibrate`, which a change of a detector or a fault asks for: so does a miss of a full run.",
)
