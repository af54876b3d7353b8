"""Pay-outs through a bank: ISO 20022 files out and in, and the check of an account's holder."""

from makegood.channels.bank.channel import BankChannel
from makegood.channels.bank.holder_check import HolderAnswer, HolderCheck, HolderKind
from makegood.channels.bank.problems import Unreachable

__all__ = ["BankChannel", "HolderAnswer", "HolderCheck", "HolderKind", "Unreachable"]
