"""What the bank says, read: each status, each kind of file, and none that is broken or hostile."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from makegood.channels.bank.fake.messages import Entry, Status, notification, status_report
from makegood.channels.bank.sent import keep_sent
from makegood.channels.bank.xml_in import elements
from makegood.channels.contract import Incoming, Outcome
from tests.channels.bank.conftest import Town, rows_of
from tests.channels.bank.items import key_of, number_of, shipment

SCHEMAS = Path(__file__).parent / "schemas"
AT = datetime(2026, 2, 3, 0, 0, tzinfo=UTC)
MESSAGE = "0123456789ABCDEF-00001"
DONE, FAILED, RETURNED, UNKNOWN = (
    Outcome.DONE.value,
    Outcome.FAILED.value,
    Outcome.RETURNED.value,
    Outcome.UNKNOWN.value,
)


def is_valid(content: bytes) -> bool:
    document = etree.fromstring(content)
    name = (etree.QName(document).namespace or "").rpartition(":")[2]
    schema = etree.XMLSchema(etree.parse(SCHEMAS / f"{name}.xsd"))
    schema.assertValid(document)
    return True


def status(number: int, word: str, code: str = "", attempt: int = 1) -> Status:
    return Status(f"{key_of(number)}{attempt:02d}", key_of(number), word, code, AT)


def entry(number: int, amount: int, code: str = "") -> Entry:
    return Entry(f"{key_of(number)}01", key_of(number), MESSAGE, amount, code)


@pytest.fixture
def sent(town: Town, tmp_path: Path) -> Town:
    """A message of three payments of 100, 200 and 300 won has left."""
    keep_sent(town.folder.sent, shipment(tmp_path, [100, 200, 300]), "0" * 64)
    return town


def put(town: Town, content: bytes | str, name: str = "answer.xml") -> None:
    raw = content.encode() if isinstance(content, str) else content
    (town.folder.incoming / name).write_bytes(raw)


def only(town: Town) -> Incoming:
    found = list(town.channel.incoming())
    assert len(found) == 1
    return found[0]


def why(town: Town) -> str:
    """The reason for which the only file was set aside."""
    assert list(town.channel.incoming()) == []
    (note,) = town.folder.aside.glob("*.why")
    assert note.with_name(note.name.removesuffix(".why")).exists()
    return note.read_text()


@pytest.mark.parametrize("version", ["03", "12"])
@pytest.mark.parametrize(
    ("word", "code", "outcome", "told"),
    [
        ("ACSC", "", DONE, ""),
        ("RJCT", "AC04", FAILED, "AC04"),
        ("RJCT", "", FAILED, "RJCT"),
        ("PDNG", "", UNKNOWN, "PDNG"),
        ("ACCP", "", UNKNOWN, "ACCP"),
    ],
)
def test_each_status_of_a_payment(
    sent: Town, version: str, word: str, code: str, outcome: str, told: str
) -> None:
    content = status_report("R1", MESSAGE, [status(2, word, code)], at=AT, version=version)
    assert is_valid(content)
    put(sent, content)
    incoming = only(sent)
    assert rows_of(incoming.answers) == [(key_of(2), 1, outcome, told)]
    assert incoming.message_ids == (MESSAGE,)
    assert incoming.answers["at"].to_pylist() == [AT]


@pytest.mark.parametrize(
    ("whole", "outcome"),
    [
        (("RJCT", "AM04"), (FAILED, "AM04")),
        (("RJCT", ""), (FAILED, "MS03")),
        (("ACSC", ""), (DONE, "")),
        (("ACCP", ""), None),
    ],
)
def test_a_status_of_the_whole_message(
    sent: Town, whole: tuple[str, str], outcome: tuple[str, str] | None
) -> None:
    content = status_report("R1", MESSAGE, (), at=AT, whole=whole)
    assert is_valid(content)
    put(sent, content)
    expected = [(key_of(n), 1, *outcome) for n in (1, 2, 3)] if outcome else []
    assert rows_of(only(sent).answers) == expected


def test_a_rejected_message_keeps_the_reasons_of_its_payments(sent: Town) -> None:
    put(
        sent,
        status_report("R1", MESSAGE, [status(2, "RJCT", "AC01")], at=AT, whole=("RJCT", "AM04")),
    )
    assert set(rows_of(only(sent).answers)) == {
        (key_of(1), 1, FAILED, "AM04"),
        (key_of(2), 1, FAILED, "AC01"),
        (key_of(3), 1, FAILED, "AM04"),
    }


def test_a_settled_message_with_listed_payments_says_nothing_of_the_others(sent: Town) -> None:
    put(
        sent,
        status_report("R1", MESSAGE, [status(2, "RJCT", "AC01")], at=AT, whole=("ACSC", "")),
    )
    assert rows_of(only(sent).answers) == [(key_of(2), 1, FAILED, "AC01")]


def test_an_answer_without_the_instruction_is_of_the_attempt_that_was_sent(
    town: Town, tmp_path: Path
) -> None:
    keep_sent(town.folder.sent, shipment(tmp_path, [100], attempt=3, message_id="M-3"), "0" * 64)
    content = status_report("R1", "M-3", [status(1, "ACSC", attempt=3)], at=AT)
    put(town, content.replace(f"<OrgnlInstrId>{key_of(1)}03</OrgnlInstrId>".encode(), b""))
    assert rows_of(only(town).answers) == [(key_of(1), 3, DONE, "")]


def test_debits_are_done_and_credits_with_a_reason_are_returned(sent: Town) -> None:
    content = notification(
        "N1",
        [entry(1, 100), entry(2, 200, "AC04"), entry(3, 300)],
        at=AT,
        currency="KRW",
        minor_digits=0,
    )
    assert is_valid(content)
    put(sent, content)
    assert rows_of(only(sent).answers) == [
        (key_of(1), 1, DONE, ""),
        (key_of(2), 1, RETURNED, "AC04"),
        (key_of(3), 1, DONE, ""),
    ]


def test_what_else_is_booked_on_the_account_is_none_of_ours(sent: Town) -> None:
    other = Entry("SALARY-1", "SALARY-1", "OTHER", 5, "")
    content = notification("N1", [other, entry(1, 100)], at=AT, currency="KRW", minor_digits=0)
    pending = content.replace(b"<Cd>BOOK</Cd>", b"<Cd>PDNG</Cd>")
    put(sent, content)
    incoming = only(sent)
    assert incoming.count == 1
    assert incoming.details["skipped"] == {"not ours": 1}
    sent.channel.put_away(incoming)
    put(sent, pending)
    assert only(sent).details["skipped"] == {"not booked": 2}


@pytest.mark.parametrize(("count", "total", "expected"), [(3, 600, 3), (2, 600, 0), (3, 599, 0)])
def test_a_debit_in_one_sum_is_all_payments_where_it_is_exactly_theirs(
    sent: Town, count: int, total: int, expected: int
) -> None:
    one = notification("N1", [entry(1, total)], at=AT, currency="KRW", minor_digits=0).decode()
    start, end = one.index("<TxDtls>"), one.index("</TxDtls>") + len("</TxDtls>")
    batch = f"<Btch><PmtInfId>{MESSAGE}</PmtInfId><NbOfTxs>{count}</NbOfTxs></Btch>"
    content = (one[:start] + batch + one[end:]).encode()
    assert is_valid(content)
    put(sent, content)
    assert only(sent).count == expected


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE Document [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "&a;" * 10}">' for n in range(12))
    + "]>"
)
REPORT = status_report("R1", MESSAGE, [status(2, "ACSC")], at=AT).decode()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "no whole XML"),
        ("%PDF-1.7", "no whole XML"),
        ("<Document/>", "neither a pain.002 nor a camt.054"),
        (REPORT.replace("pain.002", "pain.008"), "neither"),
        (REPORT[: len(REPORT) // 2], "no whole XML"),
        (REPORT.replace("</TxSts>", "</TxStz>"), "no whole XML"),
        (REPORT.replace('<?xml version="1.0" encoding="UTF-8"?>\n', BOMB), "document type"),
        (
            REPORT.replace('<?xml version="1.0" encoding="UTF-8"?>\n', BOMB).replace(
                ">ACSC<", ">&a11;<"
            ),
            "document type",
        ),
        (
            REPORT.replace(
                '<?xml version="1.0" encoding="UTF-8"?>\n',
                '<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
            ).replace(">ACSC<", ">&x;<"),
            "document type",
        ),
        (
            REPORT.replace(
                '<?xml version="1.0" encoding="UTF-8"?>\n',
                '<!DOCTYPE Document SYSTEM "http://127.0.0.1:9/x.dtd">',
            ),
            "document type",
        ),
        (REPORT.replace("<TxSts>", "<a>" * 5_000 + "<TxSts>"), "no whole XML"),
        (REPORT.replace("<TxSts>", f"<x>{'9' * 11_000_000}</x><TxSts>"), "no whole XML"),
        (REPORT.replace(key_of(2) + "<", key_of(1) + "<"), "differ"),
        (REPORT.replace(key_of(2), key_of(9)), "did not hold"),
        (REPORT.replace("<TxSts>", "<TxSts>", 1).replace("ACSC", "ACSC", 1), ""),
    ],
    ids=range(15),
)
def test_hostile_and_broken_files(sent: Town, content: str, told: str) -> None:
    put(sent, content, "110-222-333444.xml")
    if not told:
        assert only(sent).count == 1
        return
    text = why(sent)
    assert told in text
    assert "MG815" in text or "MG816" in text
    assert "110-222-333444" not in text
    assert "root:" not in text


def test_a_message_that_was_never_sent_cannot_be_judged(town: Town) -> None:
    put(town, status_report("R1", "NOBODYS-1", (), at=AT, whole=("RJCT", "AM04")))
    assert "was not sent from here" in why(town)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("<NbOfNtries>1<", "<NbOfNtries>2<", "counts other than the 1 entries"),
        ("<Sum>100<", "<Sum>101<", "sum is not that"),
        ('<Amt Ccy="KRW">100<', '<Amt Ccy="KRW">100.5<', "an amount is not the one"),
    ],
)
def test_totals_that_do_not_hold_refuse_the_whole_file(
    sent: Town, before: str, after: str, told: str
) -> None:
    good = notification("N1", [entry(1, 100)], at=AT, currency="KRW", minor_digits=0).decode()
    put(sent, good.replace(before, after))
    text = why(sent)
    assert "MG816" in text
    assert told in text


def test_an_amount_other_than_the_one_sent_refuses_the_file(sent: Town) -> None:
    put(sent, notification("N1", [entry(1, 101)], at=AT, currency="KRW", minor_digits=0))
    assert "an amount is not the one that was sent" in why(sent)


def test_a_report_that_counts_other_payments_refuses_itself(sent: Town) -> None:
    content = status_report("R1", MESSAGE, (), at=AT, whole=("ACSC", "")).decode()
    put(sent, content.replace("<GrpSts>", "<OrgnlNbOfTxs>4</OrgnlNbOfTxs><GrpSts>"))
    assert "counts 4 payments; 3 were sent" in why(sent)


def test_files_that_are_still_being_written_wait(sent: Town) -> None:
    for name in (".answer.xml", "answer.xml.part", "answer.xml.filepart"):
        put(sent, REPORT, name)
    assert list(sent.channel.incoming()) == []
    assert not list(sent.folder.aside.iterdir())


def test_the_same_twice_has_one_source(sent: Town) -> None:
    put(sent, REPORT, "a.xml")
    put(sent, REPORT, "b.xml")
    first, second = sent.channel.incoming()
    assert first.source_id == second.source_id
    for each in (first, second, second):
        sent.channel.put_away(each)
    assert sent.folder.waiting() == []
    assert len(list(sent.folder.done.iterdir())) == 2


def test_what_was_applied_is_removed_after_its_days(sent: Town) -> None:
    put(sent, REPORT)
    sent.channel.put_away(only(sent))
    sent.days.pass_days(29)
    list(sent.channel.incoming())
    assert len(list(sent.folder.done.iterdir())) == 1
    sent.days.pass_days(2)
    list(sent.channel.incoming())
    assert list(sent.folder.done.iterdir()) == []


def test_nothing_that_came_in_is_in_a_log(sent: Town, capsys: pytest.CaptureFixture[str]) -> None:
    put(sent, f"<Document>{number_of(1)} 김민수", f"{number_of(1)}.xml")
    assert list(sent.channel.incoming()) == []
    told = "".join(capsys.readouterr())
    assert number_of(1) not in told
    assert "김민수" not in told


UNNAMED = f"<MsgId>{MESSAGE}</MsgId><PmtInfId>{MESSAGE}</PmtInfId>"


def debit(number: int, amount: int) -> str:
    """A debit whose bank names the payment, and not its message."""
    content = notification("N1", [entry(number, amount)], at=AT, currency="KRW", minor_digits=0)
    return content.decode().replace(UNNAMED, "")


def test_a_payment_without_its_message_is_found_in_what_was_sent(sent: Town) -> None:
    put(sent, debit(2, 200))
    incoming = only(sent)
    assert rows_of(incoming.answers) == [(key_of(2), 1, DONE, "")]
    assert incoming.message_ids == (MESSAGE,)


def test_a_payment_without_its_message_and_instruction_is_found_by_its_key(
    sent: Town, tmp_path: Path
) -> None:
    by_key = debit(2, 200).replace(f"<InstrId>{key_of(2)}01</InstrId>", "")
    put(sent, by_key)
    assert rows_of(only(sent).answers) == [(key_of(2), 1, DONE, "")]
    second = shipment(tmp_path, [200], first=2, attempt=2, message_id="FOLLOW-00002")
    keep_sent(sent.folder.sent, second, "0" * 64)
    assert "was tried several times" in why(sent)


def test_a_payment_without_its_message_has_the_amount_that_was_sent(sent: Town) -> None:
    put(sent, debit(2, 201))
    assert "an amount is not the one that was sent" in why(sent)


def test_a_payment_that_was_never_sent_from_here_is_none_of_ours(sent: Town) -> None:
    put(sent, debit(9, 200))
    incoming = only(sent)
    assert incoming.count == 0
    assert incoming.details["skipped"] == {"not ours": 1}


@pytest.mark.parametrize("amount", ["200", "7", "200.5"])
def test_a_report_about_another_message_is_held_against_what_was_sent(
    sent: Town, amount: str
) -> None:
    content = status_report("R1", "NOBODYS-1", [status(2, "ACSC")], at=AT).decode()
    reference = f'<OrgnlTxRef><Amt><InstdAmt Ccy="KRW">{amount}</InstdAmt></Amt></OrgnlTxRef>'
    put(sent, content.replace("</TxInfAndSts>", f"{reference}</TxInfAndSts>"))
    if amount == "200":
        assert rows_of(only(sent).answers) == [(key_of(2), 1, DONE, "")]
    else:
        assert "an amount is not the one that was sent" in why(sent)


@pytest.mark.parametrize(
    ("name", "is_ours"), [(MESSAGE, True), ("NOTPROVIDED", True), ("SOMETHING-ELSE", False)]
)
def test_another_payment_information_judges_no_payment_of_ours(
    sent: Town, name: str, is_ours: bool
) -> None:
    content = status_report("R1", MESSAGE, [status(2, "PDNG")], at=AT).decode()
    about = f"<OrgnlPmtInfId>{MESSAGE}</OrgnlPmtInfId>"
    judged = f"<OrgnlPmtInfId>{name}</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts>"
    put(sent, content.replace(about, judged))
    if is_ours:
        assert {row[:3] for row in rows_of(only(sent).answers)} >= {
            (key_of(number), 1, FAILED) for number in (1, 2, 3)
        }
    else:
        assert "payment information that was not sent from here" in why(sent)


@pytest.mark.parametrize("code", ["AM05", "DU01", "DU02", "DU03", "DU04", "DU05"])
def test_what_is_refused_as_a_duplicate_stays_open(sent: Town, code: str) -> None:
    put(sent, status_report("R1", MESSAGE, [status(2, "RJCT", code)], at=AT))
    assert rows_of(only(sent).answers) == [(key_of(2), 1, UNKNOWN, code)]
    put(sent, status_report("R2", MESSAGE, (), at=AT, whole=("RJCT", code)))
    assert rows_of(only(sent).answers) == [(key_of(n), 1, UNKNOWN, code) for n in (1, 2, 3)]
    # Its payments are rejected with it, whatever reason each is given.
    put(sent, status_report("R3", MESSAGE, [status(2, "RJCT")], at=AT, whole=("RJCT", code)))
    assert {row[2] for row in rows_of(only(sent).answers)} == {UNKNOWN}


def test_a_duplicate_among_several_reasons_stays_open(sent: Town) -> None:
    content = status_report("R1", MESSAGE, [status(2, "RJCT", "MS03")], at=AT).decode()
    reason = "<StsRsnInf><Rsn><Cd>AM05</Cd></Rsn></StsRsnInf>"
    put(sent, content.replace("<StsRsnInf>", "<StsRsnInf>", 1).replace("<Acc", f"{reason}<Acc"))
    assert rows_of(only(sent).answers) == [(key_of(2), 1, UNKNOWN, "AM05")]


def test_a_duplicate_payment_information_leaves_its_payments_open(sent: Town) -> None:
    content = status_report("R1", MESSAGE, [status(2, "RJCT")], at=AT).decode()
    about = f"<OrgnlPmtInfId>{MESSAGE}</OrgnlPmtInfId>"
    judged = "<PmtInfSts>RJCT</PmtInfSts><StsRsnInf><Rsn><Cd>DU02</Cd></Rsn></StsRsnInf>"
    put(sent, content.replace(about, about + judged))
    assert {row[2] for row in rows_of(only(sent).answers)} == {UNKNOWN}


def in_one_entry(entries: str, amount: int) -> str:
    """Several entries of one transaction each, as one entry of several transactions."""
    content = notification("N1", [entry(1, 100)], at=AT, currency="KRW", minor_digits=0).decode()
    details = content[content.index("<TxDtls>") : content.index("</NtryDtls>")]
    return (
        content.replace(details, entries)
        .replace('<Ntry><Amt Ccy="KRW">100<', f'<Ntry><Amt Ccy="KRW">{amount}<')
        .replace("<Sum>100<", f"<Sum>{amount}<")
    )


def one_of(number: int, amount: int, written: bool = True) -> str:
    said = f'<Amt Ccy="KRW">{amount}</Amt>' if written else ""
    return (
        f"<TxDtls><Refs><PmtInfId>{MESSAGE}</PmtInfId><InstrId>{key_of(number)}01</InstrId></Refs>"
        f"{said}<CdtDbtInd>DBIT</CdtDbtInd></TxDtls>"
    )


def test_an_entry_of_many_transactions_answers_each(sent: Town) -> None:
    put(sent, in_one_entry(one_of(1, 100) + one_of(2, 200), 300))
    assert [row[:3] for row in rows_of(only(sent).answers)] == [
        (key_of(1), 1, DONE),
        (key_of(2), 1, DONE),
    ]
    put(sent, in_one_entry(one_of(1, 100) + one_of(2, 200), 301))
    assert "not the sum of its transactions" in why(sent)


def test_the_only_transaction_of_an_entry_has_its_amount(sent: Town) -> None:
    put(sent, in_one_entry(one_of(1, 0, written=False), 100))
    assert only(sent).count == 1
    put(sent, in_one_entry(one_of(1, 0, written=False), 101))
    assert "an amount is not the one that was sent" in why(sent)


@pytest.fixture
def in_one_sum(town: Town, tmp_path: Path) -> str:
    """A message of MANY payments of 1 won is booked as one entry that lists them all."""
    keep_sent(town.folder.sent, shipment(tmp_path, [1] * MANY), "0" * 64)
    return in_one_entry("".join(one_of(number, 1) for number in range(1, MANY + 1)), MANY)


MANY = 3_000


def test_an_entry_that_says_what_it_is_after_its_details_is_refused(
    town: Town, in_one_sum: str
) -> None:
    put(town, in_one_sum.replace("</Ntry>", "<RvslInd>true</RvslInd></Ntry>"))
    assert "after its details" in why(town)


def test_a_few_transactions_of_an_entry_are_held_at_a_time(town: Town, in_one_sum: str) -> None:
    put(town, in_one_sum)
    held = 0
    for name, element in elements(town.folder.incoming / "answer.xml", "TxDtls", "Ntry"):
        above = element.getparent()
        held = max(held, len(above) if name == "TxDtls" and above is not None else 0)
    assert 0 < held < MANY / 10  # what the parser read ahead
    assert only(town).count == MANY


def test_what_was_set_aside_is_removed_after_its_days_and_what_was_sent_is_not(sent: Town) -> None:
    put(sent, "<Document>")
    assert list(sent.channel.incoming()) == []
    sent.days.pass_days(29)
    assert list(sent.channel.incoming()) == []
    assert len(list(sent.folder.aside.iterdir())) == 2
    sent.days.pass_days(2)
    assert list(sent.channel.incoming()) == []
    assert list(sent.folder.aside.iterdir()) == []
    assert len(list(sent.folder.sent.iterdir())) == 1
