"""The bank's own sheet: out by its template, results back."""

import csv
from pathlib import Path

import pytest

from makegood.channels.bank.csv_template import load_template
from makegood.channels.bank.sent import keep_sent
from makegood.channels.contract import NotSent, Outcome
from tests.channels.bank.conftest import TEMPLATE, Town
from tests.channels.bank.items import key_of, number_of, shipment


@pytest.mark.usefixtures("customers")
def test_the_sheet_has_the_same_payments_and_totals(korean: Town, tmp_path: Path) -> None:
    sent = shipment(tmp_path, [15_000, 466_667, 3, 4])
    korean.channel.send(sent)
    raw = (korean.folder.out / f"{sent.message_id}.csv").read_bytes()
    rows = list(csv.reader(raw.decode("euc-kr").splitlines()))
    assert raw.count(b"\r\n") == len(rows) == 6
    assert rows[0] == ["입금은행", "입금계좌", "금액", "예금주", "적요", "고객관리번호"]
    assert rows[1] == ["088", number_of(1), "15000", "김민수", "환급", f"{key_of(1)}01"]
    # Nine bytes: "이 & 영희" is exactly that long; a letter is never cut in two.
    assert [row[3] for row in rows[1:5]] == ["김민수", "이 & 영희", "Park Jisu", "최 민호"]
    assert rows[5] == ["4", "481674"]
    korean.bank.work(korean.days.now())
    assert not list(korean.folder.out.iterdir())


@pytest.mark.usefixtures("korean")
def test_letters_that_the_encoding_lacks_are_marked(tmp_path: Path) -> None:
    from makegood.channels.bank.csv_out import csv_rows
    from makegood.channels.bank.payments import Payments
    from makegood.trust.vault import Account

    written: list[bytes] = []
    template = load_template(tmp_path / "bank.toml")
    take = csv_rows(shipment(tmp_path, [1]), template, written.append)
    take(Payments([key_of(1)], [1], [1], [Account("C1", "088", "1234567", "José ☂ 金")]))
    take(None)
    assert '"Jos? ? 金"' in b"".join(written).decode("euc-kr")


@pytest.mark.usefixtures("korean")
def test_a_syllable_that_the_encoding_lacks_is_one_mark(tmp_path: Path) -> None:
    from makegood.channels.bank.csv_out import csv_rows
    from makegood.channels.bank.payments import Payments
    from makegood.trust.vault import Account

    written: list[bytes] = []
    take = csv_rows(shipment(tmp_path, [1]), load_template(tmp_path / "bank.toml"), written.append)
    take(Payments([key_of(1)], [1], [1], [Account("C1", "088", "1234567", "김똠햏")]))
    take(None)
    assert '"김??"'.encode("euc-kr") in b"".join(written)


def sheet(*rows: tuple[str, ...], totals: tuple[str, str]) -> bytes:
    lines = [("고객관리번호", "금액", "결과", "사유"), *rows, totals]
    return "\r\n".join(",".join(row) for row in lines).encode("euc-kr")


@pytest.fixture
def paid(korean: Town, tmp_path: Path) -> Town:
    """Four payments of 100 to 400 won have left; the second is a second attempt."""
    for first, attempt, amounts in ((1, 1, [100]), (2, 2, [200]), (3, 1, [300, 400])):
        sent = shipment(tmp_path, amounts, first=first, attempt=attempt)
        keep_sent(korean.folder.sent, sent, "0" * 64)
    return korean


def test_results_come_back_by_the_template(paid: Town) -> None:
    korean = paid
    content = sheet(
        (f"{key_of(1)}01", "100", "정상", ""),
        (f"{key_of(2)}02", "200", "오류", "412"),
        (f"{key_of(3)}01", "300", "반송", "415"),
        (f"{key_of(4)}01", "400", "처리중", ""),
        ("급여", "1", "정상", ""),
        totals=("5", "1001"),
    )
    (korean.folder.incoming / "results.csv").write_bytes(content)
    assert korean.answers() == [
        (key_of(1), 1, Outcome.DONE.value, ""),
        (key_of(2), 2, Outcome.FAILED.value, "412"),
        (key_of(3), 1, Outcome.RETURNED.value, "415"),
        (key_of(4), 1, Outcome.UNKNOWN.value, ""),
    ]


