"""A stand-in for HashiCorp Vault: the part of its Transit HTTP API that wrapping uses.

It keeps keys by name, asks for the token, and answers as Vault does, errors included
(https://developer.hashicorp.com/vault/api-docs/secret/transit).
"""

import json
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TOKEN = "s.token-of-a-test"  # noqa: S105 - of no real server


@dataclass
class VaultServer:
    """The state of a server: its keys, and what it was asked."""

    keys: dict[str, AESGCM] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    sealed: bool = False
    port: int = 0

    def address(self, key: str = "makegood") -> str:
        return f"hcvault://127.0.0.1:{self.port}/transit/keys/{key}?tls=no"

    def answer(self, path: str, token: str | None, body: dict[str, Any]) -> tuple[int, Any]:
        self.asked.append(path)
        if self.sealed:
            return 503, {"errors": ["Vault is sealed"]}
        if token != TOKEN:
            return 403, {"errors": ["permission denied"]}
        start, _, rest = path.partition("/v1/transit/")
        act, _, name = rest.partition("/")
        if start or name not in self.keys:
            return 400, {"errors": ["encryption key not found"]}
        if act == "encrypt":
            nonce = len(self.asked).to_bytes(12)
            sealed = nonce + self.keys[name].encrypt(nonce, b64decode(body["plaintext"]), None)
            return 200, {"data": {"ciphertext": f"vault:v1:{b64encode(sealed).decode()}"}}
        if act == "decrypt":
            try:
                sealed = b64decode(body["ciphertext"].removeprefix("vault:v1:"))
                plain = self.keys[name].decrypt(sealed[:12], sealed[12:], None)
            except (InvalidTag, ValueError):
                return 400, {"errors": ["cipher: message authentication failed"]}
            return 200, {"data": {"plaintext": b64encode(plain).decode()}}
        return 404, {"errors": []}


@contextmanager
def vault_server() -> Iterator[VaultServer]:
    """A server with one key, ``makegood``, for as long as this holds."""
    state = VaultServer({"makegood": AESGCM(AESGCM.generate_key(256))})

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            code, answer = state.answer(self.path, self.headers.get("X-Vault-Token"), body)
            content = json.dumps(answer).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing on the standard error."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
