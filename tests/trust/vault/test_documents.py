"""Documents that customers hand in: examined, sealed, found by their owner, gone with them."""

import socket
import threading
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from makegood.configuration import Settings
from makegood.kernel import FixedClock, is_pseudonym
from makegood.trust import clock
from makegood.trust.vault import (
    UNUSED_DAYS,
    DocumentKind,
    Person,
    check_scanner,
    delete_again,
    delete_person,
    discard_unused_documents,
    document_standing,
    documents_of,
    examine_document,
    is_document_reference,
    keep_document,
    open_document,
    rotate,
    store_person,
    use_documents,
)
from makegood.trust.vault.documents import scanning
from makegood.trust.vault.documents.examining import masked_file_name
from makegood.trust.vault.documents.fake_scanner import HARMFUL, fake_clamd
from makegood.trust.vault.documents.kinds import kind_of
from tests.store_fixture import Database
from tests.trust.leaks import assert_nothing_leaked
from tests.trust.vault.books import expect_sound_log, one
from tests.trust.vault.conftest import ACTOR, refused

PDF = b"%PDF-1.7\n" + b"certificate of service" * 40
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 4
PNG = b"\x89PNG\r\n\x1a\n" + bytes(500)
HEIC = b"\x00\x00\x00\x18ftypheic" + bytes(500)
KEEP = pytest.mark.usefixtures("vault")


def keep(customer_id: str = "C1", content: bytes = PDF, name: str = "김민수_증명서.pdf") -> str:
    return keep_document(customer_id, name, "text/html", content, actor=ACTOR)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, DocumentKind.PDF),
        (JPEG, DocumentKind.JPEG),
        (PNG, DocumentKind.PNG),
        (HEIC, DocumentKind.HEIC),
        (b"<html>%PDF-1.7", None),
        (b"PK\x03\x04", None),
        (b"MZ\x90", None),
        (b"", None),
        (b"\x00\x00\x00\x18ftypmp42", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", None),
    ],
)
def test_a_kind_is_read_from_the_first_bytes(content, kind):
    assert kind_of(content) is kind


@given(st.text(max_size=300))
def test_no_name_is_a_path_and_none_shows_more_than_a_letter(name):
    masked = masked_file_name(name, DocumentKind.PDF)
    assert masked.endswith("***.pdf")
    assert len(masked) <= 8
    assert not {"/", "\\", "\0", "\n"} & set(masked)


@KEEP
@pytest.mark.parametrize("content", [PDF, JPEG, PNG, HEIC])
def test_what_is_kept_opens_again_and_is_ciphertext_in_the_table(vault: Database, content):
    reference = keep(content=content)
    assert is_document_reference(reference)
    assert is_pseudonym(reference)
    found = open_document(reference)
    assert (found.customer_id, found.content, found.kind) == ("C1", content, kind_of(content))
    assert found.name == f"김***.{found.kind.value}"
    assert "김" not in repr(found)
    standing = document_standing(reference)
    assert (standing.size_bytes, standing.used_for) == (len(content), "")
    with vault.owner.connect() as owner:
        [row] = owner.execute("SELECT * FROM vault_document").fetchall()
    sealed = [bytes(value) for value in row if isinstance(value, bytes)]
    assert len(sealed) == 2
    assert not any(content[20:60] in value for value in sealed)


@KEEP
def test_what_cannot_be_taken_leaves_nothing(monkeypatch):
    refused("MG680", lambda: keep(content=b"MZ not a document"), says_not="김")
    refused("MG681", lambda: keep(content=b""))
    monkeypatch.setenv("MAKEGOOD_DOCUMENT_BYTES_MAX", "1024")
    refused("MG681", lambda: keep(content=PDF + bytes(1024)))
    refused("MG729", lambda: keep(customer_id="김민수"), says_not="김민수")
    assert one("SELECT count(*) FROM vault_document") == 0


