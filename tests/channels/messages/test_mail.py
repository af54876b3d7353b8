"""Mail over SMTP: one at a time, remembered, never twice."""

import errno
import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from makegood.channels import NotSent, Outcome, PartlySent, Taken
from makegood.channels.messages import MailChannel, canonical_code
from makegood.channels.messages.bounces import NoNotification, read_notification
from makegood.channels.messages.fake import FakeSmtpServer, SmtpFaults
from makegood.channels.messages.journal import Journal
from makegood.channels.messages.mail_text import address_of, mail_bytes
from makegood.channels.messages.smtp import _dotted
from makegood.kernel import KEY_LETTERS, MakegoodError
from makegood.trust import clock
from tests.channels.contract import keys_of, outcomes, take_in
from tests.channels.messages.rig import MailRig, Standing, same_master_key


@pytest.fixture
def settings(database):
    with same_master_key(database.settings):
        yield database.settings


def test_a_mail_is_whole_and_says_whose_it_is(settings):
    with FakeSmtpServer() as server:
        rig = MailRig(settings, server)
        shipment = rig.shipment(1, 4)
        rig.channel.send(shipment)
        assert server.connections == 1
        for key, attempt, content in server.mails():
            assert f"<{key}.{attempt:02d}.{shipment.message_id}@kt.example>".encode() in content
            assert b"Auto-Submitted: auto-generated" in content
        (text,) = server.delivered()[keys_of(shipment)[0]]
    assert text.startswith("[케이티] 위약금 면제 신청을 아직 하지 않으셨습니다.")
    assert canonical_code(text.split()[-1])


def test_where_the_line_breaks_after_the_text_nobody_knows_and_nothing_is_sent_again(settings):
    with FakeSmtpServer(3, SmtpFaults(cut_kept=150, cut_lost=150)) as server:
        rig = MailRig(settings, server)
        shipment = rig.shipment(1, 40)
        kinds = list[tuple[bool, bool]]()
        for _ in range(20):
            try:
                rig.channel.send(shipment)
                break
            except (NotSent, PartlySent) as error:
                left = bool(server._tries)
                kinds.append((type(error) is PartlySent, left))
                assert rig.channel.taken(shipment) is (Taken.PARTLY if left else Taken.NO)
        assert rig.channel.taken(shipment) is Taken.YES
        assert all(partly is left for partly, left in kinds)
        told = outcomes(take_in(rig.channel))
        tries = dict(server._tries)
    assert set(tries.values()) == {1}
    silent = set(keys_of(shipment)) - {key for key, _ in told}
    cut = {key for key in keys_of(shipment) if any(server._draws(key, 1, f) for f in CUTS)}
    assert silent == cut & {each.partition(".")[0] for each in tries}
    assert silent


CUTS = ("cut_kept", "cut_lost")


def test_what_had_begun_when_the_process_was_killed_is_never_sent_again(settings):
    with FakeSmtpServer() as server:
        rig = MailRig(settings, server)
        shipment = rig.shipment(1, 5)
        doubtful, *others = keys_of(shipment)[:4]
        with Journal(rig.folder / "sent" / f"{shipment.message_id}.jsonl") as journal:
            journal.begin(doubtful, "2026-01-19T10:00:00+00:00")
        rig.channel.send(shipment)
        assert {key for key, _, _ in server.mails()} == set(others)
        assert doubtful not in {key for key, _ in outcomes(take_in(rig.channel))}


def test_refusals_for_good_fail_and_refusals_for_now_are_tried_again(settings):
    with FakeSmtpServer(5, SmtpFaults(later=400, refused=200)) as server:
        rig = MailRig(settings, server)
        shipment = rig.shipment(1, 30)
        rig.channel.send(shipment)
        (incoming,) = take_in(rig.channel)
        rows = {row["key"]: row for row in incoming.answers.to_pylist()}
        assert len(rows) == 30
        for n, key in enumerate(keys_of(shipment)):
            wanted = "550" if server._draws(key, 1, "refused") else ""
            wanted = "no_mail" if n % 5 == 4 else wanted
            assert rows[key]["code"] == wanted
        assert max(server._tries.values()) == 2


