"""What Garmin states of nights, days and activities, in its account export and as its web service gives it."""
