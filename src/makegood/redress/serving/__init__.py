"""The serving copy of the newest snapshot, and whose a line is."""