def test_a_server_that_is_away_leaves_everything_as_it_was(settings):
    with FakeSmtpServer() as server:
        rig = MailRig(settings, server)
        shipment = rig.shipment(1, 5)
    with pytest.raises(NotSent, match="MG822"):
        rig.channel.send(shipment)
    assert rig.channel.taken(shipment) is Taken.NO
    with FakeSmtpServer(port=server.port) as again:
        rig.channel.send(shipment)
        assert len(again.mails()) == 4


def test_bounces_come_back_as_returned(settings):
    with FakeSmtpServer(2, SmtpFaults(bounced=400)) as server:
        rig = MailRig(settings, server)
        shipment = rig.shipment(1, 20)
        rig.channel.send(shipment)
        take_in(rig.channel)
        count = server.bounce(rig.folder / "in")
        found = take_in(rig.channel)
    assert count
    assert {each.message_ids for each in found} == {(shipment.message_id,)}
    assert [row["outcome"] for each in found for row in each.answers.to_pylist()] == [
        Outcome.RETURNED
    ] * count
    assert {row["code"] for each in found for row in each.answers.to_pylist()} == {"5.1.1"}
    assert take_in(rig.channel) == []


def test_notices_are_not_kept_for_ever(settings):
    with FakeSmtpServer() as server:
        rig = MailRig(settings, server)
    kept = {}
    for folder in ("done", "aside"):
        for name, days in (("old.eml", 31), ("new.eml", 29)):
            kept[folder, name] = path = rig.folder / folder / name
            path.write_bytes(b"someone@example.com")
            instant = (clock.now() - timedelta(days=days)).timestamp()
            os.utime(path, (instant, instant))
    take_in(rig.channel)
    assert {name for (_, name), path in kept.items() if path.exists()} == {"new.eml"}


def test_it_speaks_over_tls_and_only_with_a_server_it_knows(settings, tmp_path: Path):
    certificate, key = self_signed(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    with FakeSmtpServer(context=context) as server:
        rig = MailRig(settings, server)
        shipment = rig.shipment(1, 3)
        url = f"smtp+starttls://user:secret@127.0.0.1:{server.port}"
        changes = {"smtp_url": SecretStr(url)}
        with pytest.raises(NotSent) as stranger:
            MailChannel(rig.settings.model_copy(update=changes)).send(shipment)
        assert "secret" not in str(stranger.value)
        changes["smtp_ca"] = certificate  # type: ignore[assignment]
        MailChannel(rig.settings.model_copy(update=changes)).send(shipment)
        assert len(server.mails()) == 3


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (None, "MG820"),
        ("https://mail.example.com", "MG826"),
        ("smtp://", "MG826"),
        ("smtp://host:99999", "MG826"),
        ("smtp://user:secret@host", "MG826"),
    ],
)
def test_an_address_that_is_none(settings, url: str | None, code: str):
    changes = {"smtp_url": SecretStr(url) if url else None, "mail_from": "a@kt.example"}
    with pytest.raises(MakegoodError, match=code) as told:
        MailChannel(settings.model_copy(update=changes))
    assert "secret" not in str(told.value)


def test_a_journal_survives_being_cut_anywhere(tmp_path: Path):
    path = tmp_path / "journal.jsonl"
    with Journal(path) as journal:
        journal.begin("A", "2026-01-01T00:00:00+00:00")
        journal.end("A", Outcome.DONE, "", "2026-01-01T00:00:00+00:00")
        journal.begin("B", "2026-01-01T00:00:00+00:00")
        journal.take_back("B", "2026-01-01T00:00:00+00:00")
        journal.begin("C", "2026-01-01T00:00:00+00:00")
    whole = path.read_bytes()
    for length in range(len(whole) + 1):
        path.write_bytes(whole[:length])
        with Journal(path) as journal:
            began = {
                key for key in "ABC" if f'"{key}"'.encode() in whole[:length].rpartition(b"\n")[0]
            }
            known = set(journal.steps)
        assert known <= began
        lines = whole[:length].count(b"\n")
        assert known == [set(), {"A"}, {"A"}, {"A", "B"}, {"A"}, {"A", "C"}][lines]


@given(st.lists(st.sampled_from([b".", b"..", b"a", b"", b".a", b"a."])))
def test_dots_arrive_as_they_were(lines: list[bytes]):
    text = b"\r\n".join(lines) + b"\r\n"
    sent = _dotted(text)
    assert sent.endswith(b"\r\n.\r\n") or sent == b".\r\n"
    arrived = [line.removeprefix(b".") for line in sent.split(b"\r\n")[:-2]]
    assert b"\r\n".join(arrived) + b"\r\n" == text
    assert b"." not in sent.split(b"\r\n")[:-2]


