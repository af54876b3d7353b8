"""``makegood doctor``: what is wrong with an installation, in plain words, and what to do."""

from makegood.project.doctor.check import Check, State
from makegood.project.doctor.examining import examine

__all__ = ["Check", "State", "examine"]
