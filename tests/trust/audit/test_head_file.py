"""What is remembered outside of the database: whoever owns every table cannot change it."""

import psycopg
import pytest

from makegood.kernel import MakegoodError
from makegood.trust.audit import (
    HEAD_FILE,
    HeadFile,
    make_signer,
    newest_checkpoint,
    publish_checkpoint,
    verifier_keys,
    verify,
)
from tests.store_fixture import Database
from tests.trust.audit.entries import ORIGIN, behind_the_back, master_key, write

CUT = 20


@pytest.fixture
def head(database: Database) -> HeadFile:
    return HeadFile(database.settings.secrets / HEAD_FILE)


@pytest.fixture
def sealed(database: Database, head: HeadFile) -> Database:
    """A log of 30 entries and one more under checkpoints, remembered outside."""
    write(30)
    publish_checkpoint(master_key(database), ORIGIN, head=head)
    write(1, start=30)
    publish_checkpoint(master_key(database), ORIGIN, head=head)
    assert verify(head=head).ok
    return database


def forget(connection: psycopg.Connection, *, keep: int = CUT) -> None:
    """All entries but the first few, every checkpoint and every place; the rest waits anew."""
    connection.execute(
        "DELETE FROM audit_entry WHERE kind = 'log.checkpoint_signed' OR entry_id IN"
        " (SELECT entry_id FROM audit_leaf WHERE leaf_index >= %s AND entry_id NOT IN"
        "  (SELECT entry_id FROM audit_entry WHERE kind = 'log.signer_made'))",
        [keep],
    )
    for table in ("leaf", "subtree", "checkpoint", "cosignature", "pending"):
        connection.execute(f"DELETE FROM audit_{table}")
    connection.execute(
        "INSERT INTO audit_pending (entry_id, leaf_hash)"
        " SELECT entry_id, sha256('\\x00'::bytea || payload) FROM audit_entry"
    )
    connection.commit()


def codes(caught: pytest.ExceptionInfo[MakegoodError]) -> list[str]:
    return [finding.code for finding in caught.value.findings]


def told(head: HeadFile) -> str:
    found = verify(trusted=verifier_keys(), head=head)
    return "\n".join(f"{finding.code} {finding.message}" for finding in found.findings)


def test_a_log_that_was_begun_anew_is_not_signed_and_told(sealed: Database, head: HeadFile):
    """Entries, places and all checkpoints are gone, and what is left waits as if it were new."""
    with behind_the_back(sealed) as connection:
        forget(connection)
    with pytest.raises(MakegoodError, match="nothing was signed") as caught:
        publish_checkpoint(master_key(sealed), ORIGIN, head=head)
    assert codes(caught) == ["MG743"]
    assert newest_checkpoint() is None
    assert f"MG747 the head kept in secrets/{HEAD_FILE}: it covers" in told(head)
    assert "are missing" in told(head)


def test_without_what_is_remembered_a_key_without_a_checkpoint_signs_nothing(sealed: Database):
    with behind_the_back(sealed) as connection:
        forget(connection)
    with pytest.raises(MakegoodError, match="a signing key and no checkpoint") as caught:
        publish_checkpoint(master_key(sealed), ORIGIN)
    assert codes(caught) == ["MG743"]


def test_a_log_whose_key_went_too_is_not_begun_anew(sealed: Database, head: HeadFile):
    with behind_the_back(sealed) as connection:
        forget(connection)
        connection.execute("DELETE FROM audit_signer")
        connection.commit()
    with pytest.raises(MakegoodError, match="has no signing key") as caught:
        publish_checkpoint(master_key(sealed), ORIGIN, head=head)
    assert codes(caught) == ["MG743"]
    assert "MG718" in told(head)


def test_a_log_that_was_begun_anew_and_grew_larger_is_told(sealed: Database, head: HeadFile):
    """Somebody signed the new beginning on a machine that remembers nothing."""
    with behind_the_back(sealed) as connection:
        forget(connection)
        connection.execute("DELETE FROM audit_signer")
        connection.execute("DELETE FROM audit_entry WHERE kind = 'log.signer_made'")
        connection.execute("DELETE FROM audit_pending")
        connection.execute(
            "INSERT INTO audit_pending (entry_id, leaf_hash)"
            " SELECT entry_id, sha256('\\x00'::bytea || payload) FROM audit_entry"
        )
        connection.commit()
    write(40, start=100)
    publish_checkpoint(master_key(sealed), ORIGIN)
    assert verify().ok, "nothing in the database itself is wrong"
    with pytest.raises(MakegoodError) as caught:
        publish_checkpoint(master_key(sealed), ORIGIN, head=head)
    assert codes(caught) == ["MG718"]
    remembered = head.read()
    assert remembered
    assert f"the entries from 0 to {remembered.head.size - 1} are not" in told(head)


