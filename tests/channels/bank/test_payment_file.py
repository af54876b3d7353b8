"""The payment file: valid, whole, and the same every time."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from makegood.channels.bank.payment_file import payment_file
from makegood.channels.bank.payments import Debtor, Payments
from makegood.channels.bank.schema import NAMESPACE, NotValid, Validation, payment_schema
from makegood.channels.contract import ChannelName, Shipment
from makegood.trust.vault import Account
from tests.channels.bank.items import MADE_AT, key_of
from tests.golden import assert_golden

N = {"p": NAMESPACE}
DEBTOR = Debtor("주식회사 보상", "004", "99900012345678")
# What the vault lets in as a name: not empty, without control characters.
NAMES = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=200
)
ACCOUNTS = st.builds(
    Account,
    st.just("C1"),
    st.from_regex(r"[0-9]{3}", fullmatch=True),
    st.from_regex(r"[0-9]{6,16}", fullmatch=True),
    NAMES,
)


def made(amounts: list[int], currency: str = "KRW", minor_digits: int = 0) -> Shipment:
    return Shipment(
        ChannelName.BANK,
        "0123456789ABCDEF-00001",
        "r",
        1,
        "kt-2025",
        "penalty_waiver",
        "once",
        "pay_out",
        Path("items.parquet"),
        len(amounts),
        sum(amounts),
        currency,
        minor_digits,
        date(2026, 2, 2),
        MADE_AT,
        {"statement": "위약금 <환급> & 보상"},
    )


def payments(amounts: list[int], accounts: list[Account]) -> Payments:
    numbers = range(1, len(amounts) + 1)
    return Payments([key_of(n) for n in numbers], [1] * len(amounts), amounts, accounts)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 10**12), ACCOUNTS), min_size=1, max_size=20),
    st.sampled_from([("KRW", 0), ("CAD", 2), ("BHD", 3)]),
    st.integers(1, 7),
)
def test_any_names_and_amounts_make_a_valid_file_that_says_them(
    drawn: list[tuple[int, Account]], currency: tuple[str, int], cut: int
) -> None:
    amounts, accounts = [each[0] for each in drawn], [each[1] for each in drawn]
    whole = payments(amounts, accounts)
    batches = [
        Payments(
            whole.keys[start : start + cut],
            whole.attempts[start : start + cut],
            amounts[start : start + cut],
            accounts[start : start + cut],
        )
        for start in range(0, len(amounts), cut)
    ]
    content = b"".join(payment_file(made(amounts, *currency), DEBTOR, batches))
    document = etree.fromstring(content)
    payment_schema().assertValid(document)
    written = [
        Decimal(each).scaleb(currency[1])
        for each in document.xpath("//p:InstdAmt/text()", namespaces=N)
    ]
    assert written == amounts
    names = [each.text for each in document.iterfind(".//p:Cdtr/p:Nm", N)]
    for name, account in zip(names, accounts, strict=True):
        assert name == account.holder[:140].rstrip()
    for place in ("GrpHdr", "PmtInf"):
        assert document.findtext(f".//p:{place}/p:NbOfTxs", "", N) == str(len(amounts))
        total = document.findtext(f".//p:{place}/p:CtrlSum", "", N)
        assert Decimal(total).scaleb(currency[1]) == sum(amounts)


def validate(content: bytes, step: int) -> None:
    validation = Validation()
    for start in range(0, len(content), step):
        validation.take(content[start : start + step])
    validation.close()


def test_a_small_file_is_as_it_was() -> None:
    accounts = [
        Account("C1", "088", "110000000001", "김민수"),
        Account("C2", "020", "1002", "A & B"),
    ]
    content = b"".join(payment_file(made([15_000, 1]), DEBTOR, [payments([15_000, 1], accounts)]))
    document = etree.fromstring(content)
    etree.indent(document)
    text = etree.tostring(document, encoding="unicode") + "\n"
    assert_golden(text, Path(__file__).parent / "golden" / "pain.001.xml")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (b"<PmtMtd>TRF<", b"<PmtMtd>XXX<", "element PmtMtd: SCHEMAV_CVC_ENUMERATION_VALID"),
        (
            b"<Nm>SECRETNAME",
            b"<Nm>" + b"SECRETNAME" * 15,
            "element Nm: SCHEMAV_CVC_MAXLENGTH_VALID",
        ),
        (b"<Id>110000000001<", b"<Id><x/>110000000001<", "element Id"),
        (b"</CstmrCdtTrfInitn>", b"", "no whole XML"),
        (b"</PmtInf></CstmrCdtTrfInitn></Document>", b"", "no whole XML"),
    ],
)
def test_what_is_not_valid_is_refused_without_saying_what_stands_there(
    before: bytes, after: bytes, told: str
) -> None:
    account = Account("C1", "088", "110000000001", "SECRETNAME")
    content = b"".join(payment_file(made([1]), DEBTOR, [payments([1], [account])]))
    broken = content.replace(before, after)
    assert broken != content
    with pytest.raises(NotValid) as caught:
        validate(broken, 100)
    assert told in str(caught.value)
    assert "SECRETNAME" not in str(caught.value)
    assert "110000000001" not in str(caught.value)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_damaged_file_is_judged_as_the_whole_file_would_be(data: st.DataObject) -> None:
    account = Account("C1", "088", "110000000001", "김민수")
    content = b"".join(payment_file(made([1] * 3), DEBTOR, [payments([1] * 3, [account] * 3)]))
    start = data.draw(st.integers(0, len(content)), label="start")
    length = data.draw(st.sampled_from([0, 0, 1, 10, 200, len(content)]), label="length")
    instead = data.draw(
        st.sampled_from([b"", b"<x/>", b"&", b"\xff", b"1", b"a b"]), label="instead"
    )
    damaged = content[:start] + instead + content[start + length :]
    try:
        expected = payment_schema().validate(etree.fromstring(damaged))
    except etree.XMLSyntaxError:
        expected = False
    step = data.draw(st.sampled_from([17, 300, 5_000]), label="step")
    try:
        validate(damaged, step)
    except NotValid:
        assert not expected
    else:
        assert expected
