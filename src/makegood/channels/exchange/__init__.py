"""Files for partners and from them: items out, acknowledgements in, with control totals."""

from makegood.channels.exchange.answer_files import AnswerFiles
from makegood.channels.exchange.answers import (
    ANSWERS_FORMAT,
    CODE_LETTERS_MAX,
    read_answers,
    write_answers,
)
from makegood.channels.exchange.channel import ExchangeChannel
from makegood.channels.exchange.items import ITEMS_FORMAT, Control, control_of
from makegood.channels.exchange.partners import (
    FOLDER_MODE,
    FOLDERS,
    Partner,
    PartnerFolders,
    partner_for,
)
from makegood.channels.exchange.placing import (
    InOtherHands,
    NotPlain,
    findings_in,
    hold,
    move_new,
    place_new,
    plain_bytes,
    put_aside,
    remove_hidden,
    sync,
    write_whole,
)
from makegood.channels.exchange.problems import contradictory, missing_setting, not_taken

__all__ = [
    "ANSWERS_FORMAT",
    "CODE_LETTERS_MAX",
    "FOLDERS",
    "FOLDER_MODE",
    "ITEMS_FORMAT",
    "AnswerFiles",
    "Control",
    "ExchangeChannel",
    "InOtherHands",
    "NotPlain",
    "Partner",
    "PartnerFolders",
    "contradictory",
    "control_of",
    "findings_in",
    "hold",
    "missing_setting",
    "move_new",
    "not_taken",
    "partner_for",
    "place_new",
    "plain_bytes",
    "put_aside",
    "read_answers",
    "remove_hidden",
    "sync",
    "write_answers",
    "write_whole",
]
