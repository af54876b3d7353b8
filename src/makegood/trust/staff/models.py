"""Members of staff. What they may do is said by policies over their roles, not by flags here."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models


class MemberManager(BaseUserManager["Member"]):
    """Makes and finds members by their sign-in name."""

    def create_user(
        self, sign_in_name: str, password: str | None = None, **fields: object
    ) -> Member:
        """A member with this sign-in name; without a password, one who signs in elsewhere."""
        member = self.model(sign_in_name=sign_in_name, **fields)
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
