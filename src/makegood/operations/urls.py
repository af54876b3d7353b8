"""The addresses of the staff's own pages. allauth knows its own by these names."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from makegood.operations import (
    audit,
    claims,
    decisions,
    log,
    mine,
    money,
    notices,
    officer,
    overview,
    rules,
    sign_in,
)
from makegood.trust.staff import begin, come_back

urlpatterns: list[URLPattern | URLResolver] = [
    path("", mine.home, name="home"),
    path("language/", set_language, name="set_language"),
    # --- Sign-in ---
    path("account/sign-in/", sign_in.sign_in, name="account_login"),
    path("account/sign-in/passkey/", sign_in.passkey_alone, name="mfa_login_webauthn"),
    path("account/sign-in/code/", sign_in.second_factor, name="mfa_authenticate"),
    path("account/sign-in/company/", begin, name="company_sign_in"),
    path("account/company/<slug:provider_id>/", come_back, name="openid_connect_callback"),
    path("account/sign-out/", sign_in.sign_out, name="account_logout"),
    path("account/again/", sign_in.again, name="sign_in_again"),
    path("account/again/password/", sign_in.password_again, name="account_reauthenticate"),
    path("account/again/code/", sign_in.code_again, name="mfa_reauthenticate"),
    path("account/again/passkey/", sign_in.passkey_again, name="mfa_reauthenticate_webauthn"),
    # --- Invitation ---
    path("account/invitation/", sign_in.set_password, name="set_password"),
    path("account/invitation/<str:token>/", sign_in.invitation, name="invitation"),
    path("account/enrol/", sign_in.enrol, name="enrol"),
    # --- Security ---
    path("account/security/", sign_in.security, name="mfa_index"),
    path("account/security/password/", sign_in.change_password, name="account_change_password"),
    path("account/security/code/add/", sign_in.add_authenticator, name="mfa_activate_totp"),
    path("account/security/code/remove/", sign_in.remove_authenticator, name="mfa_deactivate_totp"),
    path("account/security/passkeys/", sign_in.security, name="mfa_list_webauthn"),
    path("account/security/passkeys/add/", sign_in.add_passkey, name="mfa_add_webauthn"),
    path(
        "account/security/passkeys/<int:pk>/remove/",
        sign_in.remove_passkey,
        name="mfa_remove_webauthn",
    ),
    path(
        "account/security/passkeys/<int:pk>/name/", sign_in.rename_passkey, name="mfa_edit_webauthn"
    ),
    path("account/security/recovery/", sign_in.show_codes, name="mfa_view_recovery_codes"),
    path("account/security/recovery/make/", sign_in.make_codes, name="mfa_generate_recovery_codes"),
    # --- One's own sessions and devices ---
    path("account/sessions/", mine.my_sessions, name="my_sessions"),
    path("account/sessions/<uuid:session_id>/end/", mine.end_my_session, name="end_my_session"),
    path("account/devices/", mine.my_devices, name="my_devices"),
    # --- Security officers ---
    path("staff/", officer.members, name="members"),
    path("staff/devices/", officer.devices, name="officer_devices"),
    path("staff/devices/<uuid:device_id>/approve/", officer.approve, name="approve_device"),
    path("staff/devices/<uuid:device_id>/revoke/", officer.revoke, name="revoke_device"),
    path("staff/sessions/", officer.sessions, name="officer_sessions"),
    path("staff/sessions/<uuid:session_id>/end/", officer.end_session, name="end_session"),
    path("staff/waits/", officer.waits, name="waits"),
    path("staff/waits/release/", officer.release, name="release"),
    # --- Money, claims, notices, audit ---
    *overview.urlpatterns,
    *money.urlpatterns,
    *claims.urlpatterns,
    *notices.urlpatterns,
    *audit.urlpatterns,
    # --- Proposals, log, policies ---
    path("proposals/", decisions.listed, name="proposals"),
    path("proposals/<uuid:proposal_id>/", decisions.shown, name="proposal"),
    path("proposals/<uuid:proposal_id>/<slug:answer>/", decisions.decided, name="decide"),
    path("log/", log.log, name="log"),
    path("log/<uuid:entry_id>/", log.entry, name="entry"),
    path("log/<uuid:entry_id>/proof/", log.proof, name="proof"),
    path("policies/", rules.rules, name="policies"),
    # --- Programmes, runs ---
    path("programmes/", include("makegood.operations.programmes.urls")),
    path("runs/", include("makegood.operations.runs.urls")),
]
