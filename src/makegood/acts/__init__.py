"""What is done about a card or an application, by the customer or by who acts for them.

The customers' pages and the support centre's ask here what is whose, and do here what is done:
once, whoever sends it how often. Each site has addresses, pages and words of its own.
"""

from makegood.acts.accounts import CHECKS_MAX, Misfit, account_fit, misfit_of
from makegood.acts.acting import Acting
from makegood.acts.applying import application_of, applied, operator_of
from makegood.acts.asking import (
    AskedCard,
    AskedClaim,
    asked_card,
    asked_claim,
    claim_of_theirs,
    sent_in,
)
from makegood.acts.certifying import certificate_answer
from makegood.acts.choosing import chosen, coupon_taken, has_code_taken, offer_of
from makegood.acts.claiming import CorrectForm, corrected, objected, taken_back
from makegood.acts.doing import refusal, tried
from makegood.acts.files import KINDS_TEXT, FileForm
from makegood.acts.forms import (
    AccountForm,
    ChooseForm,
    FieldWords,
    ObjectForm,
    StepForm,
    WordedForm,
)
from makegood.acts.handing_in import (
    ASKS_TO_SEND,
    file_form,
    megabytes,
    says_what_it_waits_for,
    taken_in,
)
from makegood.acts.papers import (
    OtherName,
    document_needed,
    is_proven,
    other_name_document,
    other_name_of,
    takes_others,
)
from makegood.acts.reckoning import PenaltyAsked, penalty_asked
from makegood.acts.telling import FindingsMiddleware, page_of

__all__ = [
    "ASKS_TO_SEND",
    "CHECKS_MAX",
    "KINDS_TEXT",
    "AccountForm",
    "Acting",
    "AskedCard",
    "AskedClaim",
    "ChooseForm",
    "CorrectForm",
    "FieldWords",
    "FileForm",
    "FindingsMiddleware",
    "Misfit",
    "ObjectForm",
    "OtherName",
    "PenaltyAsked",
    "StepForm",
    "WordedForm",
    "account_fit",
    "application_of",
    "applied",
    "asked_card",
    "asked_claim",
    "certificate_answer",
    "chosen",
    "claim_of_theirs",
    "corrected",
    "coupon_taken",
    "document_needed",
    "file_form",
    "has_code_taken",
    "is_proven",
    "megabytes",
    "misfit_of",
    "objected",
    "offer_of",
    "operator_of",
    "other_name_document",
    "other_name_of",
    "page_of",
    "penalty_asked",
    "refusal",
    "says_what_it_waits_for",
    "sent_in",
    "taken_back",
    "taken_in",
    "takes_others",
    "tried",
]
