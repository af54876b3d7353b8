"""Two versions of a programme key by key: what is promised otherwise though no decision moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from makegood.kernel import Finding, MakegoodError
from makegood.programmes import Programme

Scalar = str | int | bool
Value = Scalar | list[Scalar]
_Keys = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class KeyChange:
    """A key whose value differs: ``path`` is its way through the file, such as ``budget``.

    Items of a list are numbered from 0. A side is None where that version lacks the key, which is
    also what an empty list, or a default that says nothing, counts as.
    """

    path: str
    old: Value | None
    new: Value | None


def check_same_currency(old: Programme, new: Programme) -> None:
    """Raise MakegoodError MG619 where amounts of the two versions cannot be compared."""
    if old.currency == new.currency:
        return
    was, becomes = (
        f"{each.section.currency.code} with {each.section.currency.minor_digits} minor digits"
        for each in (old, new)
    )
    message = f"cannot compare amounts in different currencies: {was}, {becomes}"
    hint = "give both versions the same 'currency', code and minor_digits"
    raise MakegoodError(Finding("MG619", message, hint))


def key_changes(old: Programme, new: Programme) -> tuple[KeyChange, ...]:
    """Every key whose value differs, in the order of the old file, new keys after their fellows.

    Rules are compared as they are written. The order of a measure's exclusions is a value too, as
    the first that applies is the reason: it is told at ``measures.NAME.except``.
    """
    before = old.section.model_dump(mode="json", by_alias=True)
    after = new.section.model_dump(mode="json", by_alias=True)
    return tuple(_differing(before, after, ()))


def _differing(old: object, new: object, path: tuple[str, ...]) -> Iterator[KeyChange]:
    old_keys, new_keys = _keys(old), _keys(new)
    if old_keys is None and new_keys is None:
        if old != new:
            yield KeyChange(".".join(path), _value(old), _value(new))
        return
    # Where one version has a value and the other has keys, both are told.
    if old_keys is None and _value(old) is not None:
        yield KeyChange(".".join(path), _value(old), None)
    if new_keys is None and _value(new) is not None:
        yield KeyChange(".".join(path), None, _value(new))
    old_keys, new_keys = old_keys or {}, new_keys or {}
    if _ordered(path):
        yield from _moved(old_keys, new_keys, path)
    for key in {**old_keys, **new_keys}:
        yield from _differing(old_keys.get(key), new_keys.get(key), (*path, key))


def _keys(value: object) -> _Keys | None:
    """The keys of a section, or of a list of sections; None for a plain value."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return {str(index): item for index, item in enumerate(value)}
    return None


def _value(value: object) -> Value | None:
    if isinstance(value, list):
        return value or None
    return value if isinstance(value, str | int) else None


def _ordered(path: tuple[str, ...]) -> bool:
    return len(path) == 3 and path[0] == "measures" and path[2] == "except"  # noqa: PLR2004


def _moved(old: _Keys, new: _Keys, path: tuple[str, ...]) -> Iterator[KeyChange]:
    """The order of the names that both have, where it differs."""
    was: list[Scalar] = [key for key in old if key in new]
    becomes: list[Scalar] = [key for key in new if key in old]
    if was != becomes:
        yield KeyChange(".".join(path), was, becomes)
