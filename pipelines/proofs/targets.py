"""The one table of targets, in its order."""

from pipelines.proofs.beat_targets import BEAT_LINES
from pipelines.proofs.error_targets import ERROR_LINES
from pipelines.proofs.target_line import Line
from pipelines.proofs.track_targets import TRACK_LINES

LINES: tuple[Line, ...] = (*BEAT_LINES, *TRACK_LINES, *ERROR_LINES)
"""Every target there is."""
