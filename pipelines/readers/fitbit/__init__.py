"""What Fitbit and Google Health give out: JSON and CSV families of three generations of one export."""
