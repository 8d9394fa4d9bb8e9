"""What `wattworth bench` runs: how good the checks are, measured against known truth."""
