"""What can be wrong around the vault, as findings. None ever repeats what a record holds."""

from __future__ import annotations

from makegood.kernel import Finding, MakegoodError

_STORE_AGAIN = "mend the field and store again"


def unknown_customer(customer_id: str) -> MakegoodError:
    """No record of a customer: MG727."""
    hint = "look the person up by phone, or by name and birth date"
    return MakegoodError(Finding("MG727", f"the vault holds nothing of {customer_id}", hint))


def deleted_customer(customer_id: str) -> MakegoodError:
    """A customer who was deleted and may not come back: MG728."""
    hint = "a person who returns gets a new customer_id"
    return MakegoodError(Finding("MG728", f"{customer_id} was deleted from the vault", hint))


def wrong_field(field: str, why: str, hint: str = _STORE_AGAIN) -> MakegoodError:
    """A field of a person or account that cannot be stored, or searched for: MG729."""
    return MakegoodError(Finding("MG729", f"the {field} {why}", hint))


def wrong_file(name: str, why: str, hint: str) -> MakegoodError:
    """A file of contacts that cannot be read as one: MG730."""
    return MakegoodError(Finding("MG730", f"{name}: {why}", hint))


def wrong_mapping(name: str, why: str, hint: str) -> MakegoodError:
    """A mapping that does not fit: MG731."""
    return MakegoodError(Finding("MG731", f"{name}: {why}", hint))


def changed_file(name: str) -> MakegoodError:
    """A file that changed while it was read: MG732."""
    hint = "let whoever writes it finish, then load it again"
    return MakegoodError(Finding("MG732", f"{name} changed while it was being loaded", hint))


def busy(what: str) -> MakegoodError:
    """Another process does the same: MG733."""
    hint = "wait until it is done; if it was stopped, run this again and it goes on"
    return MakegoodError(Finding("MG733", f"{what} runs in another process", hint))


def too_many_rejects(rejected: int, limit: int) -> MakegoodError:
    """More rows were rejected than the caller allows: MG734."""
    hint = "read the reasons, mend the file or the mapping, and load it again"
    return MakegoodError(Finding("MG734", f"{rejected:,} rows rejected, {limit:,} allowed", hint))


def nothing_to_rotate() -> MakegoodError:
    """No keys that could be rotated: MG736."""
    hint = "load contacts first: keys are made with the first record"
    return MakegoodError(Finding("MG736", "the vault has no keys to rotate", hint))


def rotation_unfinished() -> MakegoodError:
    """A second rotation before the first has ended: MG737."""
    hint = "run 'makegood keys rotate' again: it goes on with the one that was begun"
    return MakegoodError(Finding("MG737", "an earlier rotation of keys is not finished", hint))


def no_document_keys(generation: int) -> MakegoodError:
    """Keys from a time before the vault sealed documents: MG685."""
    hint = "run 'makegood keys rotate': the keys that it makes have one for documents"
    what = f"the keys of generation {generation} have none for documents"
    return MakegoodError(Finding("MG685", what, hint))


def no_text_keys(generation: int, kind: str = "codes") -> MakegoodError:
    """Keys from a time before the vault sealed texts of this kind: MG804."""
    hint = f"run 'makegood keys rotate': the keys that it makes have one for {kind}"
    what = f"the keys of generation {generation} have none for {kind}"
    return MakegoodError(Finding("MG804", what, hint))
