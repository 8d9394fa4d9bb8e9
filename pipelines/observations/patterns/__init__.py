"""Patterns: what several observations of an athlete show together. One rule a file, found by its declaration."""