@pytest.mark.parametrize(
    "text", ["", "a", "a@b", "a b@c.de", "가@나.kr", "a@b.c\r\nBcc: x@y.z", "<a@b.cd>"]
)
def test_what_is_no_address(text: str):
    assert address_of(text) is None


@given(st.binary(max_size=300))
def test_any_bytes_are_a_notification_or_none(content: bytes):
    found = []
    with suppress(NoNotification):
        found = read_notification(content).rows
    assert found == []


KEY = "A" * KEY_LETTERS


def notification(named: str, date: str = "Mon, 02 Feb 2026 10:00:00 +0900") -> bytes:
    return (
        f"Date: {date}\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=B\r\n\r\n"
        "--B\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; a\r\n\r\n"
        f"Final-Recipient: rfc822; a@b\r\nAction: failed\r\nOriginal-Envelope-Id: {named}\r\n\r\n"
        "--B--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("content", "outcomes_told"),
    [
        (notification(f"<{KEY}.01@kt.example>"), ["returned"]),
        (notification(f"<{KEY}.99999@kt.example>"), None),
        (notification(f"<{KEY}.00@kt.example>"), None),
        (notification(f"<{KEY}.01@kt.example>", "Mon, 01 Jan 0001 00:00:00 +1400"), ["returned"]),
        (notification(f"<{KEY}.01@kt.example>", "Fri, 31 Dec 9999 23:59:59 -1200"), ["returned"]),
        (b"Content-Type: message/delivery-status; a*0*=''\r\n\r\nx", None),
        (None, None),
    ],
)
def test_a_strange_notification_stops_no_other(
    settings, content: bytes | None, outcomes_told: list[str] | None
):
    with FakeSmtpServer() as server:
        rig = MailRig(settings, server)
    strange = rig.folder / "in" / "a.eml"
    if content is None:
        strange.mkdir()
    else:
        strange.write_bytes(content)
    (rig.folder / "in" / "b.eml").write_bytes(notification(f"<{KEY}.02@kt.example>"))
    found = {each.name: each for each in take_in(rig.channel)}
    assert [row["attempt"] for row in found.pop("b.eml").answers.to_pylist()] == [2]
    told = [row["outcome"] for each in found.values() for row in each.answers.to_pylist()]
    assert told == (outcomes_told or [])
    assert bool(rig.findings()) is (outcomes_told is None)
    assert list((rig.folder / "in").iterdir()) == []


@contextmanager
def saying(*replies: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """A mail server that answers DATA, and the text, with these; and the texts that it got."""
    got: list[bytes] = []

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 hello\r\n")
            while line := self.rfile.readline():
                word = line.strip().upper()
                if word == b"DATA":
                    self.wfile.write(replies[0])
                    if replies[0].startswith(b"354"):
                        text = b""
                        while not text.endswith(b"\r\n.\r\n"):
                            if not (more := self.rfile.readline()):
                                return
                            text += more
                        got.append(text)
                        self.wfile.write(replies[1])
                else:
                    self.wfile.write(b"250 ok\r\n")

    server = ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1], got
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("reply", [b"252 maybe\r\n", b"ok thanks\r\n", b"600 what\r\n"])
def test_a_reply_to_the_text_that_means_nothing_leaves_it_unknown(settings, reply: bytes):
    with FakeSmtpServer() as unused, saying(b"354 go\r\n", reply) as (port, got):
        rig = MailRig(settings, unused)
        changes = {"smtp_url": SecretStr(f"smtp://127.0.0.1:{port}")}
        channel = MailChannel(rig.settings.model_copy(update=changes), lambda _: None)
        shipment = rig.shipment(1, 3)
        with suppress(PartlySent):
            channel.send(shipment)
        channel.send(shipment)
        assert channel.taken(shipment) is Taken.YES
        assert len(got) == 3
        assert take_in(channel) == []


def test_a_reply_to_data_that_means_nothing_sends_no_text(settings):
    with FakeSmtpServer() as unused, saying(b"250 ok\r\n") as (port, got):
        rig = MailRig(settings, unused)
        changes = {"smtp_url": SecretStr(f"smtp://127.0.0.1:{port}")}
        channel = MailChannel(rig.settings.model_copy(update=changes), lambda _: None)
        shipment = rig.shipment(1, 3)
        with pytest.raises(NotSent, match="MG822"):
            channel.send(shipment)
        assert channel.taken(shipment) is Taken.NO
        assert got == []


