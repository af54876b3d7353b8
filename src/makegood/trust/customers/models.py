"""Attempts, sessions and counted guesses of customers: pseudonyms, hashes and times, nothing else.

Telephone numbers, birth dates and addresses are there as keyed hashes only: who reads the tables
without the site's key can neither name a number nor try one out.
"""

from __future__ import annotations

import uuid
from functools import cache
from typing import Any, ClassVar

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models

from makegood.trust.customers.values import SessionEnd
from makegood.trust.statements import prepared_cursor


class CodeAttempt(models.Model):
    """Somebody asked for a code. ``customer_id`` is empty where nobody was found.

    It is open until it ends, its time is over, or its tries are.
    """

    class End(models.TextChoices):
        """Why it ended before its time."""

        USED = "used"
        REPLACED = "replaced"

    attempt_id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    customer_id = models.TextField(blank=True, db_collation="C")
    telephone_hash = models.CharField(max_length=64)
    person_hash = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=2)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=10, choices=End.choices, blank=True)

    class Meta:
        db_table = "customers_attempt"

    def __str__(self) -> str:
        return str(self.attempt_id)


class Stay(models.Model):
    """A customer's session: one signed-in stay in one browser."""

    session_id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    customer_id = models.TextField(db_collation="C")
    strength = models.CharField(max_length=12)
    language = models.CharField(max_length=2)
    browser_hash = models.CharField(max_length=64)
    signed_in_at = models.DateTimeField()
    started_at = models.DateTimeField(db_index=True)
    last_seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(
        max_length=16, choices=[(end.value, end.value) for end in SessionEnd], blank=True
    )

    class Meta:
        db_table = "customers_session"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["customer_id"],
                condition=models.Q(ended_at__isnull=True),
                name="customers_session_open",
            )
        ]

    def __str__(self) -> str:
        return str(self.session_id)


class BrowserManager(BaseSessionManager["Browser"]):
    """Reads a browser's row together with the session that is open in it: one query for both."""

    def get_queryset(self) -> models.QuerySet[Browser]:
        """Rows with their sessions."""
        return super().get_queryset().select_related("stay")

    def get(self, *args: Any, **asked: Any) -> Browser:  # noqa: ANN401 - as Django has it
        """One row. What every request asks, a key whose time is not over, is a statement made once.

        To have Django put it together anew took a sixth of a page's time. It is planned once.
        """
        if args or asked.keys() != _OPEN:
            return super().get(*args, **asked)
        with prepared_cursor() as cursor:
            # Binary, as half of a row is times: read by the driver's own C.
            row = cursor.execute(open_browser(), asked, binary=True).fetchone()
        if row is None:
            raise Browser.DoesNotExist
        return browser_of(row)


_OPEN = frozenset({"session_key", "expire_date__gt"})


def browser_of(row: tuple[Any, ...]) -> Browser:
    """A browser with the session that is open in it, from a row of ``open_browser``."""
    own, of_stay = _columns(Browser), _columns(Stay)
    found, cells = Browser.from_db(None, own, row[: len(own)]), row[len(own) :]
    is_there = cells[of_stay.index("session_id")] is not None
    found.stay = Stay.from_db(None, of_stay, cells) if is_there else None
    return found


@cache
def open_browser() -> str:
    """The statement for what every request asks; its columns are those of both models, in order.

    ``%(session_key)s`` and ``%(expire_date__gt)s`` are bound.
    """
    own = ", ".join(f"b.{name}" for name in _columns(Browser))
    of_stay = ", ".join(f"s.{name}" for name in _columns(Stay))
    return (
        f"SELECT {own}, {of_stay} FROM customers_browser AS b"
        " LEFT JOIN customers_session AS s ON s.session_id = b.stay_id"
        " WHERE b.session_key = %(session_key)s AND b.expire_date > %(expire_date__gt)s"
    )


@cache
def open_browser_columns() -> tuple[str, ...]:
    """The names of its columns."""
    return (*_columns(Browser), *_columns(Stay))


@cache
def _columns(model: type[models.Model]) -> list[str]:
    options = model._meta  # noqa: SLF001 - the name by which Django makes it public
    return [field.attname for field in options.concrete_fields]


class Browser(AbstractBaseSession):
    """What the site knows of a browser: found by a hash of its cookie, sealed with the cookie."""

    # Rows of both are forgotten in bulk, each in its time.
    stay = models.ForeignKey(
        Stay, models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )

    objects: ClassVar[BrowserManager] = BrowserManager()

    class Meta:
        db_table = "customers_browser"

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """What reads and writes the rows."""
        from makegood.trust.customers.session_store import SessionStore

        return SessionStore


class Guesses(models.Model):
    """Tries for one telephone, person, source or attempt, as they are counted now."""

    key_hash = models.CharField(primary_key=True, max_length=64)
    kind = models.CharField(max_length=10)
    tries = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)
    locked_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "customers_guesses"

    def __str__(self) -> str:
        return f"{self.tries} tries"
