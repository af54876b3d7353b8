"""A document is handed in: examined, sealed and kept, and known by its number from then on.

A file is sent to addresses that end in ``document/``, and to no others: the web server reads no
more than a form's worth anywhere else, and asks the page first whether it waits for one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from makegood.acts.acting import Acting
from makegood.acts.files import FileForm
from makegood.kernel import MakegoodError
from makegood.trust.access import hand_in_document

ASKS_TO_SEND = "makegood.asks_to_send"
"""In the environment of the web server's question; no header of a browser's gets there."""
TOO_LARGE = "too-large"
"""What the web server's answer adds to the address where it did not read a file to its end."""
_BYTES_OF_A_MEGABYTE = 1_048_576

_Given = ParamSpec("_Given")
_View = Callable[Concatenate[HttpRequest, _Given], HttpResponse]


def says_what_it_waits_for(view: _View[_Given]) -> _View[_Given]:
    """A page that takes a file. The web server asks it before more than a small one is read.

    It is answered by 204 where the form would be shown, and else by what the page says.
    """

    @wraps(view)
    def asked(request: HttpRequest, /, *given: _Given.args, **named: _Given.kwargs) -> HttpResponse:
        answer = view(request, *given, **named)
        if ASKS_TO_SEND in request.META and answer.status_code == HTTPStatus.OK:
            return HttpResponse(status=HTTPStatus.NO_CONTENT)
        return answer

    return asked


def file_form(request: HttpRequest) -> FileForm:
    """The form of a file, as it was sent."""
    if request.method == "POST":
        return FileForm(request.POST, request.FILES)
    form = FileForm()
    if TOO_LARGE in request.GET:
        form = FileForm(QueryDict(), MultiValueDict())
        form.errors.clear()
        form.add_error("file", _too_large())
    return form


def taken_in(form: FileForm, acting: Acting) -> str:
    """The number of the document that was sent; empty where there is none, or it is not taken.

    Why not, the form then tells. Raises Refused MG770, and what has no words here.
    """
    if "file" not in form.files or not form.is_valid():
        return ""
    file = form.cleaned_data["file"]
    if file.size > settings.INSTALLATION.document_bytes_max:
        form.add_error("file", _too_large())
        return ""
    try:
        return hand_in_document(
            acting.visitor,
            acting.customer_id,
            file.name,
            file.read(),
            purpose=acting.purpose,
            case=acting.case,
        )
    except MakegoodError as error:
        told = file_told(error)
        if told is None:
            raise
        form.add_error("file", told)
        return ""


def file_told(error: MakegoodError) -> str | None:
    """Why a file is not taken, in the page's language; None for any other finding."""
    told = _TOLD.get(error.findings[0].code)
    return told() if told else None


def megabytes() -> int:
    """How large a document may be, in whole megabytes."""
    return max(1, settings.INSTALLATION.document_bytes_max // _BYTES_OF_A_MEGABYTE)


def _too_large() -> str:
    said = _("The file is empty or larger than %(size)s MB. Make it smaller, or take a new photo.")
    return said % {"size": megabytes()}


_TOLD: Mapping[str, Callable[[], str]] = {
    "MG680": lambda: _("This file is of another kind. Hand in a PDF, JPEG, PNG or HEIC."),
    "MG681": _too_large,
    "MG683": lambda: _("The file was found to be harmful. Make a new copy of the document."),
    "MG684": lambda: _("Files cannot be taken in at the moment. Try again in some minutes."),
}
