"""What is known of targets that were missed: the measured reason, and what was tried.

Whoever moves a figure keeps its text true. A text is shown only in a run in which its line is missed.
"""

from pipelines.proofs.target_line import Explanation

NEVER_MISSED = Explanation(
    reason="This line was met on every full run so far: a miss is new, or chance of a quick run's few cases.",
    tried="nothing yet.",
)

FEW_SERIES = Explanation(
    reason=(
        "With the 40 series of a quick run the interval of a ratio reaches past 1 by chance: 0.54 (0.27 to 1.25) was"
        " seen there, where 200 series gave 0.53 (0.42 to 0.70)."
    ),
    tried="five times as many series, which is what a full run has: a miss of a full run is new.",
)

REAL_BEATS = Explanation(
    reason=(
        "Nine in ten marks have a reason by rules that use nothing the detector says: 2,276 of 2,919 are beats that"
        " were not stored (the device's own heart rate says as many beats in 2,082 of the 2,093 it can be asked of),"
        " 242 are good intervals between two of those, 105 are beats out of their place or in a burst. They have"
        " to be marked. 296 have no such reason, 0.38 % of 77,660 beats; 191 of them lie in 6,408 beats at rest, most"
        " in two recordings of hearts that slow by a fifth to a half within a few beats, and are marked wrongly."
    ),
    tried=(
        "letting a smooth slowing or quickening pass, and what neighbours do not predict count from 13 % of the"
        " median on; letting a heart pass that slows at once and comes back over several beats, which took a quarter"
        " of the marks at rest away. Letting more of it pass lets misplaced beats of breathing hearts pass as well."
    ),
)

BUSY_MACHINE = Explanation(
    reason=(
        "CPU time a beat moves with whoever else uses the processor: 64 and 80 times the whole call, 9.8 and"
        " 13 times the detection alone were seen on the same code."
    ),
    tried="taking turns within one run and the median of five; the figure that counts is that of an idle machine.",
)

BUSY_JUDGING = Explanation(
    reason=(
        "CPU time moves with whoever else uses the processor, and small batches pay more for each subject;"
        " 0.093 s was seen in batches of 200 when the machine was shared."
    ),
    tried="the best of three rounds in a process of one thread.",
)

STANDING_PLACED = Explanation(
    part="standing drift, positions alone",
    reason=(
        "Without step rate and speed, positions that wander by 12 m every 15 s go as fast as a runner. They were"
        " found in all of 40 runs once it was asked whether they go on the way they went and get anywhere."
    ),
    tried="telling it by their speed, and by their zigzag alone, which withheld every value and named nothing.",
)

GAP_PLACED = Explanation(
    part="gap, positions alone",
    reason=(
        "Nobody recorded the way over a gap of five minutes: it lies between the straight way and the usual"
        " speed. Distance was 0.4 % off (95th percentile 1.8 %) in the file and 0.4 % (1.6 %) after, so that there"
        " is little to win; pace was withheld in all of 40 runs."
    ),
    tried=(
        "the straight way, which cuts the bends (1.0 % off, 95th percentile 2.0 %); then halfway between it and"
        " the usual speed, which stands now."
    ),
)

TRACKS = (NEVER_MISSED, STANDING_PLACED, GAP_PLACED)
"""What is known of tracks, fault by fault."""

FEW_CASES = Explanation(
    reason=(
        "In a full run 40 of 44 strata of at least 100 subjects were within: a night's ln RMSSD was at 0.763 of 300 and"
        " that of mornings of which 10 to 30 % is flagged at 0.843 of 185, each twice, for day and baseline. Factors"
        " are from as many subjects on another seed, so that both are within chance. A quick run has a tenth of the"
        " subjects, and a stratum that just reaches 100 is off by 0.08 by chance alone."
    ),
    tried="`wattworth calibrate`, which a change of a detector or a fault asks for: so does a miss of a full run.",
)
