"""The company's sign-in provider, as the settings name it. Read before Django is set up."""

from __future__ import annotations

from typing import Any

from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError

PROVIDER = "company"
"""What the provider is called in addresses and in the database; there is one."""


def provider_settings(settings: Settings) -> dict[str, Any]:
    """Allauth's settings of the provider. Raises MakegoodError MG786 without a readable secret."""
    if not settings.oidc_issuer:
        return {}
    return {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": PROVIDER,
                    "name": settings.oidc_name,
                    "client_id": settings.oidc_client_id,
                    "secret": _secret(settings),
                    "settings": {
                        "server_url": settings.oidc_issuer,
                        "fetch_userinfo": False,
                        "auth_params": {"prompt": "login", "max_age": "0"},
                    },
                }
            ],
        }
    }


def _secret(settings: Settings) -> str:
    file = settings.oidc_client_secret_file
    if file is None:
        return ""
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = (getattr(error, "strerror", None) or "it is no text").lower()
        raise MakegoodError(
            Finding(
                "MG786",
                f"the secret of the sign-in provider cannot be read: {why}",
                "name a file that the program's account reads in MAKEGOOD_OIDC_CLIENT_SECRET_FILE",
            )
        ) from None
