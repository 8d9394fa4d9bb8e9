"""Stop 8, publish: the only place that draws."""
