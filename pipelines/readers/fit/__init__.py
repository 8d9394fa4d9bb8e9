"""The FIT format: a block decoder of our own (see docs/decisions) and what its messages mean."""
