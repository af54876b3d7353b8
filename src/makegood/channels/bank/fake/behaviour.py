"""How a fake bank behaves: drawn from a seed and what it is about, so the same after a restart."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How often a bank does what, as parts of 1; the days that it takes for it.

    ``rejects``, ``silent`` and ``returns`` are of payments; ``twice``, ``late`` and ``partial`` are
    of answers; ``outages`` of requests over HTTP. A silent payment is carried out or rejected as
    any other, and only an enquiry tells which. Accounts that nobody registered are unknown, unless
    ``takes_any_account``. ``doubled`` is of files that reach the bank twice; with
    ``refuses_duplicates`` it rejects the second message (DU01) or payment (AM05), else it says
    nothing of it.
    """

    seed: int = 1
    rejects: float = 0.0
    silent: float = 0.0
    returns: float = 0.0
    twice: float = 0.0
    late: float = 0.0
    partial: float = 0.0
    outages: float = 0.0
    doubled: float = 0.0
    late_days: int = 3
    return_days: int = 2
    takes_any_account: bool = False
    refuses_duplicates: bool = False

    def draw(self, what: str, about: str) -> float:
        """A number from 0 up to 1, always the same for the same question."""
        digest = blake2b(f"{self.seed}\x1f{what}\x1f{about}".encode(), digest_size=8).digest()
        return int.from_bytes(digest) / (1 << 64)

    def does(self, what: str, about: str) -> bool:
        """Whether it happens: ``what`` is one of the parts above."""
        part: float = getattr(self, what)
        return self.draw(what, about) < part
