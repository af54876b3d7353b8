"""Passes chosen and coupons taken."""
