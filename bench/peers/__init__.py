"""The programme of 2025 written once more by hand for every other engine."""
