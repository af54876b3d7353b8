"""A witness as C2SP tlog-witness describes it, on a port of this machine.

It knows one log by its key, keeps the newest size and root it cosigned, and checks consistency in
its own way: the recursion of the RFC, written out here a second time.
"""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

NAME = "witness.example/w1"
NOW = 1_800_000_000


@dataclass
class State:
    """What a witness remembers, and what a test tells it to do wrong."""

    log_key: str
    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    size: int = 0
    root: bytes = b""
    requests: list[str] = field(default_factory=list)
    spoil: str = ""
    lock: Lock = field(default_factory=Lock)

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    @property
    def verifier_key(self) -> str:
        key = b"\x04" + self.public
        return f"{NAME}+{key_id(NAME, key).hex()}+{base64.b64encode(key).decode()}"

    def answer(self, body: str) -> tuple[int, str, str]:
        """Status, content type, text: the rules of c2sp.org/tlog-witness in their order."""
        self.requests.append(body)
        head, _, note = body.partition("\n\n")
        old, *proof = head.split("\n")
        text, _, signatures = note.rpartition("\n\n")
        text += "\n"
        origin, number, root = text.split("\n")[:3]
        name, _, rest = self.log_key.partition("+")
        if origin != name:
            return 404, "text/plain", "no such log\n"
        if not self._signed(text, signatures, base64.b64decode(rest.partition("+")[2])):
            return 403, "text/plain", "not signed\n"
        old_size, size, new_root = int(old.removeprefix("old ")), int(number), decoded(root)
        if old_size > size:
            return 400, "text/plain", "old is larger\n"
        if old_size != self.size:
            return 409, "text/x.tlog.size", f"{self.size}\n"
        if old_size == size and self.root != new_root:
            return 409, "text/plain", "another root\n"
        if not holds(old_size, size, [decoded(line) for line in proof], self.root, new_root):
            return 422, "text/plain", "not consistent\n"
        self.size, self.root = size, new_root
        return 200, "text/plain", self._cosigned(text)

    def _signed(self, text: str, signatures: str, key: bytes) -> bool:
        for line in signatures.splitlines():
            value = base64.b64decode(line.split(" ")[2])
            try:
                Ed25519PublicKey.from_public_bytes(key[1:]).verify(value[4:], text.encode())
            except InvalidSignature:
                continue
            return True
        return False

    def _cosigned(self, text: str) -> str:
        message = f"cosignature/v1\ntime {NOW}\n{text}".encode()
        if self.spoil == "signature":
            message += b"?"
        name = "another.example/w" if self.spoil == "name" else NAME
        value = NOW.to_bytes(8, "big") + self.private.sign(message)
        line = base64.b64encode(key_id(name, b"\x04" + self.public) + value).decode()
        return f"\u2014 {name} {line}\n"


def key_id(name: str, key: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + key).digest()[:4]


def decoded(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def holds(old: int, size: int, proof: list[bytes], old_root: bytes, root: bytes) -> bool:
    """RFC 9162, 2.1.4.2, as its recursion rather than as its loop."""
    if old == 0:
        return not proof
    if old == size:
        return not proof and old_root == root
    rest = list(proof)

    def both(old: int, size: int, *, whole: bool) -> tuple[bytes, bytes]:
        """The hashes of the old and of the new part, taken from the proof's end."""
        if old == size:
            known = old_root if whole else rest.pop(0)
            return known, known
        split = 1 << ((size - 1).bit_length() - 1)
        if old <= split:
            before, left = both(old, split, whole=whole)
            return before, node(left, rest.pop(0))
        before, right = both(old - split, size - split, whole=False)
        left = rest.pop(0)
        return node(left, before), node(left, right)

    try:
        found = both(old, size, whole=True)
    except IndexError:
        return False
    return not rest and found == (old_root, root)


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


@contextmanager
def running(log_key: str) -> Iterator[tuple[State, str]]:
    """A witness that answers, and its address."""
    state = State(log_key)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            with state.lock:
                status, kind, text = state.answer(body)
            if self.path != "/witness/add-checkpoint":
                status, kind, text = 404, "text/plain", "no such place\n"
            if state.spoil == "status":
                status = 500
            content = ("x" * 200_000 if state.spoil == "long" else text).encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing on the standard error."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state, f"http://127.0.0.1:{server.server_address[1]}/witness"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
