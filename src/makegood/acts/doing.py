"""An act that may be refused in words: the form that asked for it then has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from django.forms import BaseForm

from makegood.kernel import MakegoodError

Tell: TypeAlias = Callable[[MakegoodError], str | None]
"""A site's words for a finding; None where a page of findings tells it."""
_Made = TypeVar("_Made")


def refusal(tell: Tell, act: Callable[[], object]) -> str:
    """Why the act is refused; empty where it is done. Raises what ``tell`` has no words for."""
    try:
        act()
    except MakegoodError as error:
        told = tell(error)
        if told is None:
            raise
        return told
    return ""


def tried(form: BaseForm, tell: Tell, act: Callable[[], _Made]) -> _Made | None:
    """What the act gives; None where it is refused in words. Raises what ``tell`` has none for."""
    try:
        return act()
    except MakegoodError as error:
        told = tell(error)
        if told is None:
            raise
        form.add_error(None, told)
        return None
