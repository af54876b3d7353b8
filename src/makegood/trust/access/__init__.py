"""The gate between people and personal data: every access is decided, and every one recorded."""

from makegood.kernel import looks_personal, masked_text
from makegood.trust.access.consents import (
    Channel,
    Consent,
    consents_of,
    give_consent,
    withdraw_consent,
)
from makegood.trust.access.corrections import correct_account, correct_person, delete_customer
from makegood.trust.access.documents import hand_in_document, show_document
from makegood.trust.access.gate import expect_permitted, permit, permitted
from makegood.trust.access.in_force import policies, use_policies
from makegood.trust.access.people import (
    ACCOUNT_FIELDS,
    FIELDS,
    PERSON_FIELDS,
    MaskedCustomer,
    download,
    look_up,
    read_masked,
    reveal,
)
from makegood.trust.access.plain_words import checked_case, checked_reason
from makegood.trust.access.refusal import Refused
from makegood.trust.access.review import (
    Access,
    AccessCount,
    Mark,
    Review,
    Unusual,
    Verdict,
    access_counts,
    accesses_to,
    look_at,
    review_month,
    write_review,
)
from makegood.trust.access.standing import consent_state
from makegood.trust.access.visitor import Visitor
from makegood.trust.access.writing import recorded

__all__ = [
    "ACCOUNT_FIELDS",
    "FIELDS",
    "PERSON_FIELDS",
    "Access",
    "AccessCount",
    "Channel",
    "Consent",
    "Mark",
    "MaskedCustomer",
    "Refused",
    "Review",
    "Unusual",
    "Verdict",
    "Visitor",
    "access_counts",
    "accesses_to",
    "checked_case",
    "checked_reason",
    "consent_state",
    "consents_of",
    "correct_account",
    "correct_person",
    "delete_customer",
    "download",
    "expect_permitted",
    "give_consent",
    "hand_in_document",
    "look_at",
    "look_up",
    "looks_personal",
    "masked_text",
    "permit",
    "permitted",
    "policies",
    "read_masked",
    "recorded",
    "reveal",
    "review_month",
    "show_document",
    "use_policies",
    "withdraw_consent",
    "write_review",
]
