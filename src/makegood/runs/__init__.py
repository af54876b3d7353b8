"""Runs: what was decided reaches the customer exactly once."""
