"""What a hurried operator types: an exit code, words that help, and never a traceback."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tests.cli.operating import KT, ROOT, Operator, Said

IMPORTED = "HERE/none.csv --programme TELCO --as-of 2026-01-13 --out HERE/p"
TELCO = ROOT / "examples" / "telco-churn"
DONE, FINDING, WRONG_USE = 0, 1, 2


def typed(operator: Operator, folder: Path, text: str) -> Said:
    """A command as a text, with PROGRAMME, POPULATION, DECISIONS and HERE for their places."""
    places = {
        "PROGRAMME": folder / "programme.yaml",
        "POPULATION": folder / "population",
        "DECISIONS": folder / "decisions",
        "KT": KT,
        "TELCO": TELCO / "programme.yaml",
        "MAPPING": TELCO / "mapping.yaml",
        "HERE": folder,
    }
    words = []
    for word in text.split(" "):
        head, _, tail = word.partition("/")
        words.append(str(places[head] / tail) if head in places else word)
    return operator.types(*words)


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("chekc PROGRAMME", WRONG_USE, "Did you mean 'check'?"),
        ("--versoin", WRONG_USE, "No such option"),
        ("check", WRONG_USE, "Missing argument"),
        ("check HERE/none.yaml", WRONG_USE, "none.yaml"),
        ("check HERE", WRONG_USE, "MG101"),
        ("check POPULATION/part-00000.parquet", WRONG_USE, "not UTF-8"),
        ("describe HERE/none.yaml", WRONG_USE, "MG101"),
        ("describe PROGRAMME --lang fr", WRONG_USE, "it speaks ko, en"),
        ("describe PROGRAMME --lang eng", WRONG_USE, "did you mean 'en'?"),
        ("schema --out HERE/no/where/s.json", WRONG_USE, "no such file or directory"),
        ("schema --out HERE", WRONG_USE, "is a directory"),
        ("schema --out HERE/no/s.json", WRONG_USE, "no/s.json: no such file"),
        ("schema --out DECISIONS/part-00000.parquet", WRONG_USE, "which holds decisions"),
        ("schema --out /dev/full", FINDING, "MG509: cannot write /dev/full: no space left"),
        ("decide PROGRAMME", WRONG_USE, "Missing option '--population'"),
        ("decide PROGRAMME --population POPULATION", WRONG_USE, "Missing option '--out'"),
        ("decide PROGRAMME --population HERE/none --out HERE/d", WRONG_USE, "in 'none'"),
        ("decide PROGRAMME --population PROGRAMME --out HERE/d", WRONG_USE, "MG501"),
        ("decide PROGRAMME --population POPULATION --out POPULATION", WRONG_USE, "something else"),
        ("decide PROGRAMME --population POPULATION --out PROGRAMME", WRONG_USE, "something else"),
        (
            "decide PROGRAMME --population POPULATION --out PROGRAMME/d",
            FINDING,
            "cannot write 'd'",
        ),
        (
            "decide PROGRAMME --population POPULATION --out HERE/d --engine sprak",
            WRONG_USE,
            "did you mean 'spark'?",
        ),
        (
            "decide PROGRAMME --population POPULATION --out HERE/d --base POPULATION",
            WRONG_USE,
            "give --base a snapshot",
        ),
        ("decide KT --population POPULATION --out HERE/d", WRONG_USE, "has no fact 'line_kind'"),
        ("decide HERE/none.yaml --population POPULATION --out HERE/d", WRONG_USE, "MG101"),
        ("explain PROGRAMME --population POPULATION", WRONG_USE, "Missing option '--line'"),
        (
            "explain PROGRAMME --population POPULATION --line X",
            WRONG_USE,
            "line ids here look like 'L0'",
        ),
        ("explain KT --population POPULATION --line L0", WRONG_USE, "has no fact 'line_kind'"),
        (
            "explain PROGRAMME --population POPULATION --line L0 --if yeras=3",
            WRONG_USE,
            "did you mean 'years'?",
        ),
        (
            "explain PROGRAMME --population POPULATION --line L0 --if years",
            WRONG_USE,
            "write FACT=VALUE",
        ),
        (
            "explain PROGRAMME --population POPULATION --line L0 --lang xx",
            WRONG_USE,
            "it speaks ko, en",
        ),
        ("diff PROGRAMME --population POPULATION", WRONG_USE, "Missing argument 'NEW'"),
        ("diff PROGRAMME KT --population POPULATION", WRONG_USE, "has no fact"),
        ("diff PROGRAMME HERE/none.yaml --population POPULATION", WRONG_USE, "MG101"),
        ("verify HERE", WRONG_USE, "no decisions here"),
        ("verify HERE/none", WRONG_USE, "no decisions here"),
        ("verify PROGRAMME", WRONG_USE, "no decisions here"),
        ("verify DECISIONS --sample 0", WRONG_USE, "--sample"),
        ("verify DECISIONS --sample many", WRONG_USE, "--sample"),
        ("verify DECISIONS --seed -1", WRONG_USE, "--seed"),
        ("verify DECISIONS --population HERE", WRONG_USE, "MG501"),
        ("report HERE --out HERE/r.html", WRONG_USE, "no decisions here"),
        ("report DECISIONS --out DECISIONS/part-00000.parquet", WRONG_USE, "which holds decisions"),
        ("report DECISIONS --out POPULATION/r.html", WRONG_USE, "which holds a population"),
        ("report POPULATION --out HERE/r.html", WRONG_USE, "a population, not decisions"),
        ("verify DECISIONS --population DECISIONS", WRONG_USE, "decisions, not a population"),
        ("population show DECISIONS", WRONG_USE, "decisions, not a population"),
        (
            "decide PROGRAMME --population DECISIONS --out HERE/d",
            WRONG_USE,
            "these are decisions, not a population",
        ),
        (
            "decide PROGRAMME --population POPULATION --out POPULATION/d",
            WRONG_USE,
            "which holds a population",
        ),
        ("report DECISIONS --out HERE/r.html --lang xx", WRONG_USE, "it speaks ko, en"),
        ("population", WRONG_USE, "Usage:"),
        ("population mkae", WRONG_USE, "Did you mean 'make'?"),
        ("population make KT --lines 0 --as-of 2026-01-13 --out HERE/p", WRONG_USE, "--lines"),
        ("population make KT --lines 9 --as-of tomorrow --out HERE/p", WRONG_USE, "--as-of"),
        ("population make KT --lines 9 --as-of 2026-02-30 --out HERE/p", WRONG_USE, "--as-of"),
        ("population make KT --lines 9 --as-of 2026-01-13 --out HERE", WRONG_USE, "MG508"),
        ("population make KT --lines 9 --as-of 2026-01-13 --out .", WRONG_USE, "'.' exists and"),
        ("population make KT --lines 9 --as-of 2026-01-13 --out DECISIONS/p", WRONG_USE, "MG605"),
        (f"population import {IMPORTED} --map HERE/none.yaml", WRONG_USE, "MG101"),
        (f"population import {IMPORTED} --map MAPPING", WRONG_USE, "cannot read the source"),
        ("population make KT --lines 9 --as-of x --out HERE/p", WRONG_USE, "as 2026-02-03"),
        ("plan KT --from x", WRONG_USE, "'x' is no day; write it as 2026-02-03"),
        ("plan KT --from 2026-03-01 --until 2026-02-01", WRONG_USE, "last day is before the first"),
        ("audit log --since x", WRONG_USE, "write it as 2026-02-03 or 2026-02-03T14:00"),
        ("audit log --kind x", WRONG_USE, "'x' is no kind of entry"),
        ("access log --person C1 --from 2026-03-01 --to 2026-02-01", WRONG_USE, "before the first"),
        ("access review --month x", WRONG_USE, "'x' is no month"),
        ("access look-at x --verdict misuse --note x", WRONG_USE, "'x' is no number of a finding"),
        ("proposal show x", WRONG_USE, "'x' is no identifier"),
        ("staff revoke x", WRONG_USE, "'x' is no identifier"),
        ("case hand-over K7RM-29QH", WRONG_USE, "give --team TEAM or --to NAME"),
        ("quote verify HERE/none", WRONG_USE, "is no file of a quote, and no number of one"),
        ("quote verify PROGRAMME --key /nope", WRONG_USE, "'/nope' is no key of a log"),
        ("restore HERE/none", WRONG_USE, "there is no folder"),
        ("population show HERE", WRONG_USE, "MG501"),
        ("population show POPULATION --line X", WRONG_USE, "line ids here look like 'L0'"),
    ],
)  # fmt: skip
def test_told_what_to_do(operator: Operator, folder: Path, text: str, code: int, says: str) -> None:
    before = sorted(folder.rglob("*"))
    said = typed(operator, folder, text)
    assert said.code == code, said.err
    assert says in said.err + (said.out if text == "population" else "")
    assert text == "population" or not said.out
    assert sorted(folder.rglob("*")) == before


def test_nothing_at_all(operator: Operator) -> None:
    said = operator.types()
    assert said.code == WRONG_USE
    assert "Usage:" in said.out + said.err


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("describe HERE/none.yaml --json", "MG101"),
        ("decide PROGRAMME --population HERE --out HERE/d --json", "MG501"),
        ("explain PROGRAMME --population POPULATION --line X --json", "MG610"),
        ("diff PROGRAMME KT --population POPULATION --json", "MG604"),
        ("verify HERE --json", "MG601"),
        ("report HERE --json", "MG601"),
        ("population show HERE --json", "MG501"),
    ],
)
def test_a_failure_is_told_in_json_too(
    operator: Operator, folder: Path, text: str, code: str
) -> None:
    said = typed(operator, folder, text)
    assert said.code == WRONG_USE
    assert said.json["ok"] is False
    assert said.json["findings"][0]["code"] == code
    assert f"error {code}" in said.err


def test_a_broken_programme(operator: Operator, folder: Path) -> None:
    text = (folder / "programme.yaml").read_text(encoding="utf-8")
    broken = folder / "broken.yaml"
    broken.write_text(text.replace("years < 14", "yeras < 14"), encoding="utf-8")
    words = ("--population", folder / "population", "--out", folder / "d")
    said = operator.types("decide", broken, *words)
    assert said.code == FINDING
    assert "did you mean 'years'?" in said.err
    assert "^^^^^" in said.err


@pytest.mark.parametrize("content", [b"", b"\0\1\2", b"\xff\xfe", b"- 1\n- 2\n", b"{", b"a: &b *b"])
def test_files_that_are_anything_but_a_programme(
    operator: Operator, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "p.yaml"
    path.write_bytes(content)
    said = operator.types("check", path)
    assert said.code in (FINDING, WRONG_USE)
    assert str(path) in said.err


def test_a_damaged_snapshot_is_called_so(operator: Operator, folder: Path) -> None:
    manifest = folder / "population" / "manifest.json"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('"rows": 3', '"rows": 4'), encoding="utf-8")
    said = operator.types("verify", folder / "population")
    assert said.code == FINDING
    assert "population/manifest.json was changed after it was written" in said.err


def test_a_manifest_of_decisions_that_was_changed(operator: Operator, folder: Path) -> None:
    """Nothing works from it, and verify says what else differs."""
    manifest = folder / "decisions" / "manifest.json"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('"rows": 3', '"rows": 2999'), encoding="utf-8")
    said = typed(operator, folder, "report DECISIONS --out HERE/r.html")
    assert (said.code, said.out) == (FINDING, "")
    assert "MG614" in said.err
    said = typed(operator, folder, "verify DECISIONS")
    assert said.code == FINDING
    assert "manifest.json was changed after it was written" in said.err
    assert "'rows' is 2999, not 3" in said.err


def test_a_schema_on_a_full_disk(
    operator: Operator, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "s.json").write_text("the old one")
    before = sorted(folder.rglob("*"))

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.fsync", full)
    said = typed(operator, folder, "schema --out HERE/s.json")
    assert said.code == FINDING
    assert f"MG509: cannot write {folder / 's.json'}: no space left" in said.err
    assert (folder / "s.json").read_text() == "the old one"
    assert sorted(folder.rglob("*")) == before
