"""``keys show | rotate | rewrap``: the keys of the vault, and the master key that wraps them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from makegood.cli.figures import local_minute
from makegood.cli.options import Json, Quiet
from makegood.cli.output import answer, expect_json, out, progress, table
from makegood.cli.visiting import agreed, permitted, visiting
from makegood.kernel import Finding, MakegoodError, Progress

if TYPE_CHECKING:
    from makegood.project import Rewrapped
    from makegood.trust.access import Visitor
    from makegood.trust.keys import Rewrapping
    from makegood.trust.vault import Rotation

commands = typer.Typer(
    help="The keys of the vault: shown, rotated, wrapped anew.", no_args_is_help=True
)

_KEYS_SUBJECT = "keys"


@commands.command()
def show(json_wanted: Json = False) -> None:
    """Show the generations of keys and where the master key is; never a key.

    Example: `makegood keys show`
    """
    from makegood.configuration import Settings
    from makegood.trust.keys import MasterKey
    from makegood.trust.policy import Act, ResourceKind
    from makegood.trust.vault import generations

    expect_json(json_wanted)
    with visiting() as visitor:
        permitted(visitor, Act.READ_KEYS, ResourceKind.KEYS)
        address = MasterKey.open(Settings.load()).address
        found = generations()
    if json_wanted:
        answer(
            {
                "master_key": address,
                "generations": [
                    {
                        "generation": each.generation,
                        "state": each.state,
                        "made_at": each.made_at.isoformat(),
                        "destroyed_at": each.destroyed_at and each.destroyed_at.isoformat(),
                    }
                    for each in found
                ],
            }
        )
        return
    out.print(f"master key: {address}")
    shown = table("generations", ["generation", "state", "made", "destroyed"])
    for each in found:
        gone = local_minute(each.destroyed_at) if each.destroyed_at else "–"
        shown.add_row(str(each.generation), each.state, local_minute(each.made_at), gone)
    out.print(shown)


@commands.command()
def rotate(json_wanted: Json = False, quiet: Quiet = False) -> None:
    """Seal everything again with new keys and destroy the old ones, while the vault is in use.

    Uses an approved proposal of kind rotate_keys; a rotation that was stopped goes on without
    another. Example: `makegood keys rotate`
    """
    expect_json(json_wanted)
    with visiting() as visitor, progress(quiet=quiet) as tell:
        rotation = _rotated(visitor, tell)
    if json_wanted:
        answer(
            {
                "retired": rotation.retired,
                "current": rotation.current,
                "sealed_again": rotation.resealed,
            }
        )
    else:
        out.print(
            f"generation {rotation.current} is current; {rotation.resealed:,} records sealed "
            f"again; the keys of generation {rotation.retired} are destroyed"
        )


@commands.command()
def rewrap(
    former: Annotated[
        str,
        typer.Option("--from", metavar="KEY", help="The former master key: a file's path or URI."),
    ],
    json_wanted: Json = False,
    quiet: Quiet = False,
) -> None:
    """Wrap everything by the master key of the settings that a former one wrapped until now.

    All of it or nothing: keys of the vault, signing key of the log, second factors. Uses an
    approved proposal of kind rotate_keys to keys:master. Stop the program before.

    Example: `MAKEGOOD_MASTER_KEY=/srv/keys/new.json makegood keys rewrap --from /srv/keys/old.json`
    """
    from makegood.configuration import Settings
    from makegood.project import rewrapping_contents, wrapped_anew
    from makegood.trust.policy import Act, ResourceKind

    expect_json(json_wanted)
    settings = Settings.load()
    with visiting(settings, new_master_key=True) as visitor:
        permitted(visitor, Act.READ_KEYS, ResourceKind.KEYS)
        with progress(quiet=quiet) as tell:
            rewrapping = wrapped_anew(settings, former, tell)
        done = _kept(visitor, rewrapping) if rewrapping.changes else None
    if json_wanted:
        answer({**rewrapping_contents(rewrapping), **_counts(done)})
    elif done is None:
        out.print(f"nothing to do: {rewrapping.new.address} wraps everything already")
    else:
        counts = ", ".join(f"{count:,} {what}" for what, count in _words(done))
        out.print(f"{rewrapping.new.address} wraps everything now: {counts}")
        out.print(f"{rewrapping.former.address} opens nothing that is in use any more")


def _kept(visitor: Visitor, rewrapping: Rewrapping) -> Rewrapped:
    """By two persons: proposal, gate, all keys and the entries are one transaction."""
    from django.db import transaction

    from makegood.project import MASTER_KEY_SUBJECT, keep_rewrapped, rewrapping_contents
    from makegood.trust.policy import Resource, ResourceKind
    from makegood.trust.proposals import ProposalKind, at_hand, hash_of

    kind, contents = ProposalKind.ROTATE_KEYS, rewrapping_contents(rewrapping)
    with transaction.atomic():
        if at_hand(kind, MASTER_KEY_SUBJECT, hash_of(contents)) is None:
            raise _not_agreed(contents)
        master = Resource(ResourceKind.KEYS, "master")
        agreed(visitor, kind, MASTER_KEY_SUBJECT, contents, master)
        return keep_rewrapped(rewrapping, actor=visitor.actor)


def _not_agreed(contents: dict[str, str]) -> MakegoodError:
    said = json.dumps(contents, ensure_ascii=False)
    hint = (
        f"write {said} into a file; 'makegood proposal propose rotate_keys --subject keys:master"
        " --contents FILE', have another person approve it, then try again"
    )
    message = "two persons are needed to replace the master key: no approved, unused proposal"
    return MakegoodError(Finding("MG769", f"{message} for keys:master with these keys", hint))


def _counts(done: Rewrapped | None) -> dict[str, int]:
    if done is None:
        return {"generations": 0, "signing_keys": 0, "second_factors": 0}
    return {
        "generations": done.generations,
        "signing_keys": done.signing_keys,
        "second_factors": done.second_factors,
    }


def _words(done: Rewrapped) -> list[tuple[str, int]]:
    return [(name.replace("_", " "), count) for name, count in _counts(done).items()]


def _rotated(visitor: Visitor, tell: Progress) -> Rotation:
    from django.db import transaction

    from makegood.trust.access import permit
    from makegood.trust.policy import Act, Purpose, Resource, ResourceKind
    from makegood.trust.proposals import ProposalKind
    from makegood.trust.vault import begin_rotation, finish_rotation, retiring

    keys = Resource(ResourceKind.KEYS)
    with transaction.atomic():
        if retiring() is None:
            agreed(visitor, ProposalKind.ROTATE_KEYS, _KEYS_SUBJECT, {}, keys)
            begin_rotation(actor=visitor.actor)
        else:
            # Two persons agreed when it was begun.
            permit(visitor, Act.ROTATE_KEYS, keys, purpose=Purpose.OPERATION, approved=True)
    return finish_rotation(actor=visitor.actor, progress=tell)
