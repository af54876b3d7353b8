"""The command as a process: pipes that break, terminals of every kind, a hand on Ctrl-C."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli.operating import KT, started


def told(process: subprocess.Popen[bytes]) -> tuple[int, bytes, bytes]:
    out, err = process.communicate(timeout=60)
    assert b"Traceback" not in err, err.decode(errors="replace")
    return process.returncode, out, err


def test_a_reader_that_leaves(folder: Path) -> None:
    """``makegood schema | head -1`` ends without a word."""
    for words in (("schema",), ("describe", KT), ("population", "show", folder / "population")):
        with started(*words) as process:
            assert process.stdout is not None
            process.stdout.close()
            assert process.stderr is not None
            assert process.stderr.read() == b""
        assert process.returncode in (0, 1)


def test_an_answer_without_room(folder: Path) -> None:
    """Told once, beside the answer; a finding keeps its own exit code."""
    words = ("explain", folder / "programme.yaml", "--population", folder / "population", "--line")
    no_room = "MG509: cannot write the standard output: no space left on device"
    for given, code, says in (
        ((*words, "L0", "--json"), 1, no_room),
        ((*words, "L0"), 1, no_room),
        (("schema",), 1, no_room),
        (("--version",), 1, no_room),
        ((*words, "X", "--json"), 2, "MG610"),
    ):
        with (
            Path("/dev/full").open("wb") as full,
            started(*given, stdout=full.fileno()) as process,
        ):
            _, err = process.communicate(timeout=60)
        assert process.returncode == code
        told_of = err.decode()
        assert says in told_of
        assert told_of.count("MG") == 1
        assert "Traceback" not in told_of
        assert "Exception ignored" not in told_of


@pytest.mark.parametrize(
    "terminal",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
)
def test_a_terminal_without_korean(folder: Path, terminal: dict[str, str]) -> None:
    words = ("explain", folder / "programme.yaml", "--population", folder / "population")
    code, out, err = told(started(*words, "--line", "L1", given=terminal))
    assert (code, err) == (0, b"")
    assert b"13" in out
    code, out, err = told(started(*words, "--line", "L1", "--json", given=terminal))
    assert (code, err) == (0, b"")
    encoding = terminal.get("PYTHONIOENCODING", "utf-8")
    answer = json.loads(out.decode(encoding))
    assert "때문입니다" in answer["measures"][0]["words"]["ko"]["text"]
    code, _, err = told(started("check", folder / "회선.yaml", given=terminal))
    assert code == 2
    assert b"MG101" in err


@pytest.mark.parametrize("columns", ["20", "60"])
def test_a_narrow_terminal(folder: Path, columns: str) -> None:
    words = (folder / "programme.yaml", "--population", folder / "population")
    told_of = [
        ("decide", *words, "--out", folder / "decisions"),
        ("explain", *words, "--line", "L1", "--lang", "en"),
        ("diff", words[0], *words),
        ("--help",),
    ]
    for each in told_of:
        code, out, err = told(started(*each, given={"COLUMNS": columns}))
        assert (code, err) == (0, b"")
        assert out
    if columns == "60":
        code, out, _ = told(started(*told_of[0], given={"COLUMNS": columns}))
        tables = [text for text in out.decode().splitlines() if text[:1] in "┏┡│├└"]
        assert tables
        assert max(map(len, tables)) <= 60


def test_progress_is_told_beside_the_answer(tmp_path: Path) -> None:
    """Without a terminal a line now and then, on a terminal bars; never in the answer."""
    words = ("population", "make", KT, "--lines", "20000", "--as-of", "2026-01-13", "--json")
    mine, theirs = pty.openpty()
    given = {"COLUMNS": "100", "TERM": "xterm-256color"}
    with started(*words, "--out", tmp_path / "p", stderr=theirs, given=given) as process:
        os.close(theirs)
        assert process.stdout is not None
        out = process.stdout.read()
    shown = os.read(mine, 65_536)
    os.close(mine)
    assert process.returncode == 0
    assert json.loads(out)["rows"] == 20_000
    assert b"\x1b[" in shown
    quiet = told(started(*words, "--out", tmp_path / "q", "--quiet"))
    assert (quiet[0], quiet[2]) == (0, b"")


def test_stopped_by_hand(tmp_path: Path) -> None:
    words = ("population", "make", KT, "--lines", "20000000", "--as-of", "2026-01-13")
    process = started(*words, "--out", tmp_path / "p")
    deadline = time.monotonic() + 60
    while not list(tmp_path.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    code, out, _ = told(process)
    assert (code, out) == (130, b"")
    assert list(tmp_path.iterdir()) == []
