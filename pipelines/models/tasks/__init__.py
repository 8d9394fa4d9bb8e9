"""One file per task: what the rungs of the ladder are asked to estimate."""
