"""Stop 6, observe: values with their expected error, baselines, never advice."""
