"""Pools of single-use codes, each given out once."""

from makegood.channels.vouchers.channel import VoucherChannel
from makegood.channels.vouchers.giving import code_of, give, give_many
from makegood.channels.vouchers.importing import Imported, import_codes
from makegood.channels.vouchers.standing import PoolStanding, low_pools, pools

__all__ = [
    "Imported",
    "PoolStanding",
    "VoucherChannel",
    "code_of",
    "give",
    "give_many",
    "import_codes",
    "low_pools",
    "pools",
]
