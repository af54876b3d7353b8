"""Pools of single-use codes, each given out once."""
