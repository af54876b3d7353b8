"""The file exchange as a channel."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from makegood.channels.contract import AtAnyHour, ChannelName, Incoming, Shipment, Taken
from makegood.channels.exchange.answer_files import AnswerFiles
from makegood.channels.exchange.answers import Unusable, read_control
from makegood.channels.exchange.enquiries import (
    place_enquiry,
    place_enquiry_about_items,
    withdraw_enquiries_about_items,
)
from makegood.channels.exchange.items import Control, write_items
from makegood.channels.exchange.notes import Note, Notes
from makegood.channels.exchange.partners import PartnerFolders, partner_for
from makegood.channels.exchange.placing import link_new, place_new, remove_hidden, sync
from makegood.channels.exchange.problems import contradictory, doubtful, not_placed, not_taken
from makegood.channels.exchange.untaken import lies_untaken, untaken
from makegood.configuration import Settings
from makegood.kernel import Finding
from makegood.trust.clock import now

Writer = Callable[[Shipment, Path], Control]
"""Writes a shipment's file to a path; its control."""


class ExchangeChannel(AtAnyHour):
    """Items go out as files, answers come in as files; see docs/channels.md."""

    def __init__(self, name: ChannelName, settings: Settings) -> None:
        self._name, self._settings = name, settings
        self.folders = PartnerFolders.of(settings, str(name))
        self._notes = Notes(self.folders.sent)
        self._files = AnswerFiles(name, self.folders)

    @property
    def name(self) -> ChannelName:
        """Which it is."""
        return self._name

    # --- Out ---

    def send(self, shipment: Shipment, write: Writer | None = None) -> str:
        """Place a shipment's files; the item file's SHA-256.

        ``write`` makes the file where a partner has rows of its own kind. Placed before and
        unchanged, nothing is done. Raises NotSent MG800 where nothing was placed, MakegoodError
        MG802 where another content stands there, MG805 where it was placed and is gone without a
        sign: then ``taken`` has to be asked first.
        """
        before = self._notes.of(shipment.message_id)
        if before and self._has_signs(before):
            return _unchanged(shipment, before)
        if before and self._notes.answer_to(before.enquiry_id) != "no":
            raise doubtful(shipment.message_id, "it was placed, and is gone without a sign")
        return self._placed(shipment, before, write or _items_for(self._name))

    def _placed(self, shipment: Shipment, before: Note | None, write: Writer) -> str:
        rows = self.folders.out / f"{shipment.message_id}.csv"
        hidden = rows.parent / f".{rows.name}.{token_hex(6)}"
        note = None
        try:
            remove_hidden(rows.parent, rows.name)
            control = write(shipment, hidden)
            sync(hidden)
            note = _note_of(control, before)
            self._notes.keep(note)
            # Without its control file nobody has taken it: what a killed process left is replaced.
            rows.unlink(missing_ok=True)
            link_new(hidden, rows)
            # What was asked before this placing would be answered for want of it.
            withdraw_enquiries_about_items(self.folders.ask, shipment.message_id)
            self._place_control(control)
        except OSError as error:
            if note and not (self.folders.out / f"{shipment.message_id}.json").exists():
                self._notes.forget(note, before)
            raise not_placed(shipment.message_id, error) from error
        finally:
            hidden.unlink(missing_ok=True)
        return control.sha256

    def _place_control(self, control: Control) -> None:
        path = self.folders.out / f"{control.message_id}.json"
        remove_hidden(path.parent, path.name)
        place_new(path, lambda hidden: hidden.write_text(control.as_text(), encoding="utf-8"))

    def _has_signs(self, note: Note) -> bool:
        """Whether the partner has a placing, by what lies in the folders."""
        out, message_id = self.folders.out, note.message_id
        return (
            (out / f"{message_id}.json").exists()
            or (out / f"{message_id}.taken").exists()
            or self._notes.answer_to(message_id) == "yes"
            or self._notes.answer_to(note.enquiry_id) == "yes"
            or self._said_in_files(note) == "yes"
        )

    def _said_in_files(self, note: Note) -> str:
        """What answers that are not applied yet say of a placing: ``yes``, ``no``, or nothing."""
        found = ""
        for control in self.folders.incoming.glob("*.json"):
            try:
                said = read_control(control)
            except (Unusable, OSError):
                continue
            if said.get("enquiry_id") == note.enquiry_id:
                found = said.get("taken", "") or found
            elif note.message_id in said["message_ids"] and not said.get("enquiry_id"):
                found = "yes"
            if found == "yes":
                return found
        return found

    def taken(self, shipment: Shipment) -> Taken:
        """Whether the partner has it. Where nothing shows it, it is asked: unsure until it answers.

        A message that lies whole in the folder is the partner's: it takes it sooner or later.
        """
        note = self._notes.of(shipment.message_id)
        if note is None:
            return Taken.NO
        if self._has_signs(note):
            return Taken.YES
        word = self._notes.answer_to(note.enquiry_id) or self._said_in_files(note)
        if word == "no":
            self._notes.answered(note.enquiry_id, "no")
            return Taken.NO
        place_enquiry(self.folders.ask, note.enquiry_id, shipment.message_id, _NO_KEYS)
        # It may have been taken, with a receipt, since the folder was looked at.
        return Taken.YES if self._has_signs(note) else Taken.UNSURE

    def ask(self, shipment: Shipment, keys: Sequence[str]) -> None:
        """Place an enquiry about items. Asked again before it was answered, nothing is done.

        Nor while the message lies in ``out``: a partner that has not taken it would say that it
        never had them, and take it afterwards. It may be asked later; ``findings`` tells of it.
        """
        if not keys:
            return
        if lies_untaken(self.folders.out, shipment.message_id):
            withdraw_enquiries_about_items(self.folders.ask, shipment.message_id)
            return
        items = pq.read_table(shipment.items, columns=["key", "attempt"])
        asked = items.filter(pc.is_in(items["key"], pa.array(keys, pa.string()))).sort_by("key")
        place_enquiry_about_items(self.folders.ask, shipment.message_id, asked)

    # --- In ---

    def incoming(self) -> Iterator[Incoming]:
        """Answer files that are whole, the oldest first; what cannot be used is put aside."""
        return self._files.incoming()

    def put_away(self, incoming: Incoming) -> None:
        """Move a pair of files to ``done``, and remember which messages it spoke of."""
        enquiry = str(incoming.details.get("enquiry_id", ""))
        if enquiry:
            self._notes.answered(enquiry, str(incoming.details["taken"]))
        else:
            for message_id in incoming.message_ids:
                if self._notes.of(message_id):
                    self._notes.answered(message_id, "yes")
        self._files.put_away(incoming)

    def findings(self) -> list[Finding]:
        """Why files of the partner were put aside, and what it leaves lying.

        A message lies too long once its items would be asked about.
        """
        before = now() - timedelta(hours=self._settings.answer_hours[self._name])
        waiting = {each: self._placed_at(each) for each in untaken(self.folders.out)}
        late = {each: at for each, at in waiting.items() if at and at <= before}
        found = [not_taken(late, self._settings.zone)] if late else []
        return [*self._files.findings(), *found]

    def _placed_at(self, message_id: str) -> datetime | None:
        note = self._notes.of(message_id)
        return datetime.fromisoformat(note.placed_at) if note and note.placed_at else None


_NO_KEYS = pa.table({"key": pa.array([], pa.string()), "attempt": pa.array([], pa.int16())})


def _items_for(name: ChannelName) -> Writer:
    partner = partner_for(name)
    return lambda shipment, target: write_items(shipment, partner, target)


def _note_of(control: Control, before: Note | None) -> Note:
    return Note(
        control.message_id,
        before.tries + 1 if before else 1,
        control.sha256,
        control.rows,
        control.amount,
        control.quantity,
        now().isoformat(),
    )


def _unchanged(shipment: Shipment, note: Note) -> str:
    if (note.rows, note.amount) != (shipment.count, shipment.total):
        why = "it was placed with other items than the run says now"
        raise contradictory(shipment.message_id, why)
    return note.sha256
