"""Checkpoints sent to outside witnesses (c2sp.org/tlog-witness), their cosignatures kept.

A witness remembers how large the log was and signs only what continues it. Where a witness has
seen a log that ours does not continue, history was changed here: that is told as an alarm.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

import psycopg
import requests
from django.db import transaction

from makegood.configuration import Witness
from makegood.kernel import Finding, MakegoodError
from makegood.trust.audit.appending import append
from makegood.trust.audit.canonical_json import Json
from makegood.trust.audit.checkpoint import cosignature_of
from makegood.trust.audit.checkpoints import SYSTEM, Checkpoint, expected_checkpoint
from makegood.trust.audit.connections import driver_connection, in_transaction
from makegood.trust.audit.kinds import CHECKPOINT_WITNESSED
from makegood.trust.audit.note import (
    COSIGNATURE_V1,
    BadNote,
    Note,
    VerifierKey,
    parse_note,
    parse_signatures,
)
from makegood.trust.audit.proving import consistency_hashes
from makegood.trust.audit.record import Record, instant_text
from makegood.trust.audit.storage import Hole, stored_subtree
from makegood.trust.audit.tree import root_of
from makegood.trust.clock import now

_SECONDS_MAX = 15
_ANSWER_BYTES_MAX = 100_000
_TRIES = 3
_OK, _CONFLICT, _UNPROVEN = 200, 409, 422
_REFUSALS = {
    403: "it does not know the key that signed the checkpoint",
    404: "it does not know this log",
    400: "it did not understand the request",
}
_LAST = """
SELECT coalesce(max(k.size), 0) FROM audit_cosignature c JOIN audit_checkpoint k USING (number)
WHERE c.verifier_key = %s
"""
_STANDS = "SELECT 1 FROM audit_cosignature WHERE number = %s AND verifier_key = %s"
_ADD = """
INSERT INTO audit_cosignature (number, verifier_key, signature_line, received_at)
VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What came of asking one witness; ``finding`` says why there is no cosignature."""

    name: str
    checkpoint: int
    size: int
    posix_seconds: int | None = None
    stood_already: bool = False
    finding: Finding | None = None


def witness_key(witness: Witness) -> VerifierKey:
    """The key of a witness. Raises MakegoodError MG757 where it is none of cosignature/v1."""
    try:
        key = VerifierKey.parse(witness.verifier_key)
    except BadNote as reason:
        raise _misconfigured(str(reason)) from None
    if key.kind != COSIGNATURE_V1:
        raise _misconfigured("the key is not of type 4, cosignature/v1")
    return key


def send_to_witness(witness: Witness, actor: str = SYSTEM) -> Witnessed:
    """Have the newest checkpoint cosigned by one witness, and keep the cosignature.

    No transaction is held while the witness is asked. What the witness does not do is told in the
    result: MG755 where it could not be reached or refused, MG756 where it has seen another history
    of this log. Raises MakegoodError MG753 without a checkpoint, MG757 for a key that is none.
    """
    key = witness_key(witness)
    checkpoint = expected_checkpoint()
    if _one(_STANDS, checkpoint.number, str(key)) is not None:
        return Witnessed(key.name, checkpoint.number, checkpoint.size, stood_already=True)
    try:
        line, seconds = _asked(witness, key, checkpoint)
    except MakegoodError as error:
        return Witnessed(key.name, checkpoint.number, checkpoint.size, finding=error.findings[0])
    _keep(checkpoint, key, line, actor)
    return Witnessed(key.name, checkpoint.number, checkpoint.size, posix_seconds=seconds)


def _asked(witness: Witness, key: VerifierKey, checkpoint: Checkpoint) -> tuple[str, int]:
    """The witness's signature line and its time."""
    old_size = _one(_LAST, str(key)) or 0
    for _ in range(_TRIES):
        answer = _post(witness, key, checkpoint, old_size)
        if answer.status == _OK:
            return _cosignature(answer.text, key, checkpoint)
        if answer.status == _CONFLICT and answer.size is not None and answer.size != old_size:
            # It saw another size than we know of: from there on, if we are larger still.
            old_size = _believed(answer.size, key, checkpoint)
            continue
        if answer.status in {_CONFLICT, _UNPROVEN}:
            raise _other_history(key, f"it does not take our {checkpoint.size:,} entries for it")
        reason = _REFUSALS.get(answer.status, f"it answered with status {answer.status}")
        raise _refused(key, reason)
    raise _refused(key, "it names another size each time; somebody else sends it checkpoints too")