def test_the_newest_checkpoints_and_entries_are_cut_off(sealed: Database, head: HeadFile):
    """An older checkpoint stays; without the file the log would simply go on from it."""
    with behind_the_back(sealed) as connection:
        first = connection.execute("SELECT size FROM audit_checkpoint WHERE number = 1").fetchone()
        assert first
        connection.execute("DELETE FROM audit_checkpoint WHERE number = 2")
        connection.execute(
            "DELETE FROM audit_entry WHERE entry_id IN"
            " (SELECT entry_id FROM audit_leaf WHERE leaf_index >= %s UNION"
            "  SELECT entry_id FROM audit_pending)",
            first,
        )
        connection.execute("DELETE FROM audit_leaf WHERE leaf_index >= %s", first)
        connection.execute("DELETE FROM audit_pending")
        connection.commit()
    with pytest.raises(MakegoodError, match="newest one covers") as caught:
        publish_checkpoint(master_key(sealed), ORIGIN, head=head)
    assert codes(caught) == ["MG743"]
    assert f"the log has {first[0]}: the last" in told(head)


def test_only_the_newest_checkpoint_is_taken_away(sealed: Database, head: HeadFile):
    with behind_the_back(sealed) as connection:
        connection.execute("DELETE FROM audit_checkpoint WHERE number = 2")
        connection.commit()
    with pytest.raises(MakegoodError) as caught:
        publish_checkpoint(master_key(sealed), ORIGIN, head=head)
    assert codes(caught) == ["MG743"]
    assert "checkpoints are missing" in told(head)


def test_a_lost_file_is_told_and_signing_goes_on(sealed: Database, head: HeadFile):
    head.path.unlink()
    found = verify(head=head)
    assert found.ok
    assert found.remembered is None
    publish_checkpoint(master_key(sealed), ORIGIN, head=head)
    assert verify(head=head).remembered == found.covered


def test_an_older_file_is_continued(sealed: Database, head: HeadFile):
    """What a crash between the commit and the writing of the file leaves."""
    older = head.path.read_text()
    write(2, start=50)
    publish_checkpoint(master_key(sealed), ORIGIN)
    assert head.path.read_text() == older
    assert verify(head=head).ok
    newest = publish_checkpoint(master_key(sealed), ORIGIN, head=head)
    assert head.path.read_text() == newest.note


def test_it_is_private_and_never_goes_back(sealed: Database, head: HeadFile):
    first, newest = head.path.read_text(), None
    write(1, start=60)
    newest = publish_checkpoint(master_key(sealed), ORIGIN, head=head)
    head.keep(first)
    assert head.path.read_text() == newest.note
    assert head.path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in head.path.parent.glob(f".{HEAD_FILE}*")] == []


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"a note\n\n", b"x\n1\nAAAA\n\n\xe2\x80\x94 a b\n"]
)
def test_a_file_that_nobody_can_read_is_told(sealed: Database, head: HeadFile, content: bytes):
    head.path.write_bytes(content)
    with pytest.raises(MakegoodError) as caught:
        publish_checkpoint(master_key(sealed), ORIGIN, head=head)
    assert codes(caught) == ["MG718"]
    assert head.path.read_bytes() == content
    assert "MG718" in told(head)


def test_a_file_of_another_log_is_told(sealed: Database, head: HeadFile):
    from makegood.trust.audit.checkpoint import TreeHead
    from makegood.trust.audit.note import SigningKey

    other = SigningKey.make("other.example/log")
    note = other.sign(TreeHead("other.example/log", 1, bytes(32)).text()).render()
    head.path.write_text(note)
    with pytest.raises(MakegoodError, match=r"other\.example/log") as caught:
        publish_checkpoint(master_key(sealed), ORIGIN, head=head)
    assert codes(caught) == ["MG718"]
    assert "it is of another log, 'other.example/log'" in told(head)


def test_the_first_key_comes_with_the_first_checkpoint(database: Database, head: HeadFile):
    with pytest.raises(MakegoodError) as caught:
        make_signer(master_key(database), ORIGIN, "console:tester")
    assert codes(caught) == ["MG753"]
    write(1)
    publish_checkpoint(master_key(database), ORIGIN, head=head)
    make_signer(master_key(database), ORIGIN, "console:tester")