def test_a_shipment_in_other_hands_is_left_alone(settings):
    """As after a restart of the database, which lets the shard's lock go."""
    with FakeSmtpServer() as server:
        rig = MailRig(settings, server)
        shipment = rig.shipment(1, 5)
        with Journal(rig.folder / "sent" / f"{shipment.message_id}.jsonl") as journal:
            journal.begin(keys_of(shipment)[0], "2026-01-19T10:00:00+00:00")
            with pytest.raises(MakegoodError, match="MG827") as told:
                rig.channel.send(shipment)
            assert not isinstance(told.value, NotSent)
            assert rig.channel.taken(shipment) is Taken.UNSURE
            assert server.mails() == []
        rig.channel.send(shipment)
        assert len(server.mails()) == 3


def test_when_the_night_begins_the_rest_waits_for_the_morning(settings):
    evening = datetime(2026, 1, 19, 11, 59, tzinfo=UTC)  # 20:59 in Seoul
    with FakeSmtpServer() as server:
        rig = MailRig(settings, server)
        shipment = rig.shipment(1, 5)
        answered, standing = server.answer, Standing(evening)
        with clock.use(standing):

            def later(content: bytes) -> str | None:
                if len(server.mails()) == 1:
                    standing.instant = evening + timedelta(minutes=2)
                return answered(content)

            server.answer = later  # type: ignore[method-assign]
            with pytest.raises(PartlySent, match="MG828"):
                rig.channel.send(shipment)
            assert len(server.mails()) == 2
            assert rig.channel.taken(shipment) is Taken.PARTLY
            assert rig.channel.earliest(shipment, clock.now()) > clock.now()
            with pytest.raises(PartlySent, match="MG828"):
                rig.channel.send(shipment)
            standing.instant = evening + timedelta(hours=12)
            rig.channel.send(shipment)
        assert len({key for key, _, _ in server.mails()}) == len(server.mails()) == 4


def test_a_mail_that_cannot_be_made_fails_alone(settings, monkeypatch):
    made = mail_bytes

    def none_for_the_first(said, named, *others):
        if first in named:
            raise ValueError("Header values may not contain linefeed")
        return made(said, named, *others)

    with FakeSmtpServer() as server:
        rig = MailRig(settings, server)
        shipment = rig.shipment(1, 3)
        first = keys_of(shipment)[0]
        monkeypatch.setattr("makegood.channels.messages.mail.mail_bytes", none_for_the_first)
        rig.channel.send(shipment)
        assert len(server.mails()) == 2
    codes = {
        row["key"]: row["code"] for each in take_in(rig.channel) for row in each.answers.to_pylist()
    }
    assert codes[first] == "not_writable"


def test_a_journal_that_is_written_in_part_is_as_before(tmp_path: Path, monkeypatch):
    """A disk that fills up takes some bytes of a line, and then no more."""
    path, write = tmp_path / "journal.jsonl", os.write
    with Journal(path) as journal:
        journal.begin("A", "2026-01-01T00:00:00+00:00")
        whole = path.read_bytes()
        room = [20]

        def little(handle: int, data: bytes) -> int:
            if not room[0]:
                raise OSError(errno.ENOSPC, "No space left on device")
            written = write(handle, bytes(data)[: room[0]])
            room[0] -= written
            return written

        monkeypatch.setattr("makegood.channels.exchange.placing.os.write", little)
        with pytest.raises(OSError, match="space"):
            journal.begin("B", "2026-01-01T00:00:00+00:00")
        assert path.read_bytes() == whole
        assert journal.steps.keys() == {"A"}
        monkeypatch.setattr(
            "makegood.channels.exchange.placing.os.write",
            lambda handle, data: write(handle, bytes(data)[:7]),
        )
        journal.end("A", Outcome.DONE, "", "2026-01-01T00:00:00+00:00")
    monkeypatch.undo()
    with Journal(path) as journal:
        assert journal.steps["A"].outcome is Outcome.DONE


def self_signed(folder: Path) -> tuple[Path, Path]:
    from ipaddress import ip_address

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail")])
    now = datetime.now(UTC)  # noqa: TID251 - the machine's TLS asks the machine's clock
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "mail.pem", folder / "mail.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, private
