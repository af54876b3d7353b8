"""The form of a file that is handed in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from makegood.trust.vault import DocumentKind

_ACCEPTED = ".pdf,.jpg,.jpeg,.png,.heic,application/pdf,image/jpeg,image/png,image/heic"
KINDS_TEXT = ", ".join(kind.value.upper() for kind in DocumentKind)
"""The kinds of documents that are taken, as they are told."""


class FileForm(forms.Form):
    """A file to hand in. What it is, and how large, is looked at after it came."""

    file = forms.FileField(
        label=_("File"),
        max_length=1_000,
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty. Choose it again."),
            "missing": _("Choose a file."),
            "invalid": _("Choose a file."),
            "max_length": _("The name of the file is too long. Give it a shorter one."),
        },
        widget=forms.FileInput(attrs={"accept": _ACCEPTED}),
    )
