"""Who may see and do what, kept secret where it must be, and written down for good."""
