"""The whole log checked: every payload hashed again, every row compared with every other."""

from makegood.trust.audit.verifying.result import Verification
from makegood.trust.audit.verifying.verify import verify

__all__ = ["Verification", "verify"]