@KEEP
def test_a_document_in_another_row_does_not_open(vault: Database):
    mine, other = keep("C1"), keep("C2", JPEG)
    beside = f"FROM vault_document o WHERE d.reference = '{mine}' AND o.reference = '{other}'"
    moves = (
        f"UPDATE vault_document AS d SET sealed = o.sealed {beside}",
        f"UPDATE vault_document AS d SET sealed = o.sealed, sealed_key = o.sealed_key {beside}",
        f"UPDATE vault_document SET customer_id = 'C2' WHERE reference = '{mine}'",
        f"UPDATE vault_document SET kind = 'png' WHERE reference = '{mine}'",
        f"UPDATE vault_document SET reference = 'D-2222-2222-2222' WHERE reference = '{mine}'",
    )
    for move in moves:
        with vault.owner.connect() as owner, owner.transaction() as undone:
            owner.execute(move.encode())
            [row] = owner.execute(
                b"SELECT customer_id, reference, kind, sealed_key, sealed FROM vault_document"
                b" WHERE reference <> %s ORDER BY customer_id = 'C1' DESC LIMIT 1",
                [other],
            ).fetchall()
            raise_if_it_opens(row)
            raise psycopg.Rollback(undone)
    assert open_document(mine).content == PDF


def raise_if_it_opens(row) -> None:
    """As ``open_document`` does, with what a transaction of the owner's sees."""
    from makegood.trust.vault.database import reading
    from makegood.trust.vault.documents.sealing import open_content, place_of, read
    from makegood.trust.vault.key_generations import live_sealers

    customer_id, reference, kind, sealed_key, sealed = row
    with reading() as cursor:
        [keys] = live_sealers(cursor).values()
    place = place_of(customer_id, reference, kind)

    def opened() -> bytes:
        key, _ = read(keys.open_document_key(place, bytes(sealed_key)))
        return open_content(key, place, bytes(sealed))

    refused("MG726", opened)


@KEEP
def test_a_rotation_seals_the_keys_again_and_leaves_the_contents(vault: Database):
    references = [keep(f"C{number}", PDF + bytes([number])) for number in range(3)]
    query = b"SELECT reference, sealed_key, sealed FROM vault_document ORDER BY reference"
    with vault.owner.connect() as owner:
        before = owner.execute(query).fetchall()
    rotation = rotate(actor=ACTOR)
    assert rotation.resealed == 3
    with vault.owner.connect() as owner:
        after = owner.execute(query).fetchall()
        [[generation]] = owner.execute(b"SELECT DISTINCT generation FROM vault_document").fetchall()
    assert generation == 2
    for (_, old_key, old), (_, new_key, new) in zip(before, after, strict=True):
        assert old_key != new_key
        assert old == new
    assert {open_document(each).content[-1] for each in references} == {0, 1, 2}
    assert keep("C9")
    expect_sound_log()


@KEEP
def test_a_deletion_takes_a_persons_documents_and_no_others():
    store_person(Person("C1", "김민수", "010-1234-5678"), actor=ACTOR)
    mine, other = keep("C1"), keep("C10")
    delete_person("C1", actor=ACTOR)
    refused("MG682", lambda: open_document(mine))
    assert open_document(other).content == PDF
    refused("MG728", lambda: keep("C1"))
    delete_again(["C10"], actor=ACTOR)
    refused("MG682", lambda: open_document(other))
    expect_sound_log()


@KEEP
def test_a_person_of_whom_only_a_document_is_kept_can_be_deleted():
    keep("C1")
    assert not delete_person("C1", actor=ACTOR).already_done
    assert documents_of("C1") == []


@KEEP
def test_what_nothing_uses_is_gone_after_days_and_what_is_used_stays():
    used, unused = keep(), keep()
    use_documents("C1", [used, "DOC-7", ""], "claim:R7K3-9QXM-2HTB")
    use_documents("C1", [used], "claim:ANOTHER")
    assert document_standing(used).used_for == "claim:R7K3-9QXM-2HTB"
    assert discard_unused_documents(actor=ACTOR) == 0
    with clock.use(FixedClock(clock.now() + timedelta(days=UNUSED_DAYS, minutes=1))):
        assert discard_unused_documents(actor=ACTOR) == 1
        assert discard_unused_documents(actor=ACTOR) == 0
    assert [each.reference for each in documents_of("C1")] == [used]
    refused("MG682", lambda: document_standing(unused))


