"""What commands say: tables and JSON on the standard output, progress and findings beside it."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from time import monotonic
from typing import IO, cast

from rich.console import Console, ConsoleOptions, RenderResult
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import (
    Progress as Bars,
)
from rich.table import Table
from rich.text import Text

from makegood.cli.exit_codes import FINDING, WRONG_USE, WRONG_USE_CODES
from makegood.kernel import Finding, MakegoodError, Progress, Severity, silent

PLAIN_SECONDS = 2.0
_WIDTH_MAX = 10_000

# Nothing the command was given is wrong: there is no room, or the disk is broken.
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})

_OTHER_PLACE = {
    errno.ENOENT: "see that the path is right",
    errno.EISDIR: "name a file, not a folder",
    errno.ENOTDIR: "name a folder, not a file",
    errno.EEXIST: "name one that is not there yet",
    errno.EACCES: "see who may read and write it",
}
_ANY_PLACE = "name a place that can be used"

STANDARD_OUTPUT = "the standard output"


class _StandardOutput:
    """The standard output of the moment. A failure to write to it says that it was this file."""

    def __getattr__(self, name: str) -> object:
        return getattr(sys.stdout, name)

    def write(self, text: str) -> int:
        with self._named():
            return sys.stdout.write(text) if sys.stdout else 0

    def flush(self) -> None:
        with self._named():
            if sys.stdout:
                sys.stdout.flush()

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            error.filename = STANDARD_OUTPUT
            raise

    def give_up(self) -> None:
        """Write no more: Python would try once more at its end, and complain."""
        with suppress(OSError, ValueError, AttributeError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)


standard_output = _StandardOutput()

# What is printed is told as it stands: a file named "[1]" is no markup.
out = Console(
    file=cast("IO[str]", standard_output),
    highlight=False,
    soft_wrap=True,
    markup=False,
    emoji=False,
)
aside = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)

_STATE = {"json": False}


def unbreakable_streams() -> None:
    """Let a terminal that lacks a character show another, rather than stop the work."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def answer(value: object) -> None:
    """Print a value as JSON, which holds whatever the terminal's encoding."""
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
    plain = not encoding.startswith("utf")
    text = json.dumps(value, ensure_ascii=plain, indent=2, default=str)
    say(text + "\n")


def say(text: str) -> None:
    """Print a text as it stands."""
    standard_output.write(text)


def expect_json(json_wanted: bool) -> None:
    """Failures are told as JSON too, where a command answers in JSON."""
    _STATE["json"] = json_wanted


def failed(error: MakegoodError) -> int:
    """Tell what was wrong; the exit code: 2 where the command was used wrongly, else 1."""
    if _STATE["json"]:
        try:
            answer({"ok": False, "findings": [finding.as_json() for finding in error.findings]})
            standard_output.flush()
        except OSError:
            # The standard error tells the same.
            standard_output.give_up()
    show_findings(error.findings)
    wrong = all(finding.code in WRONG_USE_CODES for finding in error.findings)
    return WRONG_USE if wrong else FINDING


def failed_to_use(error: OSError) -> int:
    """Tell of a file that cannot be read or written; the exit code: 1 where there is no room."""
    reason = (error.strerror or str(error)).lower()
    name = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else ""
    if error.errno in _NO_ROOM:
        hint = "make room or choose another place, then run it again"
        found = Finding("MG509", f"cannot write {name or 'a file'}: {reason}", hint)
    else:
        message = f"{name}: {reason}" if name else reason
        found = Finding("MG617", message, _OTHER_PLACE.get(error.errno or 0, _ANY_PLACE))
    if name == STANDARD_OUTPUT:
        standard_output.give_up()
        # Half an answer may stand there already: the failure is told beside it only.
        show_findings([found])
        return FINDING
    return failed(MakegoodError(found))


def show_findings(findings: Sequence[Finding]) -> None:
    """Findings as people read them, on the standard error."""
    for finding in findings:
        style = "red" if finding.severity is Severity.ERROR else "yellow"
        head, _, rest = finding.render().partition("\n")
        aside.print(Text(head, style=f"bold {style}"))
        if rest:
            aside.print(Text(rest))
        aside.print()


class _Whole(Table):
    """A table that is wider than the terminal rather than without a part of a word or an amount."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        wide = options.update(width=_WIDTH_MAX)
        least = self._extra_width
        for column in self.columns:
            needed = self._measure_column(console, wide, column)
            width = needed.maximum if column.no_wrap else needed.minimum
            least += width
            column.min_width = max(0, width - self._get_padding_width(column._index))  # noqa: SLF001
        if least > options.max_width:
            options = options.update(width=least)
        return super().__rich_console__(console, options)


def table(title: str, columns: Sequence[str], numbers: Sequence[str] = ()) -> Table:
    """A table; the columns named in ``numbers`` are set to the right."""
    made = _Whole(title=title, title_justify="left", title_style="bold", header_style="dim")
    for column in columns:
        right = column in numbers
        made.add_column(
            column, justify="right" if right else "left", no_wrap=right, overflow="fold"
        )
    return made


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Progress]:
    """Progress on the standard error: bars on a terminal, a line now and then elsewhere."""
    if quiet:
        yield silent
    elif aside.is_terminal:
        with _bars() as bars:
            yield _Bars(bars).tell
    else:
        yield _Lines().tell


def _bars() -> Bars:
    return Bars(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=aside,
        transient=True,
    )


class _Bars:
    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def tell(self, stage: str, done: int, total: int | None) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=total)
        self._bars.update(self._tasks[stage], completed=done, total=total)


class _Lines:
    def __init__(self) -> None:
        self._told = monotonic()

    def tell(self, stage: str, done: int, total: int | None) -> None:
        now = monotonic()
        if now - self._told >= PLAIN_SECONDS:
            self._told = now
            whole = f" of {total:,}" if total else ""
            aside.print(f"{stage}: {done:,}{whole}")
