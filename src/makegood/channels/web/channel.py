"""Provisioning over HTTP as a channel."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from makegood.channels.contract import (
    ANSWER_SCHEMA,
    AtAnyHour,
    ChannelName,
    Incoming,
    Shipment,
    Taken,
)
from makegood.channels.exchange import (
    AnswerFiles,
    InOtherHands,
    PartnerFolders,
    contradictory,
    write_answers,
)
from makegood.channels.web.client import ProvisioningClient, Reply, Standing
from makegood.channels.web.journal import Answer, Journal
from makegood.channels.web.pace import Patience
from makegood.channels.web.problems import broken_off, in_other_hands, not_reached
from makegood.configuration import Settings
from makegood.kernel import Finding

FOLDER = "provisioning-http"
_WINDOW_FOR_EACH_CONNECTION = 64
"""Items that may be begun for each connection before what came of them is on disk."""

_USUAL = Patience()


@dataclass(frozen=True, slots=True)
class _Item:
    """An item on its way: its key with the attempt, and the body of its request."""

    key: str
    attempt: int
    body: dict[str, Any]

    @property
    def idempotency_key(self) -> str:
        """What makes a request for it take effect once."""
        return f"{self.key}-{self.attempt:02}"


class WebChannel(AtAnyHour):
    """One request for each item; answers are kept as files, and come in as those of others do."""

    def __init__(self, settings: Settings, patience: Patience = _USUAL) -> None:
        self._client = ProvisioningClient(settings)
        self._patience = patience
        self._connections = settings.provisioning_connections
        self.folders = PartnerFolders.of(settings, FOLDER)
        self._files = AnswerFiles(ChannelName.PROVISIONING, self.folders)

    @property
    def name(self) -> ChannelName:
        """Which it is."""
        return ChannelName.PROVISIONING

    # --- Out ---

    def send(self, shipment: Shipment) -> str:
        """Bring all items; the SHA-256 of all bodies together.

        Called again, it goes on: answered items are left alone, begun ones are asked about before
        they are brought again. Raises NotSent MG800 where nothing left, PartlySent MG805 where the
        other side went away in the middle, MakegoodError MG806 where it refuses, MG802 where the
        items are not those that were begun, MG827 where another process brings them just now.
        """
        items = _items_of(shipment)
        content = sha256(b"\n".join(json.dumps(each.body).encode() for each in items)).hexdigest()
        try:
            with Journal(self.folders.sent, shipment.message_id) as journal:
                self._go_on(shipment, items, content, journal)
        except InOtherHands:
            raise in_other_hands(shipment.message_id) from None
        return content

    def _go_on(
        self, shipment: Shipment, items: Sequence[_Item], content: str, journal: Journal
    ) -> None:
        if journal.is_there and journal.sha256 not in (content, _UNKNOWN_CONTENT):
            raise contradictory(shipment.message_id, "other items were begun under this name")
        if journal.is_closed:
            return
        if not journal.is_there:
            journal.open(content)
        self._bring_all(shipment, items, journal)
        self._place_answers(shipment.message_id, list(journal.answers.values()))
        journal.close()

    def _bring_all(self, shipment: Shipment, items: Sequence[_Item], journal: Journal) -> None:
        window = self._connections * _WINDOW_FOR_EACH_CONNECTION
        with ThreadPoolExecutor(self._connections) as threads:
            for first in range(0, len(items), window):
                may_have_left = journal.begun
                left = [
                    (each, place < may_have_left)
                    for place, each in enumerate(items[first : first + window], first)
                    if each.key not in journal.answers
                ]
                journal.begin(min(first + window, len(items)))
                replies = list(
                    threads.map(lambda it: self._settled(it[0], may_have_left=it[1]), left)
                )
                journal.keep(
                    [
                        _answer(each, reply)
                        for (each, _), reply in zip(left, replies, strict=True)
                        if reply.standing is Standing.ANSWERED
                    ]
                )
                self._expect_reached(shipment, [reply.standing for reply in replies], journal)

    def _expect_reached(
        self, shipment: Shipment, standings: Sequence[Standing], journal: Journal
    ) -> None:
        """Stop where the other side is gone: an item did not leave, or nobody answered at all."""
        gone = Standing.NOT_TAKEN in standings or set(standings) == {Standing.SILENT}
        if not gone:
            return
        first = journal.begun <= self._connections * _WINDOW_FOR_EACH_CONNECTION
        if first and set(standings) == {Standing.NOT_TAKEN} and not journal.answers:
            journal.remove()
            raise not_reached(shipment.message_id)
        raise broken_off(shipment.message_id, len(journal.answers), shipment.count)

    def _settled(self, item: _Item, *, may_have_left: bool) -> Reply:
        """Bring one item, or ask about it where a request may have left before; until it stands.

        ``NOT_TAKEN`` where certainly no request of this item ever left.
        """
        reply, ask_first = Reply(Standing.NOT_TAKEN), may_have_left
        for failures in range(1, self._patience.tries + 1):
            if ask_first:
                reply = self._client.look(item.idempotency_key)
                if reply.standing is Standing.ABSENT:
                    # The key is the same: a request that still is on its way takes no effect
                    # besides this one.
                    reply = self._client.bring(item.idempotency_key, item.body)
            else:
                reply = self._client.bring(item.idempotency_key, item.body)
            if reply.standing in (Standing.ANSWERED, Standing.PENDING):
                return reply
            ask_first = ask_first or reply.standing is Standing.SILENT
            wait = self._patience.wait_seconds(failures, reply.retry_after)
            if reply.retry_after:
                self._client.pace.hold(wait)
            if failures < self._patience.tries:
                time.sleep(wait)
        return Reply(Standing.SILENT) if ask_first else reply

    def taken(self, shipment: Shipment) -> Taken:
        """YES where every item was brought or asked about, NO where nothing was ever noted of it.

        PARTLY where sending goes on: then every item that may have left is asked about before it is
        brought; also where nothing was noted, as after the folder was restored from a back-up.
        """
        try:
            with Journal(self.folders.sent, shipment.message_id) as journal:
                if journal.is_closed:
                    return Taken.YES
                if not journal.is_there:
                    journal.open(_UNKNOWN_CONTENT)
                    journal.begin(shipment.count)
                    return Taken.NO
                return Taken.PARTLY if journal.begun else Taken.NO
        except InOtherHands:
            return Taken.UNSURE

    def ask(self, shipment: Shipment, keys: Sequence[str]) -> None:
        """Ask about items; one that the other side does not have is brought, under the same key.

        Raises NotSent MG800 where the other side cannot be reached, MakegoodError MG806.
        """
        wanted = set(keys)
        asked = [item for item in _items_of(shipment) if item.key in wanted]
        with ThreadPoolExecutor(self._connections) as threads:
            replies = list(threads.map(lambda item: self._settled(item, may_have_left=True), asked))
        answers = [
            _answer(item, reply)
            for item, reply in zip(asked, replies, strict=True)
            if reply.standing is Standing.ANSWERED
        ]
        if answers:
            self._place_answers(shipment.message_id, answers)
        elif asked and all(reply.standing is Standing.SILENT for reply in replies):
            raise not_reached(shipment.message_id)

    # --- In ---

    def incoming(self) -> Iterator[Incoming]:
        """Answers that were given, as files, the oldest first."""
        return self._files.incoming()

    def put_away(self, incoming: Incoming) -> None:
        """Move a pair of files to ``done``."""
        self._files.put_away(incoming)

    def findings(self) -> list[Finding]:
        """Why files were put aside."""
        return self._files.findings()

    def _place_answers(self, message_id: str, answers: Sequence[Answer]) -> None:
        """As a file named by its content: other answers never go under the name of these."""
        if answers:
            number = sha256(json.dumps(answers).encode()).hexdigest()[:8]
            name = f"{message_id}-{number}"
            write_answers(self.folders.incoming, name, _table(answers), [message_id])


_UNKNOWN_CONTENT = "unknown"


def _items_of(shipment: Shipment) -> list[_Item]:
    said = {
        "message_id": shipment.message_id,
        "programme": shipment.programme,
        "measure": shipment.measure,
        "period": shipment.period,
        "kind": shipment.kind,
        "due_on": shipment.due_on.isoformat(),
        "texts": dict(shipment.texts),
    }
    columns = ["key", "attempt", "line_id", "amount", "quantity", "detail"]
    rows = pq.read_table(shipment.items, columns=columns).to_pylist()
    return [_Item(row["key"], row["attempt"], {**said, **row}) for row in rows]


def _answer(item: _Item, reply: Reply) -> Answer:
    at = reply.at.isoformat() if reply.at else ""
    return (item.key, item.attempt, str(reply.outcome), reply.code, at)


def _table(answers: Sequence[Answer]) -> pa.Table:
    keys, attempts, outcomes, codes, times = zip(*answers, strict=True)
    instants = [datetime.fromisoformat(each) if each else None for each in times]
    columns = [keys, attempts, outcomes, codes, instants]
    return pa.table([list(column) for column in columns], schema=ANSWER_SCHEMA)
