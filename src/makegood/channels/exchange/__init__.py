"""Files with control totals, placed whole, and their acknowledgements."""
