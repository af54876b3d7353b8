"""The pass that a person chooses."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from makegood.acts import Acting, chosen, sent_in, tried
from makegood.centre.behalf.asking import card_asked, on_behalf, page
from makegood.centre.behalf.forms import ChooseForm
from makegood.centre.behalf.words import told_of
from makegood.dues import CardAct


@require_http_methods(["GET", "HEAD", "POST"])
@on_behalf
def choose(request: HttpRequest, acting: Acting, line: int, measure: str) -> HttpResponse:
    """One of a card's options; another one until it is granted."""
    asked = card_asked(acting, line, measure)
    choice = asked.card.choice
    if asked.card.kind != "choice":
        raise Http404
    if choice is None or not asked.may(CardAct.CHOOSE):
        messages.warning(request, _("There is nothing to choose now."))
        return redirect("centre:person")
    options = [(option.name, option.title) for option in choice.options]
    form = ChooseForm(sent_in(request), options=options, initial={"option": choice.chosen})
    if request.method == "POST" and form.is_valid():
        option = form.cleaned_data["option"]
        if tried(form, told_of, lambda: chosen(asked, option)) is not None:
            said = _("The choice was taken in: %(title)s.") % {"title": dict(options)[option]}
            messages.success(request, said)
            return redirect("centre:person")
    return page(request, "choose", asked, line=asked.line, form=form, choice=choice)
