"""From a decision to what somebody can act on: serving copy, quotes, claims, choices.

``serving`` answers for one line in milliseconds, ``quotes`` keep what a customer was shown,
``claims`` bring an application to its payment, ``choices`` keep what was chosen and coupons taken.
"""
