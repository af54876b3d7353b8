"""A document under a key of its own, and that key under the generation's.

Rotation seals only the key again: how quick it is does not depend on how large documents are. Both
ciphertexts are bound to the customer, the document's number and its kind.
"""

from __future__ import annotations

import json

import tink
from tink import aead, secret_key_access

from makegood.kernel import Finding, MakegoodError

DOCUMENT_TABLE = "vault_document"


def new_key() -> tink.KeysetHandle:
    """A key for one document."""
    aead.register()
    return tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM_SIV)


def written(key: tink.KeysetHandle, name: str) -> bytes:
    """A document's key and its masked name, to be sealed at once."""
    keyset = tink.json_proto_keyset_format.serialize(key, secret_key_access.TOKEN)
    return json.dumps({"key": json.loads(keyset), "name": name}).encode()


def read(packed: bytes) -> tuple[tink.KeysetHandle, str]:
    """What was written."""
    aead.register()
    content = json.loads(packed)
    key = tink.json_proto_keyset_format.parse(json.dumps(content["key"]), secret_key_access.TOKEN)
    return key, str(content["name"])


def place_of(customer_id: str, reference: str, kind: str) -> str:
    """What both ciphertexts are bound to."""
    return f"{customer_id}/{reference}/{kind}"


def seal_content(key: tink.KeysetHandle, place: str, content: bytes) -> bytes:
    """The content, sealed by its own key."""
    sealed: bytes = key.primitive(aead.Aead).encrypt(content, f"{DOCUMENT_TABLE}/{place}".encode())
    return sealed


def open_content(key: tink.KeysetHandle, place: str, sealed: bytes) -> bytes:
    """The content again. Raises MakegoodError MG726 where it was changed, or is another's."""
    try:
        content: bytes = key.primitive(aead.Aead).decrypt(
            sealed, f"{DOCUMENT_TABLE}/{place}".encode()
        )
    except tink.TinkError:
        what = "the content of a document was changed, or belongs to another one"
        hint = "restore it from a back-up, and run 'makegood audit verify'"
        raise MakegoodError(Finding("MG726", what, hint)) from None
    return content
