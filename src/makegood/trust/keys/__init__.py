"""The master key, which wraps every other key: in a file, or in a key management service."""

from makegood.trust.keys.master import MasterKey
from makegood.trust.keys.rewrapping import Rewrap, Rewrapping

__all__ = ["MasterKey", "Rewrap", "Rewrapping"]
