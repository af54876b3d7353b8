"""The file exchange as a channel."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv
import pyarrow.parquet as pq

from makegood.channels.contract import ChannelName, Incoming, Shipment, Taken
from makegood.channels.exchange.answers import Answers, Unusable, read_answers, read_control
from makegood.channels.exchange.items import Control, write_items
from makegood.channels.exchange.notes import Note, Notes
from makegood.channels.exchange.partners import PartnerFolders, partner_for
from makegood.channels.exchange.placing import (
    findings_in,
    link_new,
    move_new,
    place_new,
    put_aside,
    remove_hidden,
    sync,
)
from makegood.channels.exchange.problems import contradictory, doubtful, not_placed, unusable
from makegood.configuration import Settings
from makegood.kernel import Finding

ENQUIRY_FORMAT = "makegood-enquiry/1"


class ExchangeChannel:
    """Items go out as files, answers come in as files; see docs/channels.md."""

    def __init__(self, name: ChannelName, settings: Settings) -> None:
        self._name = name
        self._partner = partner_for(name)
        self.folders = PartnerFolders.of(settings, str(name))
        self._notes = Notes(self.folders.sent)

    @property
    def name(self) -> ChannelName:
        """Which it is."""
        return self._name

    # --- Out ---

    def send(self, shipment: Shipment) -> str:
        """Place a shipment's files; the item file's SHA-256.

        Placed before and unchanged, nothing is done. Raises NotSent MG800 where nothing was placed,
        MakegoodError MG802 where another content stands there, MG805 where it was placed and is
        gone without a sign: then ``taken`` has to be asked first.
        """
        before = self._notes.of(shipment.message_id)
        if before and self._has_signs(before):
            return _unchanged(shipment, before)
        if before and self._notes.answer_to(before.enquiry_id) != "no":
            raise doubtful(shipment.message_id, "it was placed, and is gone without a sign")
        return self._placed(shipment, before)

    def _placed(self, shipment: Shipment, before: Note | None) -> str:
        rows = self.folders.out / f"{shipment.message_id}.csv"
        hidden = rows.parent / f".{rows.name}.{token_hex(6)}"
        note = None
        try:
            remove_hidden(rows.parent, rows.name)
            control = write_items(shipment, self._partner, hidden)
            sync(hidden)
            note = _note_of(control, before)
            self._notes.keep(note)
            # Without its control file nobody has taken it: what a killed process left is replaced.
            rows.unlink(missing_ok=True)
            link_new(hidden, rows)
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
            except (Unusable, FileNotFoundError):
                continue
            if said.get("enquiry_id") == note.enquiry_id:
                found = said.get("taken", "") or found
            elif note.message_id in said["message_ids"] and not said.get("enquiry_id"):
                found = "yes"
            if found == "yes":
                return found
        return found

    def taken(self, shipment: Shipment) -> Taken:
        """Whether the partner has it; where nothing shows it, it is asked, and the answer waited for.

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
        self._enquire(note.enquiry_id, shipment.message_id, _NO_KEYS)
        # It may have been taken, with a receipt, since the folder was looked at.
        return Taken.YES if self._has_signs(note) else Taken.UNSURE

    def ask(self, shipment: Shipment, keys: Sequence[str]) -> None:
        """Place an enquiry about items. Asked again before it was answered, nothing is done."""
        if not keys:
            return
        items = pq.read_table(shipment.items, columns=["key", "attempt"])
        asked = items.filter(pc.is_in(items["key"], pa.array(keys, pa.string()))).sort_by("key")
        name = sha256("\n".join(asked["key"].to_pylist()).encode()).hexdigest()[:8]
        self._enquire(f"{shipment.message_id}-{name}", shipment.message_id, asked)

    def _enquire(self, enquiry_id: str, message_id: str, asked: pa.Table) -> None:
        rows = self.folders.ask / f"{enquiry_id}.csv"
        control = rows.with_suffix(".json")
        if control.exists():
            return
        place_new(rows, lambda hidden: pv.write_csv(asked, hidden))
        try:
            content = sha256(rows.read_bytes()).hexdigest()
        except FileNotFoundError:
            # The partner is just taking the same enquiry.
            return
        said = {
            "format": ENQUIRY_FORMAT,
            "enquiry_id": enquiry_id,
            "message_id": message_id,
            "about": "items" if asked.num_rows else "message",
            "rows": asked.num_rows,
            "sha256": content,
        }
        text = json.dumps(said, indent=1) + "\n"
        place_new(control, lambda hidden: hidden.write_text(text, encoding="utf-8"))

    # --- In ---

    def incoming(self) -> Iterator[Incoming]:
        """Answer files that are whole, the oldest first; what cannot be used is put aside."""
        for control in _oldest_first(self.folders.incoming):
            rows = control.with_suffix(".csv")
            try:
                answers = read_answers(rows, control)
            except FileNotFoundError:
                self._finish_moving(rows, control)
            except Unusable as why:
                self._put_aside(rows, control, str(why))
            else:
                yield Incoming(
                    self._name,
                    answers.source_id,
                    rows.stem,
                    rows,
                    answers.message_ids,
                    answers.table,
                    answers.table.num_rows,
                    _details(answers),
                )

    def put_away(self, incoming: Incoming) -> None:
        """Move a pair of files to ``done``, and remember which messages it spoke of."""
        enquiry = str(incoming.details.get("enquiry_id", ""))
        if enquiry:
            self._notes.answered(enquiry, str(incoming.details["taken"]))
        else:
            for message_id in incoming.message_ids:
                if self._notes.of(message_id):
                    self._notes.answered(message_id, "yes")
        control = incoming.path.with_suffix(".json")
        if incoming.path.exists() and control.exists():
            # The rows go first: whoever finds a control file alone knows that it may follow.
            move_new(incoming.path, self.folders.done)
            move_new(control, self.folders.done)

    def findings(self) -> list[Finding]:
        """Why files of the partner were put aside."""
        return findings_in(self.folders.aside)

    def _finish_moving(self, rows: Path, control: Path) -> None:
        """A control file alone follows its rows, if it was their move that was broken off.

        Else the partner placed it too early, and its rows are waited for.
        """
        if (self.folders.done / rows.name).exists():
            move_new(control, self.folders.done)

    def _put_aside(self, rows: Path, control: Path, why: str) -> None:
        finding = unusable(control.stem, why)
        for file in (rows, control):
            if file.exists() or file.is_symlink():
                put_aside(file, self.folders.aside, finding)


_NO_KEYS = pa.table(
    {"key": pa.array([], pa.string()), "attempt": pa.array([], pa.int16())}
)


def _note_of(control: Control, before: Note | None) -> Note:
    return Note(
        control.message_id,
        before.tries + 1 if before else 1,
        control.sha256,
        control.rows,
        control.amount,
        control.quantity,
    )


def _unchanged(shipment: Shipment, note: Note) -> str:
    if (note.rows, note.amount) != (shipment.count, shipment.total):
        why = "it was placed with other items than the run says now"
        raise contradictory(shipment.message_id, why)
    return note.sha256


def _oldest_first(folder: Path) -> list[Path]:
    found = []
    for path in folder.glob("*.json"):
        if path.name.startswith("."):
            continue
        try:
            found.append((path.lstat().st_mtime_ns, path.name, path))
        except FileNotFoundError:
            continue
    return [path for _, _, path in sorted(found)]


def _details(answers: Answers) -> Mapping[str, object]:
    if answers.enquiry_id:
        return {"enquiry_id": answers.enquiry_id, "taken": answers.taken}
    return {}
