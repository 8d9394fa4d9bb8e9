"""Stop 7, estimate: one file per rung of the ladder, judged on a rolling origin."""
