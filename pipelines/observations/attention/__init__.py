"""Attention: which few rows a coach is shown of a night, and how many chance alone would have shown."""
