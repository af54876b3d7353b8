"""``makegood vouchers import`` and ``list``, as somebody at the console uses them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from makegood.cli.application import application
from makegood.cli.output import failed
from makegood.kernel import MakegoodError
from tests.channels.vouchers.codes import POOL, codes_file, made_codes
from tests.store_fixture import Database


@pytest.fixture(autouse=True)
def console(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in database.environment.items():
        monkeypatch.setenv(name, value)


def told(*words: str) -> str:
    result = CliRunner().invoke(application, words)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


def test_codes_are_imported_and_pools_listed(tmp_path: Path) -> None:
    file = codes_file(tmp_path / "codes.csv", 20)
    rejects = tmp_path / "rejects.csv"
    said = told("vouchers", "import", POOL, str(file), "--quiet")
    assert "20 codes added, 0 rejected" in said
    again = told(
        "vouchers", "import", POOL, str(file), "--rejects", str(rejects), "--json", "--quiet"
    )
    assert json.loads(again)["rejected"] == 20
    assert rejects.read_text().splitlines()[:2] == [
        "row,reason",
        '1,"is there already, in this pool or another, or came before in the file"',
    ]
    listed = json.loads(told("vouchers", "list", "--json"))
    assert listed == {
        "ok": True,
        "pools": [{"pool": POOL, "left": 20, "given": 0, "low": False}],
    }
    assert "20" in told("vouchers", "list")
    everything = said + again + rejects.read_text()
    assert not any(code in everything for code in made_codes(20))


def test_a_wrong_column_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = codes_file(tmp_path / "codes.csv", 3)
    with pytest.raises(MakegoodError, match="no column 'number'") as error:
        told("vouchers", "import", POOL, str(file), "--column", "number")
    assert failed(error.value) == 2
    capsys.readouterr()
