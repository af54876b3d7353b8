"""The vault: personal data as ciphertexts that are found by blind indexes and opened one by one.

Nothing here decides who may see what, and nothing here logs that somebody looked: the gate
(``makegood.trust.access``) does both before it comes here.
"""

from makegood.trust.vault.beside import (
    NotSealed,
    account_clause,
    account_values,
    expect_sealable,
    keeping_account,
)
from makegood.trust.vault.checking import checked_phone
from makegood.trust.vault.deletion import DeletionReceipt, delete_person
from makegood.trust.vault.deletion_again import delete_again, deleted_persons
from makegood.trust.vault.documents import (
    UNUSED_DAYS,
    Document,
    DocumentKind,
    DocumentReference,
    DocumentStanding,
    ExaminedDocument,
    check_scanner,
    discard_unused_documents,
    document_standing,
    documents_of,
    examine_document,
    is_document_reference,
    keep_document,
    keep_examined,
    open_document,
    use_documents,
)
from makegood.trust.vault.key_generations import (
    Generation,
    check_keys,
    generations,
    rewrap_generations,
    wrapped_keys,
)
from makegood.trust.vault.loading import LoadReport, Mapping, load, rejects_of
from makegood.trust.vault.masking import (
    MaskedPerson,
    mask_account,
    mask_account_number,
    mask_address,
    mask_birth_date,
    mask_email,
    mask_name,
    mask_person,
    mask_phone,
)
from makegood.trust.vault.normalising import canonical_phone
from makegood.trust.vault.notes import NOTE_BYTES_MAX, drop_notes, open_notes, seal_note
from makegood.trust.vault.opening import open_accounts, open_persons
from makegood.trust.vault.people import Account, Person
from makegood.trust.vault.rotation import (
    Rotation,
    begin_rotation,
    finish_rotation,
    retiring,
    rotate,
)
from makegood.trust.vault.storing import (
    find_by_name_and_birth_date,
    find_by_phone,
    open_account,
    open_person,
    store_account,
    store_person,
)
from makegood.trust.vault.synthetic import make_contacts
from makegood.trust.vault.texts import open_texts, seal_texts

__all__ = [
    "NOTE_BYTES_MAX",
    "UNUSED_DAYS",
    "Account",
    "DeletionReceipt",
    "Document",
    "DocumentKind",
    "DocumentReference",
    "DocumentStanding",
    "ExaminedDocument",
    "Generation",
    "LoadReport",
    "Mapping",
    "MaskedPerson",
    "NotSealed",
    "Person",
    "Rotation",
    "account_clause",
    "account_values",
    "begin_rotation",
    "canonical_phone",
    "check_keys",
    "check_scanner",
    "checked_phone",
    "delete_again",
    "delete_person",
    "deleted_persons",
    "discard_unused_documents",
    "document_standing",
    "documents_of",
    "drop_notes",
    "examine_document",
    "expect_sealable",
    "find_by_name_and_birth_date",
    "find_by_phone",
    "finish_rotation",
    "generations",
    "is_document_reference",
    "keep_document",
    "keep_examined",
    "keeping_account",
    "load",
    "make_contacts",
    "mask_account",
    "mask_account_number",
    "mask_address",
    "mask_birth_date",
    "mask_email",
    "mask_name",
    "mask_person",
    "mask_phone",
    "open_account",
    "open_accounts",
    "open_document",
    "open_notes",
    "open_person",
    "open_persons",
    "open_texts",
    "rejects_of",
    "retiring",
    "rewrap_generations",
    "rotate",
    "seal_note",
    "seal_texts",
    "store_account",
    "store_person",
    "use_documents",
    "wrapped_keys",
]
