"""Operators' pages of runs: what leaves, what came of it, what a person is to do."""

__all__: list[str] = []
