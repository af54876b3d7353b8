"""Sign-in, sign-in again, and members' passwords and factors: allauth's views, our pages."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import LoginView, LogoutView, PasswordChangeView, ReauthenticateView
from allauth.mfa.base import views as factors
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.mfa.webauthn.internal import auth
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from makegood.operations.forms import (
    AuthenticatorForm,
    FirstPasswordForm,
    NewPasswordForm,
    PasskeyNameForm,
    PasswordAgainForm,
    SignInForm,
)
from makegood.trust.staff import (
    accept,
    can_be_removed,
    invited,
    is_tied,
    keep_invited,
    may_add_factor,
    must_enrol,
    standing,
    strong_factors,
)

_INVITATION = "makegood_invitation"
_PASSKEY = Authenticator.Type.WEBAUTHN


class SignIn(LoginView):  # type: ignore[misc]
    """Name and password, a passkey, or the company's provider."""

    template_name = "operations/sign_in.html"

    def get_form_class(self) -> type[SignInForm]:
        """The form with our words."""
        return SignInForm

    def get_context_data(self, **named: object) -> dict[str, Any]:
        """With the provider's name, where there is one."""
        context: dict[str, Any] = super().get_context_data(**named)
        company = settings.INSTALLATION.oidc_name if settings.INSTALLATION.oidc_issuer else ""
        return context | {"company": company}


class SignOut(LogoutView):  # type: ignore[misc]
    """The end of a session."""

    template_name = "operations/sign_out.html"


class PasswordAgain(ReauthenticateView):  # type: ignore[misc]
    """The password once more."""

    template_name = "operations/again_password.html"

    def get_form_class(self) -> type[PasswordAgainForm]:
        """The form with our words."""
        return PasswordAgainForm


class ChangePassword(PasswordChangeView):  # type: ignore[misc]
    """A new password."""

    template_name = "operations/change_password.html"
    success_url = reverse_lazy("mfa_index")

    def get_form_class(self) -> type[NewPasswordForm]:
        """The form with our words."""
        return NewPasswordForm

    def form_valid(self, form: Form) -> HttpResponse:
        """Changed; told in our words."""
        response: HttpResponse = super().form_valid(form)
        messages.success(self.request, _("The password was changed."))
        return response


class Security(factors.IndexView):  # type: ignore[misc]
    """What a member signs in with."""

    template_name = "operations/security.html"

    def get_context_data(self, **named: object) -> dict[str, Any]:
        """With whether a factor may be taken away, and whether there is a password."""
        context: dict[str, Any] = super().get_context_data(**named)
        return context | {
            "may_remove": strong_factors(self.request.user).count() > 1,
            "has_password": self.request.user.has_usable_password(),
        }


class FreshFirst:
    """Stands before a view that adds a factor: without a fresh, strong sign-in it is not reached.

    allauth's own check lets everybody through who has neither password nor factor.
    """

    def dispatch(self, request: HttpRequest, *given: object, **named: object) -> HttpResponseBase:
        """The view, or the way to sign in again, or what stands against it."""
        if not request.user.is_authenticated or may_add_factor(request):
            answer: HttpResponseBase = super().dispatch(request, *given, **named)  # type: ignore[misc]
            return answer
        session = standing(request).session
        if session is not None and must_enrol(session.member, session):
            return redirect("enrol")
        if strong_factors(request.user).exists():
            query = urlencode({"next": request.path})
            return HttpResponseRedirect(f"{reverse('sign_in_again')}?{query}")
        # At the company's provider, who may do it without a question: so not without a click here.
        onward = {"onward": request.path}
        return render(request, "operations/stale.html", onward, status=HTTPStatus.FORBIDDEN)


class AddAuthenticator(FreshFirst, totp.ActivateTOTPView):  # type: ignore[misc]
    """An authenticator is added by the code it shows."""

    template_name = "operations/add_authenticator.html"

    def get_form_class(self) -> type[AuthenticatorForm]:
        """The form with our words."""
        return AuthenticatorForm


class AddPasskey(FreshFirst, passkeys.AddWebAuthnView):  # type: ignore[misc]
    """A passkey is added that can sign in alone."""

    template_name = "operations/add_passkey.html"

    def get_context_data(self, **named: object) -> dict[str, Any]:
        """With what the browser needs to make a key that asks who holds it."""
        context: dict[str, Any] = super().get_context_data(**named)
        options = auth.begin_registration(self.request.user, passwordless=True)
        return context | {"js_data": {"creation_options": options}}


class MakeCodes(FreshFirst, codes.GenerateRecoveryCodesView):  # type: ignore[misc]
    """New recovery codes in the place of the former ones."""

    template_name = "operations/make_codes.html"


