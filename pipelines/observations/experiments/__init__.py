"""Questions a coach puts to chance: planned from the athlete's own days, randomised, and decided once they are over."""
