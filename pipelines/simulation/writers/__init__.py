"""One file per export format that the generated squad is written in."""
