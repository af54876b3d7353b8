"""Applications and their way to the payment."""
