"""Answer files in a partner's folder: read in their order, put away, or put aside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from makegood.channels.contract import ChannelName, Incoming
from makegood.channels.exchange.answers import Answers, Unusable, read_answers
from makegood.channels.exchange.partners import PartnerFolders
from makegood.channels.exchange.placing import findings_in, move_new, put_aside
from makegood.channels.exchange.problems import unusable
from makegood.kernel import Finding


class AnswerFiles:
    """What came in from one partner."""

    def __init__(self, name: ChannelName, folders: PartnerFolders) -> None:
        self._name = name
        self._folders = folders

    def incoming(self) -> Iterator[Incoming]:
        """Answer files that are whole, the oldest first; what cannot be used is put aside."""
        for control in _oldest_first(self._folders.incoming):
            rows = control.with_suffix(".csv")
            try:
                answers = read_answers(rows, control)
            except FileNotFoundError:
                self._finish_moving(rows, control)
            except Unusable as why:
                self._put_aside(rows, control, str(why))
            else:
                yield self._incoming(rows, answers)

    def put_away(self, incoming: Incoming) -> None:
        """Move a pair of files to ``done``. Again is harmless."""
        control = incoming.path.with_suffix(".json")
        if incoming.path.exists() and control.exists():
            # The rows go first: whoever finds a control file alone knows that it may follow.
            move_new(incoming.path, self._folders.done)
            move_new(control, self._folders.done)

    def findings(self) -> list[Finding]:
        """Why files of the partner were put aside."""
        return findings_in(self._folders.aside)

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

        Else the partner placed it too early, and its rows are waited for.
        """
        if (self._folders.done / rows.name).exists():
            move_new(control, self._folders.done)

    def _put_aside(self, rows: Path, control: Path, why: str) -> None:
        finding = unusable(control.stem, why)
        for file in (rows, control):
            if file.exists() or file.is_symlink():
                put_aside(file, self._folders.aside, finding)


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
