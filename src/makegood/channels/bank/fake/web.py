"""The HTTP side of a fake bank: holder of an account, result of a transfer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar

from makegood.channels.bank.fake.bank import FakeBank
from makegood.channels.fake_http import served_by

_ENDS = {"AC01": "412", "AC04": "415", "AC06": "420", "AG01": "419"}
_OPEN = "803"
_PAYMENTS_MAX = 25


@contextmanager
def served(bank: FakeBank, *, token: str = "", port: int = 0) -> Iterator[str]:
    """The bank answers on this machine as long as this holds; its address."""

    class Handler(_Handler):
        fake = bank
        wanted = f"Bearer {token}" if token else ""

    with served_by(Handler, port) as address:
        yield address


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: ClassVar[FakeBank]
    wanted: ClassVar[str]

    def do_POST(self) -> None:
        """Answer a question."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.wanted and self.headers.get("Authorization") != self.wanted:
            self._give({"rsp_code": "O0002"}, 401)
        elif self._is_out():
            self._give({}, 503)
        elif self.path == "/v2.0/inquiry/real_name":
            self._give(self._holder(json.loads(body)))
        elif self.path == "/v2.0/transfer/result":
            self._give(self._results(json.loads(body)))
        else:
            self._give({}, 404)

    def _holder(self, asked: dict[str, Any]) -> dict[str, Any]:
        with self.fake.books.reading() as connection:
            found = connection.execute(
                "SELECT holder, is_open FROM account WHERE bank_code = ? AND number = ?",
                (asked.get("bank_code_std"), asked.get("account_num")),
            ).fetchone()
        answer = {
            "rsp_code": "A0002",
            "bank_rsp_code": "412",
            "bank_tran_id": asked.get("bank_tran_id"),
        }
        if found and not found[1]:
            return answer | {"bank_rsp_code": "415"}
        if found:
            return answer | {
                "rsp_code": "A0000",
                "bank_rsp_code": "000",
                "account_holder_name": found[0],
            }
        return answer

    def _results(self, asked: dict[str, Any]) -> dict[str, Any]:
        wanted = asked.get("req_list", [])
        if len(wanted) > _PAYMENTS_MAX:
            return {"rsp_code": "A0009"}
        found = []
        with self.fake.books.reading() as connection:
            for each in wanted:
                row = connection.execute(
                    "SELECT state, code, coalesce(at, ''), number FROM payment"
                    " WHERE instruction = ?",
                    (each["org_bank_tran_id"],),
                ).fetchone()
                if row:
                    found.append(_result(each, *row))
        return {"rsp_code": "A0000", "res_cnt": str(len(found)), "res_list": found}

    def _is_out(self) -> bool:
        with self.fake.books.writing() as connection:
            number = connection.execute("INSERT INTO request DEFAULT VALUES").lastrowid
        return self.fake.behaviour.does("outages", str(number))

    def _give(self, answer: dict[str, Any], status: int = 200) -> None:
        content = json.dumps(answer, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's word
        """Nothing is told."""


def _result(asked: dict[str, Any], state: str, code: str, at: str, number: str) -> dict[str, Any]:
    # A payment that came back later was done: the return is told by a notification alone.
    told = {"paid": "000", "returned": "000", "rejected": _ENDS.get(code, "420")}
    return {
        "tran_no": asked.get("tran_no"),
        "bank_tran_id": asked["org_bank_tran_id"],
        "bank_tran_date": at[:10].replace("-", ""),
        "bank_rsp_code": told.get(state, _OPEN),
        "tran_amt": asked.get("org_tran_amt"),
        "dps_account_num": number,
    }
