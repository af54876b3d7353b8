"""Master keys that never leave a key management service, through Tink's integrations.

Each call sends only a fresh data key to the service; what is wrapped stays here (Tink's envelope
encryption). So the associated data is bound also where a service knows none, as Vault's Transit.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, urlsplit

import tink
from tink import aead

from makegood.trust.keys.problems import missing_client, service_failed, wrong_address

_SECONDS_MAX = 10


def service_aead(address: str) -> aead.Aead:
    """The envelope primitive over the service's key that ``address`` names.

    Raises MakegoodError MG722 for a wrong address, MG723 where the service's client is not
    installed, MG724 where the service cannot be reached.
    """
    scheme = address.partition("://")[0]
    opened = SERVICES.get(scheme)
    if opened is None:
        raise wrong_address(f"begins with '{scheme}://', which is no known service")
    try:
        remote = opened(address)
    except tink.TinkError:
        raise wrong_address(f"is none that {scheme}:// knows") from None
    return aead.KmsEnvelopeAead(aead.aead_key_templates.AES256_GCM, remote)


def _google(address: str) -> aead.Aead:
    try:
        from tink.integration import gcpkms
    except ImportError:
        raise missing_client("Google Cloud KMS", "kms-google") from None
    try:
        return gcpkms.GcpKmsClient(address, "").get_aead(address)
    except (OSError, ValueError) as error:
        raise service_failed(address, type(error).__name__) from None


def _amazon(address: str) -> aead.Aead:
    try:
        from tink.integration import awskms
    except ImportError:
        raise missing_client("AWS KMS", "kms-aws") from None
    try:
        return awskms.AwsKmsClient(address, "").get_aead(address)
    except (OSError, ValueError) as error:
        raise service_failed(address, type(error).__name__) from None


def _hashicorp(address: str) -> aead.Aead:
    """``hcvault://HOST[:PORT]/MOUNT/keys/NAME``; the token is Vault's own, VAULT_TOKEN.

    ``?tls=no`` is for the Vault agent on this very machine, and is refused for any other host.
    """
    try:
        import hvac
        from tink.integration import hcvault
    except ImportError:
        raise missing_client("HashiCorp Vault", "kms-vault") from None
    parts = urlsplit(address)
    if not parts.hostname or parts.username or parts.password:
        raise wrong_address("names no host, or holds a user or password")
    plain = parse_qs(parts.query).get("tls") == ["no"]
    if plain and not _is_this_machine(parts.hostname):
        raise wrong_address("says tls=no for another machine")
    client = hvac.Client(
        url=f"{'http' if plain else 'https'}://{parts.netloc}", timeout=_SECONDS_MAX
    )
    return hcvault.new_aead(parts.path, client)


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


SERVICES: Mapping[str, Callable[[str], aead.Aead]] = {
    "gcp-kms": _google,
    "aws-kms": _amazon,
    "hcvault": _hashicorp,
}
