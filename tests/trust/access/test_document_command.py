"""``makegood document show``: never at the bare console, never over a file."""

import stat

import pytest
from typer.testing import CliRunner

from makegood.cli.application import application
from makegood.kernel import MakegoodError
from makegood.trust.access import hand_in_document
from tests.redress.claims.relief import applicant
from tests.trust.access.visitors import agent

PDF = b"%PDF-1.7 certificate" + bytes(1_000)


@pytest.fixture
def reference(vault, monkeypatch):
    for name, value in vault.environment.items():
        monkeypatch.setenv(name, value)
    return hand_in_document(applicant("C0001"), "C0001", "a.pdf", PDF)


def show(*words):
    result = CliRunner().invoke(
        application, ["document", "show", *map(str, words)], catch_exceptions=True
    )
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout


def test_the_console_itself_is_shown_nothing(reference, tmp_path):
    out = tmp_path / "proof.pdf"
    with pytest.raises(MakegoodError, match="MG770"):
        show(reference, "--case", "R7K3-9QXM-2HTB", "--out", out)
    with pytest.raises(MakegoodError, match="MG682"):
        show("D-2222-2222-2222", "--case", "R7K3-9QXM-2HTB", "--out", out)
    assert not out.exists()


def test_who_signed_in_there_and_decides_has_it_in_a_file_of_their_own(
    reference, tmp_path, monkeypatch
):
    from makegood.trust import staff

    hana = agent("hana", "supervisor")
    monkeypatch.setattr(staff, "console_visitor", lambda: hana)
    out = tmp_path / "proof.pdf"
    told = show(reference.lower(), "--case", "R7K3-9QXM-2HTB", "--out", out, "--json")
    assert '"kind": "pdf"' in told or '"kind":"pdf"' in told
    assert out.read_bytes() == PDF
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with pytest.raises(MakegoodError, match="MG759"):
        show(reference, "--case", "R7K3-9QXM-2HTB", "--out", out)
