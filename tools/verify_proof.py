#!/usr/bin/env python3
"""Checks a proof of makegood's audit log, offline, without makegood.

    verify_proof.py PROOF --key VKEY [--key VKEY ...] [--witness VKEY ...] [--witnesses N] [--json]

PROOF is an inclusion proof (C2SP tlog-proof) written by ``makegood audit prove``, or a consistency
proof written by ``makegood audit consistency``. VKEY is the log's verifier key, which you must have
from somewhere else than the proof: from the operator's publication, or from an earlier audit.

Needs Python 3.11 and the package ``cryptography``. Exit code 0: the proof holds; 1: it does not;
2: wrong use. Rules: RFC 6962 and RFC 9162 2.1; c2sp.org/signed-note, tlog-checkpoint, tlog-proof,
tlog-cosignature.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

INCLUSION, CONSISTENCY = "c2sp.org/tlog-proof@v1", "makegood consistency proof 1"
LOG_KEY, WITNESS_KEY = 1, 4
DASH = "\u2014 "
HASHES_MAX = 64
HASH_BYTES = 32
CHECKPOINT_LINES = PROOF_LINES = 3


class Failed(Exception):
    """The proof does not hold; the argument says why."""


def decoded(text: str, what: str) -> bytes:
    """Bytes of a base64 text in its usual form."""
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Failed(f"{what} is no base64") from None
    if base64.b64encode(value).decode() != text:
        raise Failed(f"{what} is not in the usual form of base64")
    return value


def hashed(text: str) -> bytes:
    """A SHA-256 hash in base64."""
    value = decoded(text, "a hash")
    if len(value) != HASH_BYTES:
        raise Failed("a hash has not 32 bytes")
    return value


def is_number(text: str) -> bool:
    """Whether a text is a whole number without leading zeroes."""
    return text.isascii() and text.isdecimal() and (text == "0" or text[0] != "0")


class Key:
    """A verifier key: name+hash+base64(type || public key)."""

    def __init__(self, text: str, kind: int) -> None:
        name, _, rest = text.partition("+")
        key_id, _, encoded = rest.partition("+")
        key = decoded(encoded, "the verifier key")
        if len(key) != 1 + HASH_BYTES or key[0] != kind:
            raise Failed(f"the verifier key of '{name}' is not of type {kind}, Ed25519")
        self.name, self.public = name, key[1:]
        self.key_id = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
        if self.key_id.hex() != key_id:
            raise Failed(f"the verifier key of '{name}' has another hash than its own")

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether it signed the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


class Checkpoint:
    """A signed note over origin, size and root."""

    def __init__(self, note: str) -> None:
        head, found, tail = note.rpartition("\n\n")
        if not found or not tail.endswith("\n"):
            raise Failed("the checkpoint is no signed note")
        self.text = head + "\n"
        self.lines = tail.split("\n")[:-1]
        lines = head.split("\n")
        if (
            len(lines) < CHECKPOINT_LINES
            or str(int(lines[1]) if lines[1].isdecimal() else "") != lines[1]
        ):
            raise Failed("the checkpoint has not origin, size and root")
        self.origin, self.size, self.root = lines[0], int(lines[1]), hashed(lines[2])

    def signatures_of(self, key: Key) -> list[bytes]:
        """What stands in the lines of a key."""
        found = []
        for line in self.lines:
            name, _, encoded = line.removeprefix(DASH).partition(" ")
            if not line.startswith(DASH) or not encoded:
                raise Failed("a line under the checkpoint is no signature")
            value = decoded(encoded, "a signature")
            if name == key.name and value[:4] == key.key_id:
                found.append(value[4:])
        return found

    def check_signed(self, keys: list[Key]) -> str:
        """The name of the key that signed it; one signature that fails refuses all."""
        signer = ""
        for key in keys:
            for signature in self.signatures_of(key):
                if not key.verifies(signature, self.text.encode()):
                    raise Failed(f"the signature of '{key.name}' does not verify")
                signer = key.name
        if not signer:
            raise Failed("none of the given keys signed the checkpoint")
        if signer != self.origin:
            raise Failed(f"'{signer}' signed a checkpoint of another log, '{self.origin}'")
        return signer

    def witnessed(self, keys: list[Key]) -> dict[str, str]:
        """When each witness saw it, by name."""
        seen = {}
        for key in keys:
            for signature in self.signatures_of(key):
                seconds = int.from_bytes(signature[:8], "big")
                message = f"cosignature/v1\ntime {seconds}\n{self.text}".encode()
                if not key.verifies(signature[8:], message):
                    raise Failed(f"the cosignature of '{key.name}' does not verify")
                seen[key.name] = datetime.fromtimestamp(seconds, UTC).isoformat()
        return seen


def node(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def check_inclusion(leaf: bytes, index: int, checkpoint: Checkpoint, hashes: list[bytes]) -> None:
    """The leaf stands at the index (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < checkpoint.size:
        raise Failed("the checkpoint does not cover the entry")
    place, last, known = index, checkpoint.size - 1, leaf
    for beside in hashes:
        if last == 0:
            raise Failed("the proof has too many hashes")
        if place % 2 or place == last:
            known = node(beside, known)
            while place and place % 2 == 0:
                place, last = place // 2, last // 2
        else:
            known = node(known, beside)
        place, last = place // 2, last // 2
    if last or known != checkpoint.root:
        raise Failed("the entry is not in the log of this checkpoint")


def check_consistency(old: Checkpoint, new: Checkpoint, hashes: list[bytes]) -> None:
    """The older log is the beginning of the newer (RFC 9162, 2.1.4.2)."""
    if old.origin != new.origin:
        raise Failed("the checkpoints are of two logs")
    if old.size > new.size:
        raise Failed("the older checkpoint is the larger one")
    if old.size in {0, new.size}:
        empty = hashlib.sha256().digest()
        if hashes or old.root != (empty if old.size == 0 else new.root):
            raise Failed("the logs of the checkpoints are not the same")
        return
    rest = list(hashes) if old.size & (old.size - 1) else [old.root, *hashes]
    place, last = old.size - 1, new.size - 1
    while place % 2:
        place, last = place // 2, last // 2
    before = after = rest[0] if rest else b""
    for beside in rest[1:]:
        if last == 0:
            raise Failed("the proof has too many hashes")
        if place % 2 or place == last:
            before, after = node(beside, before), node(beside, after)
            while place and place % 2 == 0:
                place, last = place // 2, last // 2
        else:
            after = node(after, beside)
        place, last = place // 2, last // 2
    if last or before != old.root or after != new.root:
        raise Failed("the newer log does not continue the older one")


def inclusion(text: str, keys: list[Key], witnesses: list[Key]) -> dict[str, object]:
    """What an inclusion proof proves."""
    head, found, note = text.partition("\n\n")
    lines = head.split("\n")
    if not found or len(lines) < PROOF_LINES or not lines[1].startswith("extra "):
        raise Failed("the proof has no entry in it")
    payload = decoded(lines[1].removeprefix("extra "), "the entry")
    number = lines[2].removeprefix("index ")
    if (
        not number.isdecimal()
        or lines[2] != f"index {int(number)}"
        or len(lines) > HASHES_MAX + PROOF_LINES
    ):
        raise Failed("the proof has no index")
    checkpoint = Checkpoint(note)
    signer = checkpoint.check_signed(keys)
    leaf = hashlib.sha256(b"\x00" + payload).digest()
    check_inclusion(leaf, int(number), checkpoint, [hashed(line) for line in lines[PROOF_LINES:]])
    return {
        "proves": "inclusion",
        "log": signer,
        "index": int(number),
        "size": checkpoint.size,
        "witnessed": checkpoint.witnessed(witnesses),
        "entry": json.loads(payload),
    }


def consistency(text: str, keys: list[Key], witnesses: list[Key]) -> dict[str, object]:
    """What a consistency proof proves."""
    try:
        proof = json.loads(text)
        old, new = Checkpoint(proof["from_checkpoint"]), Checkpoint(proof["to_checkpoint"])
        hashes = [hashed(item) for item in proof["hashes"]]
        sizes, form = (proof["from"], proof["to"]), proof["format"]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Failed("the file is no proof") from None
    if form != CONSISTENCY or sizes != (old.size, new.size) or len(hashes) > HASHES_MAX:
        raise Failed("the file is no proof of this form")
    signer = old.check_signed(keys)
    new.check_signed(keys)
    check_consistency(old, new, hashes)
    return {
        "proves": "consistency",
        "log": signer,
        "from": old.size,
        "to": new.size,
        "witnessed": new.witnessed(witnesses),
    }


def checked(file: Path, keys: list[Key], witnesses: list[Key], least: int) -> dict[str, object]:
    """What a file proves. Raises Failed."""
    text = file.read_bytes().decode("utf-8")
    proves = inclusion if text.startswith(INCLUSION + "\n") else consistency
    result = proves(text, keys, witnesses)
    seen = result["witnessed"]
    if not isinstance(seen, dict) or len(seen) < least:
        raise Failed(f"fewer than {least} of the given witnesses cosigned the checkpoint")
    return result


def main() -> int:
    """Check the proof that is named on the command line."""
    parser = argparse.ArgumentParser(description="Checks a proof of makegood's audit log, offline.")
    parser.add_argument(
        "proof", type=Path, help="a file of 'makegood audit prove' or 'consistency'"
    )
    parser.add_argument("--key", action="append", required=True, help="a verifier key of the log")
    parser.add_argument("--witness", action="append", default=[], help="a witness's verifier key")
    parser.add_argument("--witnesses", type=int, default=0, help="how many must have cosigned")
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    options = parser.parse_args()
    try:
        keys = [Key(text, LOG_KEY) for text in options.key]
        witnesses = [Key(text, WITNESS_KEY) for text in options.witness]
    except Failed as reason:
        parser.error(str(reason))
    try:
        result = checked(options.proof, keys, witnesses, options.witnesses)
    except (Failed, UnicodeDecodeError, OSError) as reason:
        if options.json:
            say(json.dumps({"ok": False, "reason": str(reason)}, ensure_ascii=False))
        sys.stderr.write(f"does not hold: {reason}\n")
        return 1
    if options.json:
        say(json.dumps({"ok": True, **result}, ensure_ascii=False, indent=2))
    else:
        told(result)
    return 0


def say(line: str) -> None:
    """Say a line on the standard output."""
    sys.stdout.write(line + "\n")


def told(result: dict[str, object]) -> None:
    """Say what holds, for people."""
    entry = result.pop("entry", None)
    say("holds")
    for name, value in result.items():
        say(f"  {name}: {value}")
    if isinstance(entry, dict):
        say("entry")
        for name, value in entry.items():
            say(f"  {name}: {json.dumps(value, ensure_ascii=False)}")


if __name__ == "__main__":
    sys.exit(main())
