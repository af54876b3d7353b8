"""Every command: what it answers, in words and in JSON, and its exit code."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.cli.operating import KT, ROOT, Operator
from tests.population.telco import data

COMMANDS = (
    ("check",),
    ("describe",),
    ("schema",),
    ("decide",),
    ("explain",),
    ("diff",),
    ("verify",),
    ("report",),
    ("population",),
    ("population", "make"),
    ("population", "import"),
    ("population", "show"),
)


@pytest.mark.parametrize("flag", ["--help", "-h"])
@pytest.mark.parametrize("words", [(), *COMMANDS], ids=" ".join)
def test_help(operator: Operator, words: tuple[str, ...], flag: str) -> None:
    said = operator.types(*words, flag)
    assert (said.code, said.err) == (0, "")
    assert "Usage:" in said.out
    leaf = words and words != ("population",)
    assert ("Example:" in said.out) is bool(leaf)


def test_check_of_several_files(operator: Operator, folder: Path) -> None:
    said = operator.types("check", folder / "programme.yaml", KT)
    assert said.code == 0
    assert said.err.count("warning MG390") == 3
    assert said.out.count(": ok\n") == 2
    assert f"{KT}: kt-2025: 6 measures, " in said.out


def test_check_tells_all_files_and_all_findings(operator: Operator, folder: Path) -> None:
    broken = folder / "broken.yaml"
    broken.write_text(KT.read_text(encoding="utf-8").replace("brand = 'mvno'", "brnd = 'mvno'"))
    said = operator.types("check", broken, folder / "none.yaml", KT)
    assert said.code == 1
    assert f"{broken}:" in said.err
    assert "unknown" in said.err
    assert "none.yaml" in said.err
    assert said.out.count(": ok\n") == 1
    told = operator.types("check", broken, folder / "none.yaml", KT, "--json")
    assert (told.code, told.err) == (1, "")
    assert told.json["ok"] is False
    assert [each["ok"] for each in told.json["files"]] == [False, False, True]
    finding = told.json["files"][0]["findings"][0]
    assert set(finding) == {"code", "severity", "message", "hint", "file", "line", "column"}
    assert finding["file"] == str(broken)
    assert finding["line"] > 1


def test_describe(operator: Operator) -> None:
    plain = operator.types("describe", KT, "--lang", "en")
    told = operator.types("describe", KT, "--lang", "en", "--json").json
    assert set(told) == {"programme", "sha256", "language", "text"}
    assert plain.out.rstrip("\n") == told["text"].rstrip("\n")
    assert operator.types("describe", KT, "--json").json["language"] == "ko"


def test_schema(operator: Operator, tmp_path: Path) -> None:
    told = operator.types("schema")
    assert told.json["title"]
    assert operator.types("schema", "--out", tmp_path / "s.json").out == ""
    assert json.loads((tmp_path / "s.json").read_text(encoding="utf-8")) == told.json


def test_decide_says_once_and_then_that_it_stands(operator: Operator, folder: Path) -> None:
    words = ("decide", folder / "programme.yaml", "--population", folder / "population")
    said = operator.types(*words, "--out", folder / "d")
    assert (said.code, said.err) == (0, "")
    assert "granted: automatic" in said.out
    assert "excluded: child" in said.out
    assert "missing years" in said.out
    assert "closed; content" in said.out
    again = operator.types(*words, "--out", folder / "d")
    assert "the same decisions stand there already; nothing written" in again.out
    told = operator.types(*words, "--out", folder / "d", "--json").json
    assert told["written"] is False
    assert told["rows"] == 3
    credit = told["measures"][0]
    assert credit["name"] == "credit"
    dispositions = ("granted", "excluded", "not_in_scope", "undetermined")
    assert [credit[each] for each in dispositions] == [1, 1, 0, 1]
    assert credit["amount"] == 5_000
    assert credit["lacking"] == [{"facts": ["years"], "lines": 1}]
    assert {"folder", "content_sha256", "key", "parts", "bases", "made_at"} <= set(told)


def test_explain(operator: Operator, folder: Path) -> None:
    words = ("explain", folder / "programme.yaml", "--population", folder / "population")
    said = operator.types(*words, "--line", "L1", "--lang", "en")
    assert said.code == 0
    assert "This line does not qualify: because of child." in said.out
    assert "13 years" in said.out
    supposed = operator.types(*words, "--line", "L1", "--if", "years=14", "--if", "company=true")
    assert "5,000원" in supposed.out
    told = operator.types(*words, "--line", "L2", "--json").json
    assert set(told) == {
        "line_id",
        "programme",
        "programme_sha256",
        "population_sha256",
        "as_of",
        "supposing",
        "measures",
    }
    credit, data = told["measures"]
    assert (credit["disposition"], credit["missing"]) == ("undetermined", ["years"])
    assert (data["disposition"], data["way"], data["amount"]) == ("granted", "automatic", None)
    assert set(credit["words"]) == {"ko", "en"}
    assert set(credit["words"]["en"]) == {"title", "text", "misses"}


def test_diff(operator: Operator, folder: Path) -> None:
    text = (folder / "programme.yaml").read_text(encoding="utf-8")
    (folder / "new.yaml").write_text(text.replace("years < 14", "years < 13"), encoding="utf-8")
    words = (folder / "programme.yaml", folder / "new.yaml", "--population", folder / "population")
    said = operator.types("diff", *words)
    assert said.code == 0
    assert "3 lines, 2 of them as before in everything" in said.out
    assert "gains: 1 decisions, +5,000" in said.out
    told = operator.types("diff", *words, "--json").json
    assert (told["lines"], told["unchanged"]) == (3, 2)
    (change,) = told["changes"]
    assert (change["old"], change["new"]) == ("excluded:child", "granted:automatic")
    assert (change["effect"], change["amount"], change["examples"]) == ("gains", 5_000, ["L1"])
    same = operator.types("diff", words[0], words[0], *words[2:])
    assert same.out == "3 lines, 3 of them as before in everything\n"


def test_verify(operator: Operator, folder: Path) -> None:
    said = operator.types("verify", folder / "decisions")
    assert said.code == 0
    assert "3 lines, every hash and count holds, 3 decided again" in said.out
    told = operator.types("verify", folder / "decisions", "--sample", "2", "--json").json
    assert told == {"ok": True, "lines": 3, "recomputed": 2, "findings": []}
    snapshot = operator.types("verify", folder / "population")
    assert "3 lines, every hash and count holds" in snapshot.out


def test_verify_finds(operator: Operator, folder: Path) -> None:
    part = folder / "decisions" / "part-00000.parquet"
    part.write_bytes(part.read_bytes()[:-9] + b"!" + part.read_bytes()[-8:])
    said = operator.types("verify", folder / "decisions")
    assert said.code == 1
    assert "part-00000.parquet was changed after it was written" in said.err
    told = operator.types("verify", folder / "decisions", "--json")
    assert told.code == 1
    assert told.json["ok"] is False
    assert told.json["findings"][0]["code"] == "MG613"


def test_report(operator: Operator, folder: Path) -> None:
    said = operator.types("report", folder / "decisions", "--out", folder / "r.html")
    assert said.code == 0
    assert str(folder / "r.html") in said.out
    told = operator.types(
        "report", folder / "decisions", "--out", folder / "r.html", "--lang", "en", "--json"
    )
    assert told.json["bytes"] == (folder / "r.html").stat().st_size


def test_population_made_shown_and_read(operator: Operator, folder: Path) -> None:
    words = ("population", "make", KT, "--lines", "50", "--as-of", "2026-01-13")
    said = operator.types(*words, "--out", folder / "made")
    assert said.out == f"{folder / 'made'}: 50 lines as of 2026-01-13\n"
    told = operator.types(*words, "--out", folder / "made", "--json").json
    assert (told["written"], told["rows"], told["rejected"]) == (False, 50, 0)
    shown = operator.types("population", "show", folder / "made")
    assert "50 lines as of 2026-01-13 for kt-2025" in shown.out
    assert "holder_age" in shown.out
    assert set(operator.types("population", "show", folder / "made", "--json").json["facts"])
    one = operator.types("population", "show", folder / "population", "--line", "L1")
    assert "2020-02-29" in one.out
    facts = operator.types("population", "show", folder / "population", "--line", "L1", "--json")
    assert facts.json["facts"]["opened_on"] == "2020-02-29"
    assert facts.json["facts"]["years"] == 13


def test_population_imported(operator: Operator, tmp_path: Path) -> None:
    example = ROOT / "examples" / "telco-churn"
    with data().open(encoding="utf-8", newline="") as file:
        head = [row for _, row in zip(range(11), csv.reader(file), strict=False)]
    head[3][-1] = "Perhaps"
    with (tmp_path / "some.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(head)
    said = operator.types(
        "population",
        "import",
        tmp_path / "some.csv",
        "--map",
        example / "mapping.yaml",
        "--programme",
        example / "programme.yaml",
        "--as-of",
        "2026-01-01",
        "--out",
        tmp_path / "s",
    )
    assert (said.code, said.err) == (0, "")
    assert "10 rows in = 9 kept + 1 rejected" in said.out


def test_words_in_brackets_are_told_as_they_stand(operator: Operator, folder: Path) -> None:
    """Neither marks nor pictures are made of what a file is called."""
    odd = folder / "[bold]it[" / ":smile:" / "["
    odd.mkdir(parents=True)
    text = (folder / "programme.yaml").read_text(encoding="utf-8")
    (odd / "p].yaml").write_text(text.replace("en: age}", "en: '[red]age :+1:'}"), encoding="utf-8")
    said = operator.types("check", odd / "p].yaml")
    assert said.out == f"{odd / 'p].yaml'}: outage: 2 measures, 7 facts: ok\n"
    words = (odd / "p].yaml", "--population", folder / "population", "--line", "L0")
    assert "[red]age :+1:" in operator.types("explain", *words, "--lang", "en").out
