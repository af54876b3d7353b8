"""Files for partners and from them: items out, acknowledgements in, with control totals."""

from makegood.channels.exchange.answers import ANSWERS_FORMAT, read_answers, write_answers
from makegood.channels.exchange.channel import ExchangeChannel
from makegood.channels.exchange.items import ITEMS_FORMAT, Control, control_of
from makegood.channels.exchange.partners import FOLDERS, Partner, PartnerFolders, partner_for
from makegood.channels.exchange.placing import (
    findings_in,
    move_new,
    place_new,
    put_aside,
    remove_hidden,
    sync,
)

__all__ = [
    "ANSWERS_FORMAT",
    "FOLDERS",
    "ITEMS_FORMAT",
    "Control",
    "ExchangeChannel",
    "Partner",
    "PartnerFolders",
    "control_of",
    "findings_in",
    "move_new",
    "partner_for",
    "place_new",
    "put_aside",
    "read_answers",
    "remove_hidden",
    "sync",
    "write_answers",
]
