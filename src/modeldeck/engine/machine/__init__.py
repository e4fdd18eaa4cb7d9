"""Hardware readings, and what fits."""
