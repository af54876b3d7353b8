"""Made-up people with Korean names, addresses and accounts, for trials; the same from a seed."""

from makegood.trust.vault.synthetic.making import make_contacts

__all__ = ["make_contacts"]
