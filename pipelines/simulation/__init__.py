"""The generated squad: exports with known faults, and the truth beside them."""
