"""Pay-outs through a bank: ISO 20022 files out and in, and the check of an account's holder."""

from makegood.channels.bank.channel import BankChannel
from makegood.channels.bank.holder_check import HolderAnswer, HolderCheck, HolderKind
from makegood.channels.bank.institutions import INSTITUTIONS, Institution, institution_name
from makegood.channels.bank.problems import Unreachable
from makegood.channels.bank.uploading import (
    ANSWER_BYTES_MAX,
    BroughtAnswers,
    check_answers,
    place_answers,
)

__all__ = [
    "ANSWER_BYTES_MAX",
    "INSTITUTIONS",
    "BankChannel",
    "BroughtAnswers",
    "HolderAnswer",
    "HolderCheck",
    "HolderKind",
    "Institution",
    "Unreachable",
    "check_answers",
    "institution_name",
    "place_answers",
]
