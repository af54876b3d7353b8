"""Notes against what others made: the Go note package's published note, C2SP's own, and Node."""

import base64
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.kernel import MakegoodError
from makegood.trust.audit.checkpoint import TreeHead, cosignature_of, cosigned_message
from makegood.trust.audit.note import (
    COSIGNATURE_V1,
    ED25519,
    BadNote,
    Note,
    Signature,
    SigningKey,
    VerifierKey,
    parse_note,
    verified_by,
)

# Published in the documentation of golang.org/x/mod/sumdb/note, made by that implementation.
GO_VERIFIER_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_PRIVATE_KEY = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
GO_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZIn"
    "NIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# A second signer of the same text, in the same package's tests.
GO_SECOND_KEY = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
GO_SECOND_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/"
    "5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)
GO_NOTE = f"{GO_TEXT}\n{GO_LINE}"

NODE = r"""
const crypto = require('crypto');
const [mode, key] = process.argv.slice(1);
const input = require('fs').readFileSync(0);
const head = {pub: '302a300506032b6570032100', priv: '302e020100300506032b657004220420'};
if (mode === 'verify') {
  const [name, hash, raw] = [key.split('+')[0], key.split('+')[1], key.split('+').slice(2).join('+')];
  const bytes = Buffer.from(raw, 'base64');
  const id = crypto.createHash('sha256').update(name + '\n').update(bytes).digest().subarray(0, 4);
  const cut = input.lastIndexOf('\n\n');
  const text = input.subarray(0, cut + 1);
  const lines = input.subarray(cut + 2).toString().split('\n').filter(l => l);
  const pub = crypto.createPublicKey({
    key: Buffer.concat([Buffer.from(head.pub, 'hex'), bytes.subarray(1)]), format: 'der', type: 'spki'});
  const good = lines.some(line => {
    const [dash, who, sig] = line.split(' ');
    const value = Buffer.from(sig, 'base64');
    return dash === '\u2014' && who === name && id.toString('hex') === hash
      && value.subarray(0, 4).equals(id) && crypto.verify(null, text, pub, value.subarray(4));
  });
  console.log(good ? 'good' : 'bad');
} else {
  const priv = crypto.createPrivateKey({
    key: Buffer.concat([Buffer.from(head.priv, 'hex'), Buffer.from(key, 'hex')]),
    format: 'der', type: 'pkcs8'});
  const raw = crypto.createPublicKey(priv).export({format: 'der', type: 'spki'}).subarray(12);
  const typed = Buffer.concat([Buffer.from([1]), raw]);
  const id = crypto.createHash('sha256').update('node.example/log\n').update(typed).digest().subarray(0, 4);
  const sig = crypto.sign(null, input, priv);
  console.log('node.example/log+' + id.toString('hex') + '+' + typed.toString('base64'));
  process.stdout.write(input + '\n\u2014 node.example/log ' + Buffer.concat([id, sig]).toString('base64') + '\n');
}
"""  # noqa: E501 - a script as it is


def node(mode: str, key: str, text: str) -> str:
    program = shutil.which("node")
    if program is None:
        pytest.skip("Node is not installed; the published notes are checked in any case")
    run = subprocess.run(
        [program, "-e", NODE, mode, key], input=text.encode(), capture_output=True, check=True
    )
    return run.stdout.decode()


def test_a_note_that_go_made_verifies_here():
    peter, enoch = VerifierKey.parse(GO_VERIFIER_KEY), VerifierKey.parse(GO_SECOND_KEY)
    note = parse_note(GO_NOTE)
    assert note.text == GO_TEXT
    assert verified_by(note, [peter]) == (peter,)
    both = parse_note(GO_NOTE + GO_SECOND_LINE)
    assert verified_by(both, [enoch]) == (enoch,)
    assert verified_by(both, [enoch, peter]) == (peter, enoch)


def test_the_same_key_signs_here_byte_for_byte_what_go_signed():
    key = SigningKey("PeterNeumann", base64.b64decode(GO_PRIVATE_KEY)[1:])
    assert str(key.verifier) == GO_VERIFIER_KEY
    assert key.sign(GO_TEXT).render() == GO_NOTE


def test_the_note_of_the_specification_verifies_here():
    # The example of c2sp.org/signed-note.
    key = VerifierKey.parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    note = (
        "This is an example message.\n\n"
        "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1E"
        "RYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
    )
    assert verified_by(parse_note(note), [key]) == (key,)


