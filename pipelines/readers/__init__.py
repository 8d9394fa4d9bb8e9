"""Stops 1 to 3, drop, recognise and read: one file per export format."""