class RemovePasskey(passkeys.RemoveWebAuthnView):  # type: ignore[misc]
    """A passkey is taken away, unless it is the last factor."""

    template_name = "operations/remove_passkey.html"
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: Form) -> HttpResponse:
        """Removed, or refused in words."""
        if can_be_removed(self.get_object()):
            response: HttpResponse = super().form_valid(form)
            return response
        messages.error(self.request, _("This is the last second factor. Add another one first."))
        return redirect("mfa_index")


class RemoveAuthenticator(totp.DeactivateTOTPView):  # type: ignore[misc]
    """The authenticator is taken away, unless it is the last factor."""

    template_name = "operations/remove_authenticator.html"


class RenamePasskey(passkeys.EditWebAuthnView):  # type: ignore[misc]
    """A passkey is called something else."""

    template_name = "operations/rename_passkey.html"
    success_url = reverse_lazy("mfa_index")

    def get_form_class(self) -> type[PasskeyNameForm]:
        """The form with our words."""
        return PasskeyNameForm


class SecondFactor(factors.AuthenticateView):  # type: ignore[misc]
    """What somebody has beside their password: a passkey, where they have one, or a code."""

    template_name = "operations/second_factor.html"

    def _build_forms(self) -> Form | None:
        posted: Form | None = super()._build_forms()
        if not strong_factors(self.stage.login.user).filter(type=_PASSKEY).exists():
            # What nobody can use is not offered, and no ceremony begun for it.
            self.webauthn_form = None
        return posted


sign_in = SignIn.as_view()
sign_out = SignOut.as_view()
password_again = PasswordAgain.as_view()
change_password = ChangePassword.as_view()
second_factor = SecondFactor.as_view()
code_again = factors.ReauthenticateView.as_view(template_name="operations/again_code.html")
passkey_alone = passkeys.LoginWebAuthnView.as_view(template_name="operations/sign_in.html")
passkey_again = passkeys.ReauthenticateWebAuthnView.as_view(
    template_name="operations/again_passkey.html"
)
security = Security.as_view()
# allauth's own check that somebody is signed in breaks where nobody is.
add_authenticator = login_required(AddAuthenticator.as_view())
remove_authenticator = login_required(RemoveAuthenticator.as_view())
add_passkey = login_required(AddPasskey.as_view())
remove_passkey = login_required(RemovePasskey.as_view())
rename_passkey = login_required(RenamePasskey.as_view())
show_codes = codes.ViewRecoveryCodesView.as_view(template_name="operations/codes.html")
make_codes = login_required(MakeCodes.as_view())


@login_required
@require_GET
def again(request: HttpRequest) -> HttpResponse:
    """The way to sign in again: the member's strongest factor, or the company's provider."""
    onward = _safe(request, request.GET.get("next", ""))
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    if methods:
        where = methods[0]["url"]
    elif is_tied(request.user):  # type: ignore[arg-type]
        where = reverse("company_sign_in")
    else:
        where = reverse("enrol")
    return HttpResponseRedirect(f"{where}?{urlencode({'next': onward})}")


@require_GET
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """An invitation is taken out of the address before anything else is shown. Not used up yet."""
    request.session[_INVITATION] = token
    return redirect("set_password")


@require_http_methods(["GET", "POST"])
def set_password(request: HttpRequest) -> HttpResponseBase:
    """The password of an invited member; then the member is in, to add a second factor."""
    token = request.session.get(_INVITATION, "")
    member = invited(token) if token else None
    if member is None:
        return render(request, "operations/invitation_over.html", status=410)
    form = FirstPasswordForm(request.POST or None, member=member)
    if request.method != "POST" or not form.is_valid():
        return render(request, "operations/set_password.html", {"form": form, "invited": member})
    accepted = accept(token, form.cleaned_data["password1"])
    if accepted is None:
        return render(request, "operations/invitation_over.html", status=410)
    logout(request)
    record_authentication(request, accepted, "password", reauthenticated=True)
    get_adapter(request).login(request, accepted)
    keep_invited(request)
    return redirect("enrol")


@login_required
@require_GET
def enrol(request: HttpRequest) -> HttpResponse:
    """The choice of a second factor; who has one goes on to the first page."""
    session = standing(request).session
    if session is not None and not must_enrol(session.member, session):
        return redirect("home")
    return render(request, "operations/enrol.html", {"may_enrol": may_add_factor(request)})


def _safe(request: HttpRequest, onward: str) -> str:
    """Where to go on, on this site only."""
    allowed = url_has_allowed_host_and_scheme(onward, allowed_hosts={request.get_host()})
    return onward if allowed else reverse("home")