def test_node_verifies_a_note_made_here():
    key = SigningKey.make("makegood.example/log")
    note = key.sign(TreeHead("makegood.example/log", 7, bytes(range(32))).text()).render()
    assert node("verify", str(key.verifier), note) == "good\n"
    changed = note.replace("\n7\n", "\n8\n")
    assert node("verify", str(key.verifier), changed) == "bad\n"


def test_a_note_made_by_node_verifies_here():
    text = TreeHead("node.example/log", 3, bytes(32)).text()
    key, _, note = node("sign", "5a" * 32, text).partition("\n")
    assert verified_by(parse_note(note), [VerifierKey.parse(key)])
    assert TreeHead.parse(parse_note(note).text).size == 3


@given(st.data())
def test_no_byte_of_a_note_can_be_changed(data):
    peter = VerifierKey.parse(GO_VERIFIER_KEY)
    raw = bytearray(GO_NOTE.encode())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    try:
        text = raw.decode()
        changed = parse_note(text)
        verified_by(changed, [peter])
    except (BadNote, UnicodeDecodeError):
        return
    pytest.fail(f"byte {at} was changed and the note verifies")


@pytest.mark.parametrize(
    "key",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        GO_VERIFIER_KEY[:-1],
        GO_VERIFIER_KEY.replace("c74f20a3", "c74f20a4"),
        GO_VERIFIER_KEY.replace("Peter", "Pieter"),
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_a_key_that_is_none_is_refused(key):
    with pytest.raises(BadNote):
        VerifierKey.parse(key)
    with pytest.raises(MakegoodError, match="MG749"):
        VerifierKey.expected(key)


@pytest.mark.parametrize(
    "note",
    [
        "",
        GO_TEXT,
        GO_TEXT + GO_LINE,
        GO_NOTE[:-1],
        GO_NOTE + "\n",
        GO_NOTE.replace("If you", "If\x00you"),
        GO_NOTE.replace("— Peter", "- Peter"),
        GO_NOTE.replace("PeterNeumann", "Peter Neumann"),
        GO_NOTE.replace("nAM=", "nAN="),
        GO_NOTE + GO_LINE * 101,
    ],
)
def test_a_note_that_is_none_is_refused(note):
    with pytest.raises(BadNote):
        parse_note(note)


def test_lines_of_unknown_keys_are_ignored_and_none_at_all_is_refused():
    stranger = SigningKey.make("PeterNeumann")
    peter = VerifierKey.parse(GO_VERIFIER_KEY)
    both = Note(GO_TEXT, (*stranger.sign(GO_TEXT).signatures, *parse_note(GO_NOTE).signatures))
    assert verified_by(both, [peter]) == (peter,)
    with pytest.raises(BadNote, match="no known key"):
        verified_by(stranger.sign(GO_TEXT), [peter])


def test_a_private_key_is_never_shown():
    key = SigningKey.make("a.example/log")
    assert key.seed.hex() not in repr(key)
    assert repr(key.seed) not in repr(key)


@pytest.mark.parametrize(
    "text",
    [
        "o\n07\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "o\n-7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "o\n٧\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "o\n7\n",
        "o\n7\nAAAA\n",
        "o\n7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n",
        "\n7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "o\n7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\next\n",
        "o\n7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    ],
)
def test_a_checkpoint_that_is_none_is_refused(text):
    with pytest.raises(BadNote):
        TreeHead.parse(text)


def test_a_cosignature_signs_its_time_and_the_checkpoint():
    witness = SigningKey.make("witness.example/w1")
    key = VerifierKey(witness.name, COSIGNATURE_V1, witness.verifier.public)
    text = TreeHead("a.example/log", 7, bytes(32)).text()

    def cosigned(seconds: int, claimed: int) -> Note:
        message = cosigned_message(text, seconds).decode()
        value = witness.sign(message).signatures[0].value
        line = Signature(key.name, key.key_id, claimed.to_bytes(8, "big") + value)
        return Note(text, (line,))

    found = cosignature_of(cosigned(1_800_000_000, 1_800_000_000), key)
    assert found
    assert found.posix_seconds == 1_800_000_000
    with pytest.raises(BadNote, match="does not verify"):
        cosignature_of(cosigned(1_800_000_000, 1_800_000_001), key)
    assert cosignature_of(witness.sign(text), key) is None
    assert key.key_id != witness.verifier.key_id
    with pytest.raises(BadNote, match="type 4"):
        cosignature_of(witness.sign(text), VerifierKey(key.name, ED25519, key.public))
