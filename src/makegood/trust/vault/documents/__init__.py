"""Documents that customers hand in: examined, sealed each under a key of its own, opened."""

from makegood.trust.vault.documents.examining import ExaminedDocument, examine_document
from makegood.trust.vault.documents.keeping import (
    UNUSED_DAYS,
    discard_unused_documents,
    keep_document,
    keep_examined,
    use_documents,
)
from makegood.trust.vault.documents.kinds import DocumentKind
from makegood.trust.vault.documents.opening import (
    Document,
    DocumentStanding,
    document_standing,
    documents_of,
    open_document,
)
from makegood.trust.vault.documents.references import DocumentReference, is_document_reference
from makegood.trust.vault.documents.scanning import check_scanner

__all__ = [
    "UNUSED_DAYS",
    "Document",
    "DocumentKind",
    "DocumentReference",
    "DocumentStanding",
    "ExaminedDocument",
    "check_scanner",
    "discard_unused_documents",
    "document_standing",
    "documents_of",
    "examine_document",
    "is_document_reference",
    "keep_document",
    "keep_examined",
    "open_document",
    "use_documents",
]
