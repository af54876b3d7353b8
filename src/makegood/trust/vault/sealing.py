"""The keys of one generation at work: records sealed and opened, indexes computed.

A ciphertext is bound to its table, its generation and its customer: put anywhere else it does not
open. An index is the first 16 bytes of a pseudo-random function of what is looked up; every index
has a key of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import tink
from tink import aead, prf, secret_key_access

from makegood.kernel import Finding, MakegoodError
from makegood.trust.vault.normalising import canonical_phone, name_for_index
from makegood.trust.vault.packing import MARK, pack, unpack
from makegood.trust.vault.people import Account, Person
from makegood.trust.vault.problems import no_document_keys, no_text_keys

INDEX_BYTES = 16
PERSON_TABLE, ACCOUNT_TABLE, LOAD_TABLE = "vault_person", "vault_account", "vault_load"
TEXT_TABLE = "vault_text"
DOCUMENT_TABLE = "vault_document"
NOTE_TABLE = "vault_note"

# AES-GCM-SIV: an accident of the random nonce tells only that two records are the same.
_AEAD = aead.aead_key_templates.AES256_GCM_SIV
_PRF = prf.prf_key_templates.HMAC_SHA256
_TEMPLATES = {
    "person": _AEAD,
    "account": _AEAD,
    "load": _AEAD,
    "phone": _PRF,
    "name_birth_date": _PRF,
    "text": _AEAD,
    "text_index": _PRF,
    "document": _AEAD,
    "note": _AEAD,
}


def new_keys() -> bytes:
    """Fresh keys of a generation, to be wrapped at once: a JSON object of Tink keysets."""
    _register()
    made = {
        name: json.loads(
            tink.json_proto_keyset_format.serialize(
                tink.new_keyset_handle(template), secret_key_access.TOKEN
            )
        )
        for name, template in _TEMPLATES.items()
    }
    return json.dumps(made, separators=(",", ":")).encode()


class Sealer:
    """Seals and opens records with the keys of one generation."""

    def __init__(self, generation: int, keys: bytes) -> None:
        _register()
        self.generation = generation
        handles = {
            name: tink.json_proto_keyset_format.parse(json.dumps(keyset), secret_key_access.TOKEN)
            for name, keyset in json.loads(keys).items()
        }
        self._person = handles["person"].primitive(aead.Aead)
        self._account = handles["account"].primitive(aead.Aead)
        self._load = handles["load"].primitive(aead.Aead)
        # Generations made before there were sealed texts, or documents, have no keys for them.
        self._text = handles["text"].primitive(aead.Aead) if "text" in handles else None
        self._document = handles["document"].primitive(aead.Aead) if "document" in handles else None
        self._text_prf: Callable[[bytes, int], bytes] | None = (
            handles["text_index"].primitive(prf.PrfSet).primary().compute
            if "text_index" in handles
            else None
        )
        self._note = handles["note"].primitive(aead.Aead) if "note" in handles else None
        # What bulk work calls once for each row.
        self.encrypt_person: Callable[[bytes, bytes], bytes] = self._person.encrypt
        self.encrypt_account: Callable[[bytes, bytes], bytes] = self._account.encrypt
        self.phone_prf: Callable[[bytes, int], bytes] = (
            handles["phone"].primitive(prf.PrfSet).primary().compute
        )
        self.name_prf: Callable[[bytes, int], bytes] = (
            handles["name_birth_date"].primitive(prf.PrfSet).primary().compute
        )

    def __repr__(self) -> str:
        return f"Sealer({self.generation})"

    # --- What binds a ciphertext to its place ---

    def binding(self, table: str) -> bytes:
        """The associated data of a row of ``table``, up to the customer's pseudonym."""
        return f"{table}/{self.generation}/".encode()

    # --- Persons ---

    def seal_person(self, person: Person) -> bytes:
        """The record of a person, sealed."""
        bound = self.binding(PERSON_TABLE) + person.customer_id.encode()
        return self.encrypt_person(pack(person_fields(person)), bound)

    def open_person(self, customer_id: str, sealed: bytes) -> Person:
        """The person again. Raises MakegoodError MG726 where it was not sealed for this row."""
        fields = unpack(self.decrypt_person(customer_id, sealed))
        name, phone, birth_date, email, address = fields
        born = date.fromisoformat(birth_date) if birth_date else None
        return Person(customer_id, name, phone, born, email, address)

    def decrypt_person(self, customer_id: str, sealed: bytes) -> bytes:
        """The packed record of a person. Raises MakegoodError MG726."""
        return _opened(self._person, PERSON_TABLE, self.generation, customer_id, sealed)

    # --- Accounts ---

    def seal_account(self, account: Account) -> bytes:
        """The record of an account, sealed."""
        bound = self.binding(ACCOUNT_TABLE) + account.customer_id.encode()
        return self.encrypt_account(pack(account_fields(account)), bound)

    def open_account(self, customer_id: str, sealed: bytes) -> Account:
        """The account again. Raises MakegoodError MG726 where it was not sealed for this row."""
        bank_code, number, holder = unpack(self.decrypt_account(customer_id, sealed))
        return Account(customer_id, bank_code, number, holder)

    def decrypt_account(self, customer_id: str, sealed: bytes) -> bytes:
        """The packed record of an account. Raises MakegoodError MG726."""
        return _opened(self._account, ACCOUNT_TABLE, self.generation, customer_id, sealed)

    # --- Loads ---

    def seal_source(self, load_id: str, source: bytes) -> bytes:
        """What a load is known by, sealed: a plain hash of a small file could be guessed."""
        sealed: bytes = self._load.encrypt(source, self.binding(LOAD_TABLE) + load_id.encode())
        return sealed

    def open_source(self, load_id: str, sealed: bytes) -> bytes:
        """What ``seal_source`` was given. Raises MakegoodError MG726."""
        return _opened(self._load, LOAD_TABLE, self.generation, load_id, sealed)

    # --- Texts ---

    @property
    def has_text_keys(self) -> bool:
        """Whether texts can be sealed in this generation."""
        return self._text is not None

    def seal_text(self, text_id: str, text: str) -> bytes:
        """A text, sealed and padded. Raises MakegoodError MG804 without keys for texts."""
        if self._text is None:
            raise no_text_keys(self.generation)
        sealed: bytes = self._text.encrypt(
            pack([text]), self.binding(TEXT_TABLE) + text_id.encode()
        )
        return sealed

    def open_text(self, text_id: str, sealed: bytes) -> str:
        """The text again. Raises MakegoodError MG726 where it was not sealed for this row."""
        if self._text is None:
            raise no_text_keys(self.generation)
        [text] = unpack(_opened(self._text, TEXT_TABLE, self.generation, text_id, sealed))
        return text

    def text_index(self, kind: str, text: str) -> bytes:
        """The index of a text among those of its kind. Raises MakegoodError MG804."""
        if self._text_prf is None:
            raise no_text_keys(self.generation)
        return self._text_prf(f"{kind}{MARK}{text}".encode(), INDEX_BYTES)

    # --- Notes ---

    def seal_note(self, customer_id: str, note_id: str, text: str) -> bytes:
        """A note, sealed and padded. Raises MakegoodError MG804 without keys for notes."""
        if self._note is None:
            raise no_text_keys(self.generation, "notes")
        bound = self.binding(NOTE_TABLE) + f"{customer_id}/{note_id}".encode()
        sealed: bytes = self._note.encrypt(pack([text]), bound)
        return sealed

    def open_note(self, customer_id: str, note_id: str, sealed: bytes) -> str:
        """The note again. Raises MakegoodError MG726 where it was not sealed for this row."""
        if self._note is None:
            raise no_text_keys(self.generation, "notes")
        place = f"{customer_id}/{note_id}"
        [text] = unpack(_opened(self._note, NOTE_TABLE, self.generation, place, sealed))
        return text

    # --- Documents: each has a key of its own, and this is what it is sealed by ---

    def seal_document_key(self, place: str, key: bytes) -> bytes:
        """The key of a document, sealed. Raises MakegoodError MG685 without a key for documents."""
        if self._document is None:
            raise no_document_keys(self.generation)
        sealed: bytes = self._document.encrypt(key, self.binding(DOCUMENT_TABLE) + place.encode())
        return sealed

    def open_document_key(self, place: str, sealed: bytes) -> bytes:
        """The key again. Raises MakegoodError MG726 where it was not sealed for this document."""
        if self._document is None:
            raise no_document_keys(self.generation)
        return _opened(self._document, DOCUMENT_TABLE, self.generation, place, sealed)

    # --- Indexes ---

    def phone_index(self, phone: str) -> bytes:
        """The index of a phone number, in whichever form it is written."""
        return self.phone_prf((canonical_phone(phone) or phone).encode(), INDEX_BYTES)

    def name_index(self, name: str, birth_date: date) -> bytes:
        """The index of a name with a birth date."""
        return self.name_prf(name_index_input(name, birth_date.isoformat()), INDEX_BYTES)


def person_fields(person: Person) -> tuple[str, str, str, str, str]:
    """What is sealed of a person, in order."""
    born = person.birth_date.isoformat() if person.birth_date else ""
    return person.name, person.phone, born, person.email, person.address


def account_fields(account: Account) -> tuple[str, str, str]:
    """What is sealed of an account, in order."""
    return account.bank_code, account.number, account.holder


def name_index_input(name: str, birth_date: str) -> bytes:
    """What the index of a clean name with an ISO birth date is computed from."""
    return f"{name_for_index(name)}{MARK}{birth_date}".encode()


def _opened(
    primitive: aead.Aead, table: str, generation: int, customer_id: str, sealed: bytes
) -> bytes:
    try:
        data: bytes = primitive.decrypt(sealed, f"{table}/{generation}/{customer_id}".encode())
    except tink.TinkError:
        what = f"the record of {customer_id} in {table} was changed, or belongs to another row"
        hint = "restore it from a back-up, and run 'makegood audit verify'"
        raise MakegoodError(Finding("MG726", what, hint)) from None
    return data


def _register() -> None:
    aead.register()
    prf.register()