@KEEP
def test_anothers_document_cannot_be_used():
    other = keep("C2")
    refused("MG682", lambda: use_documents("C1", [other], "claim:X"))
    refused("MG682", lambda: use_documents("C1", [keep("C1"), other], "claim:X"))
    assert {each.used_for for each in (*documents_of("C1"), *documents_of("C2"))} == {""}


@KEEP
def test_an_act_that_is_undone_keeps_no_document():
    with transaction.atomic():
        keep()
        transaction.set_rollback(True)
    assert documents_of("C1") == []


@KEEP
def test_keys_from_before_documents_say_so(monkeypatch):
    from makegood.trust.vault import sealing

    monkeypatch.delitem(sealing._TEMPLATES, "document")
    refused("MG685", keep)
    monkeypatch.undo()
    store_person(Person("C1", "김민수", "010-1234-5678"), actor=ACTOR)


def test_nothing_leaks_from_keeping_opening_rotating_and_deleting(
    vault: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    planted = "뷹뎗쩗놟"
    content = b"%PDF-1.4 " + planted.encode() + bytes(5_000)
    reference = keep(content=content, name=f"{planted}.pdf")
    rotate(actor=ACTOR)
    found = open_document(reference)
    said = refused("MG680", lambda: keep(content=planted.encode(), name=planted))
    delete_person("C1", actor=ACTOR)
    told = capfd.readouterr()
    assert_nothing_leaked(vault, (planted,), told.out, told.err, repr(found), said)


# --- The scanner ---


@pytest.fixture
def socket_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("s") / "clamd"


def settings_with(scanner: str) -> Settings:
    return Settings(document_scanner=scanner)


def test_a_scanner_lets_the_clean_through_and_the_harmful_not(socket_path):
    settings = settings_with(f"clamd://{socket_path}")
    with fake_clamd(socket_path) as clamd:
        assert check_scanner(settings)
        large = PDF + bytes(200_000)
        assert examine_document("a.pdf", large, settings=settings).content == large
        said = refused(
            "MG683", lambda: examine_document("김.pdf", PDF + HARMFUL, settings=settings)
        )
        assert "김" not in said
        assert clamd.scanned == 2


def test_a_scanner_that_does_not_answer_lets_nothing_through(socket_path):
    settings = settings_with(f"clamd://{socket_path}")
    refused("MG684", lambda: examine_document("a.pdf", PDF, settings=settings))
    refused("MG684", lambda: check_scanner(settings))
    with fake_clamd(socket_path, stream_bytes_max=100):
        refused("MG684", lambda: examine_document("a.pdf", PDF, settings=settings))
    # One that takes all and says nothing.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        deaf = scanning.Clamd(host="127.0.0.1", port=port, seconds=0.2)
        refused("MG684", lambda: deaf.is_clean(PDF))
        # And one that hangs up.
        hung_up = threading.Thread(target=hang_up, args=(silent,))
        hung_up.start()
        refused("MG684", lambda: deaf.is_clean(PDF))
        hung_up.join()


def hang_up(server: socket.socket) -> None:
    server.accept()[0].close()


def test_without_a_scanner_none_is_asked():
    assert not check_scanner(settings_with(""))
    for wrong in ("http://x", "clamd://", "clamd:", "/run/clamd"):
        with pytest.raises(ValueError, match="document_scanner"):
            settings_with(wrong)
    assert scanning.Clamd.at("clamd://scanner.example:3311").port == 3311
    assert scanning.Clamd.at("clamd://scanner.example").port == 3310
    assert scanning.Clamd.at("clamd:///run/clamav/clamd.ctl").path == "/run/clamav/clamd.ctl"
