"""Stop 5, judge: one family of checks per signal, then expected error, grade and verdict."""
