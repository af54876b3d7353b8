"""A bank for tests and rehearsals: it speaks the real formats and keeps its books on disk."""

from makegood.channels.bank.fake.bank import FakeBank
from makegood.channels.bank.fake.behaviour import Behaviour
from makegood.channels.bank.fake.books import Booked
from makegood.channels.bank.fake.web import served

__all__ = ["Behaviour", "Booked", "FakeBank", "served"]
