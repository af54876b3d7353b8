"""Who works here: members of staff, how they sign in, their sessions and devices."""
