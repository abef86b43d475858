"""English, as it is written where the day comes first and a day has 24 hours."""
