"""What can be wrong with a master key, as findings. None ever repeats a key or a secret."""

from __future__ import annotations

from pathlib import Path

from makegood.kernel import Finding, MakegoodError


def readable_by_others(path: Path) -> MakegoodError:
    """A key's file or folder that is not the program's alone: MG720."""
    kind, mode = ("folder", "700") if path.is_dir() else ("file", "600")
    hint = f"run 'chmod {mode} {path}' as its owner, and see who could read it until now"
    return MakegoodError(Finding("MG720", f"others can reach the {kind} {path}", hint))


def unusable_file(path: Path, why: str) -> MakegoodError:
    """A master key's file that cannot be read as one: MG721."""
    hint = "put the file back from where you keep its copy; without it the vault stays closed"
    return MakegoodError(Finding("MG721", f"the master key in {path}: {why}", hint))


def wrong_address(why: str) -> MakegoodError:
    """An address that names no key: MG722."""
    hint = (
        "write a file's path from the root, gcp-kms://projects/..., "
        "aws-kms://arn:aws:kms:... or hcvault://HOST:8200/transit/keys/NAME"
    )
    return MakegoodError(Finding("MG722", f"the master key's address {why}", hint))


def missing_client(service: str, extra: str) -> MakegoodError:
    """The client of a service is not installed: MG723."""
    hint = f"install it with: pip install 'makegood[{extra}]'"
    return MakegoodError(Finding("MG723", f"the client of {service} is not installed", hint))


def service_failed(address: str, why: str) -> MakegoodError:
    """A key management service that cannot be asked, or says no: MG724."""
    hint = "see that the service runs, that this machine may use the key, and try again"
    return MakegoodError(Finding("MG724", f"{address} did not do it: {why}", hint))


def other_master_key(address: str) -> MakegoodError:
    """Something that this master key did not wrap, or that was changed: MG725."""
    hint = "name the master key this store was made with in MAKEGOOD_MASTER_KEY"
    return MakegoodError(
        Finding("MG725", f"the keys of this store were not wrapped by {address}", hint)
    )


def other_former_key(address: str) -> MakegoodError:
    """Something that opens neither by the former master key nor by the new one: MG725."""
    hint = "name the master key they were wrapped by until now in --from; nothing was changed"
    return MakegoodError(
        Finding("MG725", f"the keys of this store were not wrapped by {address}", hint)
    )


def same_key(former: str, new: str) -> MakegoodError:
    """A master key that would be replaced by itself: MG738."""
    hint = "name the new master key in MAKEGOOD_MASTER_KEY, and the former one in --from"
    return MakegoodError(Finding("MG738", f"{former} and {new} are the same key", hint))
