"""The addresses of the customers' site. Nothing personal stands in any of them."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from makegood.portal import helping, messages_asked, owed, signing_in, starting
from makegood.portal.acts.urls import urlpatterns as acts

app_name = "portal"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", starting.start, name="start"),
    # --- Showing who one is ---
    path("look-up/", signing_in.look_up, name="look_up"),
    path("look-up/code/", signing_in.code, name="code"),
    path("look-up/code/again/", signing_in.code_again, name="code_again"),
    path("look-up/provider/", signing_in.provider, name="provider"),
    path("look-up/provider/back/", signing_in.provider_back, name="provider_back"),
    path("sign-out/", signing_in.sign_out, name="sign_out"),
    path("signed-out/", signing_in.signed_out, name="signed_out"),
    path("message/", messages_asked.message, name="message"),
    path("help/", helping.help_page, name="help"),
    # --- What is due ---
    path("dues/", owed.dues, name="dues"),
    path("dues/<int:line>/penalty/", owed.penalty, name="penalty"),
    # --- What one does about what is due ---
    *acts,
]
