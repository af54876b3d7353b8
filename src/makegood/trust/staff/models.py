"""Members of staff, their sessions, devices, invitations, and guesses at their secrets.

What members may do is said by policies over their roles, not by flags here.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models

from makegood.trust.clock import now


class MemberManager(BaseUserManager["Member"]):
    """Makes and finds members by their sign-in name."""

    def create_user(
        self, sign_in_name: str, password: str | None = None, **fields: object
    ) -> Member:
        """A member with this sign-in name; without a password, one who signs in elsewhere."""
        member = self.model(sign_in_name=sign_in_name, **{"joined_at": now(), **fields})
        member.set_password(password)
        member.save(using=self._db)
        return member


class Member(AbstractBaseUser):
    """Somebody of the staff."""

    member_id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sign_in_name = models.CharField(max_length=150, unique=True)
    name = models.CharField(max_length=150, blank=True)
    email = models.EmailField(blank=True)
    roles = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()

    objects: ClassVar[MemberManager] = MemberManager()

    USERNAME_FIELD = "sign_in_name"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        db_table = "staff_member"

    def __str__(self) -> str:
        return self.sign_in_name

    @property
    def actor(self) -> str:
        """How the log names this member: by a number that says nothing."""
        return f"staff:{self.member_id}"

    @property
    def shown_name(self) -> str:
        """The name for pages."""
        return self.name or self.sign_in_name


class Device(models.Model):
    """A computer that staff work at: one that was enrolled here, or one with a certificate.

    It is known where it was approved and not revoked. Of the secret in its cookie, or of its
    certificate, only a hash is kept.
    """

    class Kind(models.TextChoices):
        """How a device shows which it is."""

        CERTIFICATE = "certificate"
        ENROLLED = "enrolled"

    device_id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=80)
    key_hash = models.CharField(max_length=64, unique=True)
    asked_by = models.ForeignKey(Member, models.PROTECT, related_name="devices")
    asked_at = models.DateTimeField()
    asked_from = models.CharField(max_length=45)
    approved_by = models.CharField(max_length=80, blank=True)
    approved_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=80, blank=True)
    revoked_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "staff_device"

    def __str__(self) -> str:
        return f"{self.kind} {self.device_id}"

    @property
    def is_known(self) -> bool:
        """Whether it counts."""
        return self.approved_at is not None and self.revoked_at is None


class Session(models.Model):
    """One signed-in stay of a member: in a browser, or at the console.

    It is bound to what it began with: device, browser, network. ``end_reason`` is empty as long
    as it is open.
    """

    class End(models.TextChoices):
        """Why a session ended."""

        SIGNED_OUT = "signed_out"
        IDLE = "idle"
        TOO_OLD = "too_old"
        REVOKED = "revoked"
        OTHER_BROWSER = "other_browser"
        OTHER_NETWORK = "other_network"
        OTHER_DEVICE = "other_device"
        DEACTIVATED = "deactivated"
        SIGNED_IN_ANEW = "signed_in_anew"

    session_id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="sessions")
    is_console = models.BooleanField(default=False)
    key_hash = models.CharField(max_length=64, blank=True)
    device = models.ForeignKey(Device, models.PROTECT, null=True, related_name="sessions")
    browser = models.CharField(max_length=80, blank=True)
    browser_hash = models.CharField(max_length=64, blank=True)
    network = models.CharField(max_length=12)
    source = models.CharField(max_length=120)
    sign_in_strength = models.CharField(max_length=12)
    signed_in_at = models.DateTimeField()
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=16, choices=End.choices, blank=True)

    class Meta:
        db_table = "staff_session"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["member"],
                condition=models.Q(ended_at__isnull=True),
                name="staff_session_open",
            )
        ]

    def __str__(self) -> str:
        return str(self.session_id)


class Invitation(models.Model):
    """A link with which a member sets a password and a second factor, once."""

    token_hash = models.CharField(primary_key=True, max_length=64)
    member = models.ForeignKey(Member, models.PROTECT, related_name="invitations")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "staff_invitation"

    def __str__(self) -> str:
        return f"invitation of {self.member_id}"


class Guesses(models.Model):
    """Wrong answers for one account, or from one source, in a row.

    ``key_hash`` covers names that no account has as well: they wait just as long.
    """

    key_hash = models.CharField(primary_key=True, max_length=64)
    kind = models.CharField(max_length=10)
    member = models.ForeignKey(Member, models.CASCADE, null=True, related_name="guesses")
    source = models.CharField(max_length=120, blank=True)
    failures = models.PositiveIntegerField(default=0)
    last_failed_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "staff_guesses"

    def __str__(self) -> str:
        return f"{self.failures} guesses"
