"""A whole programme on a virtual clock, with faults, and an oracle of what must come of it."""
