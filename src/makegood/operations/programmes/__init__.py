"""Operators' pages of programmes: versions, drafts, what they come to, the plan."""

__all__: list[str] = []
