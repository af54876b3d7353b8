"""Answer files in a partner's folder: read in their order, put away, or put aside."""

from __future__ import annotations

from collections.abc import Iterator
from glob import escape
from hashlib import file_digest
from pathlib import Path

from makegood.channels.contract import ChannelName, Incoming
from makegood.channels.exchange.answers import Answers, Unusable, read_answers, read_control
from makegood.channels.exchange.partners import PartnerFolders
from makegood.channels.exchange.placing import findings_in, move_new, put_aside, sync
from makegood.channels.exchange.problems import not_readable, unusable
from makegood.channels.exchange.untaken import disowns_any, untaken
from makegood.kernel import Finding


class AnswerFiles:
    """What came in from one partner."""

    def __init__(self, name: ChannelName, folders: PartnerFolders) -> None:
        self._name = name
        self._folders = folders
        self._stuck: dict[str, Finding] = {}
        self._untaken = set[str]()

    def incoming(self) -> Iterator[Incoming]:
        """Answer files that are whole, the oldest first; what cannot be used is put aside.

        One that the machine can neither read nor move now stays, and stops no other.
        """
        self._stuck.clear()
        # Looked at before the answers are: what the partner takes meanwhile it had not when it
        # wrote them.
        self._untaken = set(untaken(self._folders.out))
        for control in _oldest_first(self._folders.incoming):
            rows = control.with_suffix(".csv")
            try:
                found = self._read(rows, control)
            except OSError as error:
                self._stuck[control.name] = not_readable(control.stem, error)
                continue
            if found:
                yield found

    def _read(self, rows: Path, control: Path) -> Incoming | None:
        try:
            answers = read_answers(rows, control)
            self._expect_taken(answers)
            return self._incoming(rows, answers)
        except FileNotFoundError:
            self._finish_moving(rows, control)
        except Unusable as why:
            self._put_aside(rows, control, str(why))
        return None

    def _expect_taken(self, answers: Answers) -> None:
        """Raises Unusable where items were "not received" that may still be taken.

        That is remembered, for the same answers may come again when the message is gone.
        """
        mark = self._folders.sent / f"{answers.source_id}.early"
        if not mark.exists():
            out = self._folders.out
            messages = self._untaken.union(untaken(out))
            if not disowns_any(out, messages, answers.table, answers.message_ids):
                return
            mark.touch()
            sync(mark.parent)
        raise Unusable("it says 'not_received' of items whose message still lay in 'out'")

    def put_away(self, incoming: Incoming) -> None:
        """Move a pair of files to ``done``. Again is harmless."""
        control = incoming.path.with_suffix(".json")
        if incoming.path.exists() and control.exists():
            # The rows go first: whoever finds a control file alone knows that it may follow.
            move_new(incoming.path, self._folders.done)
            move_new(control, self._folders.done)

    def findings(self) -> list[Finding]:
        """Why files of the partner were put aside, or could not be read the last time."""
        return [*findings_in(self._folders.aside), *self._stuck.values()]

    def _incoming(self, rows: Path, answers: Answers) -> Incoming:
        spoken = {"enquiry_id": answers.enquiry_id, "taken": answers.taken}
        return Incoming(
            self._name,
            answers.source_id,
            rows.stem,
            rows,
            answers.message_ids,
            answers.table,
            answers.table.num_rows,
            spoken if answers.enquiry_id else {},
        )

    def _finish_moving(self, rows: Path, control: Path) -> None:
        """A control file alone follows its rows, if it was their move that was broken off.

        Else the partner placed it too early, and its rows are waited for: also under a name that
        was used before, for its control file was made for other rows.
        """
        if rows.exists():
            return
        try:
            wanted = read_control(control)["sha256"]
        except Unusable as why:
            self._put_aside(rows, control, str(why))
            return
        except FileNotFoundError:
            return
        done = self._folders.done
        moved = (done / rows.name, *done.glob(f"{escape(rows.stem)}~*.csv"))
        if any(_sha256(each) == wanted for each in moved if each.is_file()):
            move_new(control, done)

    def _put_aside(self, rows: Path, control: Path, why: str) -> None:
        finding = unusable(control.stem, why)
        for file in (rows, control):
            if file.exists() or file.is_symlink():
                put_aside(file, self._folders.aside, finding)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


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