def _believed(size: int, key: VerifierKey, checkpoint: Checkpoint) -> int:
    if size > checkpoint.size:
        what = f"it has cosigned {size:,} entries, and the log has {checkpoint.size:,}"
        raise _other_history(key, what)
    return size


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    text: str
    size: int | None


def _post(witness: Witness, key: VerifierKey, checkpoint: Checkpoint, old_size: int) -> _Answer:
    body = request_body(checkpoint, old_size)
    try:
        with requests.post(
            witness.url.rstrip("/") + "/add-checkpoint",
            data=body.encode(),
            headers={"Content-Type": "text/plain; charset=utf-8"},
            timeout=_SECONDS_MAX,
            allow_redirects=False,
            stream=True,
        ) as response:
            content = response.raw.read(_ANSWER_BYTES_MAX + 1, decode_content=True)
            status = response.status_code
            kind = response.headers.get("Content-Type", "")
    except (requests.RequestException, OSError) as error:
        raise _refused(key, f"it cannot be reached: {type(error).__name__}") from None
    if len(content) > _ANSWER_BYTES_MAX:
        raise _refused(key, "its answer is too long")
    text = content.decode(errors="replace")
    said = text.removesuffix("\n")
    is_size = kind.startswith("text/x.tlog.size") and said.isascii() and said.isdecimal()
    return _Answer(status, text, int(said) if is_size and len(said) < 20 else None)  # noqa: PLR2004


def request_body(checkpoint: Checkpoint, old_size: int) -> str:
    """What is sent: the old size, the consistency proof, an empty line, the checkpoint."""
    hashes: list[bytes] = []
    if 0 < old_size < checkpoint.size:
        hashes = consistency_hashes(_at_size(checkpoint, old_size), checkpoint)
    lines = [f"old {old_size}", *(base64.b64encode(found).decode() for found in hashes), ""]
    return "\n".join(lines) + "\n" + checkpoint.note


def _at_size(checkpoint: Checkpoint, size: int) -> Checkpoint:
    """The log as it was at a size, whether or not a checkpoint was signed over it."""
    try:
        root = root_of(size, stored_subtree(driver_connection()))
    except Hole:
        # A root that proves nothing: the proof then says that the log was changed.
        root = b""
    return Checkpoint(0, size, root, "", checkpoint.signed_at)


def _cosignature(answer: str, key: VerifierKey, checkpoint: Checkpoint) -> tuple[str, int]:
    try:
        text = parse_note(checkpoint.note).text
        found = cosignature_of(Note(text, parse_signatures(answer)), key)
    except BadNote as reason:
        raise _refused(key, f"what it signed does not verify: {reason}") from None
    if found is None:
        raise _refused(key, "it signed with another key than the settings name")
    return found.signature.line(), found.posix_seconds


def _keep(checkpoint: Checkpoint, key: VerifierKey, line: str, actor: str) -> None:
    received_at = now()
    with transaction.atomic(), psycopg.Cursor(in_transaction()) as cursor:
        cursor.execute(_ADD, (checkpoint.number, str(key), line, received_at))
        if not cursor.rowcount:
            return
        facts: dict[str, Json] = {
            "number": checkpoint.number,
            "verifier_key": str(key),
            "signature_line": line,
            "received_at": instant_text(received_at),
        }
        subject = f"checkpoint:{checkpoint.number}"
        append(Record(CHECKPOINT_WITNESSED, actor, subject, details=facts))


def _one(query: str, *values: object) -> int | None:
    with psycopg.Cursor(driver_connection()) as cursor:
        row = cursor.execute(query, values).fetchone()
    return int(row[0]) if row else None


def _refused(key: VerifierKey, why: str) -> MakegoodError:
    hint = "ask whoever runs it; the checkpoint stays signed, and can be sent again"
    return MakegoodError(Finding("MG755", f"witness {key.name}: {why}", hint))


def _other_history(key: VerifierKey, why: str) -> MakegoodError:
    hint = "run 'makegood audit verify'; the log was cut or rewritten, or restored from a back-up"
    return MakegoodError(
        Finding("MG756", f"witness {key.name} has seen another history of this log: {why}", hint)
    )


def _misconfigured(why: str) -> MakegoodError:
    hint = "write the verifier key that the witness publishes: name+hash+base64"
    return MakegoodError(Finding("MG757", f"a witness in the settings: {why}", hint))
