"""Another master key for everything that one wrapped: vault, log, second factors, all at once."""

from __future__ import annotations

from dataclasses import dataclass

from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError, Progress, silent
from makegood.project.supervisor.alone import holder
from makegood.trust.keys import MasterKey, Rewrapping

MASTER_KEY_SUBJECT = "keys:master"
"""What a proposal to replace the master key is about, and the entry in the log."""

_STAGE = "wrap keys"


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """How many of each kind the new master key wraps now that it did not wrap before."""

    generations: int
    signing_keys: int
    second_factors: int


def wrapped_anew(settings: Settings, former: str, progress: Progress = silent) -> Rewrapping:
    """Everything wrapped by the settings' master key instead of ``former``; nothing is kept yet.

    ``former`` is an address as in ``MAKEGOOD_MASTER_KEY``. Services are asked here, outside of any
    transaction. Raises MakegoodError MG720 to MG725 for one of the keys, MG738 where both are the
    same, MG739 where 'makegood up' runs and something is to be changed.
    """
    from makegood.trust.audit import newest_signer
    from makegood.trust.staff import sealed_secrets
    from makegood.trust.vault import wrapped_keys

    rewrapping = Rewrapping(MasterKey.existing(former), MasterKey.open(settings))
    signer = newest_signer()
    if signer is not None:
        signer.rewrapped(rewrapping.of)
    found = [*wrapped_keys(), *sealed_secrets()]
    for done, place in enumerate(found):
        progress(_STAGE, done, len(found))
        rewrapping.of(*place)
    if rewrapping.changes:
        _expect_stopped(settings)
    return rewrapping


def rewrapping_contents(rewrapping: Rewrapping) -> dict[str, str]:
    """What two persons agree on: from which master key to which."""
    return {"from": rewrapping.former.address, "to": rewrapping.new.address}


def keep_rewrapped(rewrapping: Rewrapping, *, actor: str) -> Rewrapped:
    """Keep what was wrapped anew, all or nothing, with its entry: in the caller's transaction.

    What another process wrapped since then is wrapped anew, too.
    """
    from makegood.trust.audit import Json, Record, append, rewrap_signer
    from makegood.trust.staff import reseal_secrets
    from makegood.trust.vault import rewrap_generations

    done = Rewrapped(
        generations=rewrap_generations(rewrapping.of),
        second_factors=reseal_secrets(rewrapping.of),
        # The last, because others wait for the log's tree.
        signing_keys=int(rewrap_signer(rewrapping.of, actor) is not None),
    )
    details: dict[str, Json] = {
        **rewrapping_contents(rewrapping),
        "generations": done.generations,
        "signing_keys": done.signing_keys,
        "second_factors": done.second_factors,
    }
    append(Record("keys.rewrapped", actor, MASTER_KEY_SUBJECT, details=details))
    return done


def _expect_stopped(settings: Settings) -> None:
    """It would go on with the former key, and wrap by it what is made meanwhile."""
    process = holder(settings.home)
    if process is not None:
        hint = "stop it and all workers; start them again with the new master key"
        message = f"'makegood up' runs with the former master key (process {process})"
        raise MakegoodError(Finding("MG739", message, hint))
