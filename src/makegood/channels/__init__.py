"""Ways to the outside: bank, files, messages, vouchers; each with a codec, a client and a fake."""

from makegood.channels.contract import (
    ANSWER_SCHEMA,
    ITEM_SCHEMA,
    AtAnyHour,
    Channel,
    ChannelName,
    Incoming,
    NotSent,
    Outcome,
    PartlySent,
    Shipment,
    Taken,
)

__all__ = [
    "ANSWER_SCHEMA",
    "ITEM_SCHEMA",
    "AtAnyHour",
    "Channel",
    "ChannelName",
    "Incoming",
    "NotSent",
    "Outcome",
    "PartlySent",
    "Shipment",
    "Taken",
]