def test_an_amount_other_than_the_one_sent_refuses_the_sheet(paid: Town) -> None:
    content = sheet((f"{key_of(1)}01", "1", "정상", ""), totals=("1", "1"))
    (paid.folder.incoming / "results.csv").write_bytes(content)
    assert list(paid.channel.incoming()) == []
    (note,) = paid.folder.aside.glob("*.why")
    assert "an amount is not the one that was sent" in note.read_text()


def test_a_sheet_says_which_messages_it_is_about(paid: Town) -> None:
    content = sheet((f"{key_of(1)}01", "100", "정상", ""), totals=("1", "100"))
    (paid.folder.incoming / "results.csv").write_bytes(content)
    (incoming,) = paid.channel.incoming()
    assert incoming.message_ids == ("0123456789ABCDEF-00001",)


def test_a_payment_that_was_never_sent_is_none_of_the_sheet(paid: Town) -> None:
    content = sheet((f"{key_of(9)}01", "100", "정상", ""), totals=("1", "100"))
    (paid.folder.incoming / "results.csv").write_bytes(content)
    (incoming,) = paid.channel.incoming()
    assert incoming.count == 0


def test_cents_of_a_sheet_are_cents(korean: Town, tmp_path: Path) -> None:
    sent = shipment(tmp_path, [1_250], currency="CAD", minor_digits=2)
    keep_sent(korean.folder.sent, sent, "0" * 64)
    content = sheet((f"{key_of(1)}01", "12.50", "정상", ""), totals=("1", "12.50"))
    (korean.folder.incoming / "results.csv").write_bytes(content)
    assert korean.answers() == [(key_of(1), 1, Outcome.DONE.value, "")]


@pytest.mark.parametrize("code", ["DU05", "E77"])
def test_a_row_that_is_refused_as_a_duplicate_stays_open(
    paid: Town, tmp_path: Path, code: str
) -> None:
    told = TEMPLATE.replace("[results]", '[results]\nduplicates = ["E77"]')
    (tmp_path / "bank.toml").write_text(told, "utf-8")
    content = sheet((f"{key_of(1)}01", "100", "오류", code), totals=("1", "100"))
    (paid.folder.incoming / "results.csv").write_bytes(content)
    assert paid.answers() == [(key_of(1), 1, Outcome.UNKNOWN.value, code)]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (sheet((f"{key_of(1)}01", "1", "정상", ""), totals=("2", "1")), "counts other"),
        (sheet((f"{key_of(1)}01", "1", "정상", ""), totals=("1", "2")), "sum is not"),
        (sheet((f"{key_of(1)}01", "정상"), totals=("1", "1")), "other cells"),
        ("고객관리번호,금액\r\n1,1\r\n".encode("euc-kr"), "no column 결과"),
        ("고객관리번호".encode(), "not written in euc-kr"),
        (b'"', "no whole CSV"),
    ],
)
def test_sheets_that_cannot_be_taken(korean: Town, content: bytes, told: str) -> None:
    (korean.folder.incoming / "results.csv").write_bytes(content)
    assert list(korean.channel.incoming()) == []
    (note,) = korean.folder.aside.glob("*.why")
    assert told in note.read_text()


def test_a_sheet_without_a_template_is_set_aside(town: Town) -> None:
    (town.folder.incoming / "results.csv").write_text("a,b\n1,2\n")
    assert list(town.channel.incoming()) == []
    assert len(list(town.folder.aside.iterdir())) == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("columns = [", ""),
        ('[[columns]]\nvalue = "amount"', "no column holds account_number, bank_code, instruction"),
        (TEMPLATE.replace("euc-kr", "latin-1"), "encoding"),
        (TEMPLATE.replace('"holder"', '"name"'), "columns.3.value"),
        (TEMPLATE.replace('"amount"\n', '"amount"\nbytes_max = 2\n', 1), "amount cannot be cut"),
        (
            TEMPLATE.replace('"account_number"', '"account_number"\nbytes_max = 9'),
            "account_number cannot be cut",
        ),
        (TEMPLATE.replace('"amount"\n', '"amount"\ntext = "5"\n', 1), "cannot be a fixed text"),
    ],
)
def test_templates_that_cannot_be_used(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "bank.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(NotSent) as caught:
        load_template(file)
    assert caught.value.findings[0].code == "MG814"
    assert told in str(caught.value)
