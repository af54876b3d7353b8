"""A file is loaded once, whole, and what cannot be taken is told without its value."""

import gzip
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st

from makegood.trust.audit import Json, Selection, entries
from makegood.trust.vault import (
    LoadReport,
    Mapping,
    delete_person,
    find_by_name_and_birth_date,
    load,
    open_account,
    open_person,
    rejects_of,
    rotate,
)
from makegood.trust.vault.loading.columns import plain_rows
from makegood.trust.vault.loading.rows import Checker
from tests.store_fixture import Database
from tests.trust.vault.books import (
    HEADER,
    expect_exactly,
    expect_sound_log,
    one,
    read_book,
    row,
    write_book,
)
from tests.trust.vault.conftest import ACTOR, refused

USED = pytest.mark.usefixtures("vault")


def totals(report: LoadReport) -> tuple[int, int, int, int, int]:
    return report.rows, report.added, report.replaced, report.accounts, report.rejected


# --- Whole files ---


@USED
@pytest.mark.parametrize("kind", ["csv", "csv.gz", "parquet"])
def test_a_file_is_loaded_whole_whatever_its_kind(
    contacts: Path, tmp_path: Path, kind: str
) -> None:
    rows = read_book(contacts)[:400]
    file = tmp_path / f"book.{kind}"
    if kind == "parquet":
        table = pa.table({name: [each[name] or None for each in rows] for name in HEADER})
        born = pa.array(
            [date.fromisoformat(r["birth_date"]) if r["birth_date"] else None for r in rows]
        )
        place = table.schema.get_field_index("birth_date")
        pq.write_table(table.set_column(place, "birth_date", born), file)
    else:
        write_book(file, rows)
    if kind == "csv.gz":
        file.write_bytes(gzip.compress(file.read_bytes()))
    report = load(file, actor=ACTOR, batch_rows=150)
    accounts = sum(bool(each["account_number"]) for each in rows)
    assert totals(report) == (400, 400, 0, accounts, 0)
    expect_exactly(rows)
    expect_sound_log()


@USED
def test_the_same_file_a_second_time_changes_nothing_and_says_so(contacts: Path) -> None:
    first = load(contacts, actor=ACTOR)
    entries = one("SELECT count(*) FROM audit_entry")
    again = load(contacts, actor=ACTOR)
    assert again.was_loaded
    assert not first.was_loaded
    assert totals(again) == totals(first)
    assert one("SELECT count(*) FROM audit_entry") == entries
    rotate(actor=ACTOR)
    assert load(contacts, actor=ACTOR).was_loaded, "also under the next keys"


@USED
def test_a_later_file_replaces_what_an_earlier_one_said(tmp_path: Path) -> None:
    earlier = [row(f"C{n}", email=f"{n}@example.com", bank_code="004", account_number="1234567")
               for n in range(5)]  # fmt: skip
    load(write_book(tmp_path / "a.csv", earlier), actor=ACTOR)
    later = [row("C3", name="이영희"), row("C9", bank_code="088", account_number="7654321")]
    report = load(write_book(tmp_path / "b.csv", later), actor=ACTOR)
    assert totals(report) == (2, 1, 1, 1, 0)
    assert open_person("C3").name == "이영희"
    assert open_person("C3").email == ""
    assert open_account("C3").number == "1234567", "an empty account says nothing"
    assert open_person("C4").name == "김민수"


@USED
@pytest.mark.parametrize("batch_rows", [1, 10])
def test_a_later_row_replaces_an_earlier_one_of_the_same_file(
    tmp_path: Path, batch_rows: int
) -> None:
    rows = [
        row("C1", name="하나", bank_code="004", account_number="1234567"),
        row("C2"),
        row("C1", name="두리"),
        row("C1", name="셋이", phone="010-3333-3333"),
    ]
    report = load(write_book(tmp_path / "a.csv", rows), actor=ACTOR, batch_rows=batch_rows)
    assert totals(report)[:3] == (4, 2, 2)
    assert open_person("C1").name == "셋이"
    assert open_account("C1").holder == "하나"


@USED
def test_a_batch_of_new_and_known_customers_with_every_kind_of_field(
    contacts: Path, tmp_path: Path
) -> None:
    rows = read_book(contacts)
    load(write_book(tmp_path / "a.csv", rows[:300]), actor=ACTOR)
    changed = [each | {"email": "new@example.com"} for each in rows[100:500]]
    report = load(write_book(tmp_path / "b.csv", changed), actor=ACTOR)
    assert (report.added, report.replaced) == (200, 200)
    expect_exactly(rows[:100] + changed)


# --- Customers who were there ---

ACCOUNT = {"bank_code": "004", "account_number": "1234567"}
DIVERTED = {"bank_code": "088", "account_number": "7654321"}
OTHER_ACCOUNT = ("account_number", "has another account; load with --replace-accounts")


def said_of(customer_id: str) -> list[dict[str, Json]]:
    """What the log says of changes by loads to a customer's data."""
    wanted = Selection(kinds=("personal_data.changed_by_load",), person=customer_id)
    return [dict(entry.record.details) for entry in entries(wanted)]


@USED
@pytest.mark.parametrize("batch_rows", [1, 10])
def test_another_account_is_taken_only_where_that_is_asked_for(
    tmp_path: Path, batch_rows: int
) -> None:
    load(write_book(tmp_path / "a.csv", [row("C1", **ACCOUNT), row("C2", **ACCOUNT)]), actor=ACTOR)
    later = [
        row("C1", name="이영희", **DIVERTED),
        row("C1", email="a@example.com", **(ACCOUNT | {"account_number": "123-4567"})),
        row("C3", **ACCOUNT),
        row("C3", **DIVERTED),
    ]
    file = write_book(tmp_path / "b.csv", later)
    report = load(file, actor=ACTOR, batch_rows=batch_rows)
    assert totals(report) == (4, 1, 1, 2, 2)
    assert list(rejects_of(report.load_id)) == [(1, *OTHER_ACCOUNT), (4, *OTHER_ACCOUNT)]
    assert open_person("C1").name == "김민수", "nothing of the row is taken"
    assert open_account("C1").number == open_account("C3").number == "1234567"

    report = load(file, actor=ACTOR, batch_rows=batch_rows, replace_accounts=True)
    assert (report.was_loaded, report.rejected) == (False, 0)
    assert open_account("C1").number == "1234567", "its last row says so"
    assert open_account("C3").number == "7654321"
    assert load(file, actor=ACTOR, replace_accounts=True).was_loaded
    expect_sound_log()


@USED
@pytest.mark.parametrize(
    "change", [{"bank_code": "088"}, {"account_number": "7654321"}, {"account_holder": "이영희"}]
)
def test_bank_number_and_holder_make_an_account(tmp_path: Path, change: dict[str, str]) -> None:
    load(write_book(tmp_path / "a.csv", [row("C1", **ACCOUNT)]), actor=ACTOR)
    file = write_book(tmp_path / "b.csv", [row("C1", **(ACCOUNT | change))])
    assert load(file, actor=ACTOR).rejected == 1


@USED
@pytest.mark.parametrize("batch_rows", [1, 10])
def test_whoever_a_load_changes_has_an_entry_of_their_own(tmp_path: Path, batch_rows: int) -> None:
    first = [row(f"C{n}", **(ACCOUNT if n < 3 else {})) for n in range(5)]
    load(write_book(tmp_path / "a.csv", first), actor=ACTOR)
    assert all(said_of(each["customer_id"]) == [] for each in first), "a load that adds has its own"
    second = [
        row("C0", **DIVERTED),
        row("C1", name="이영희", **ACCOUNT, account_holder="김민수"),
        row("C2", **ACCOUNT),
        row("C3", **ACCOUNT),
        row("C4", email="a@example.com", **ACCOUNT),
        row("C5", **ACCOUNT),
    ]
    report = load(
        write_book(tmp_path / "b.csv", second),
        actor=ACTOR,
        batch_rows=batch_rows,
        replace_accounts=True,
    )
    assert totals(report) == (6, 1, 5, 6, 0)
    done = {"load": str(report.load_id)}
    assert said_of("C0") == [done | {"account": "replaced"}]
    assert said_of("C1") == [done | {"person": "replaced"}]
    assert said_of("C2") == [], "nothing of it is another"
    assert said_of("C3") == [done | {"account": "added"}]
    assert said_of("C4") == [done | {"person": "replaced", "account": "added"}]
    assert said_of("C5") == []
    batches = entries(Selection(kinds=("personal_data.stored",)))
    changed = [
        entry.record.details["changed"]
        for entry in batches
        if entry.record.subject == f"load:{report.load_id}"
    ]
    assert changed == ([1, 1, 0, 1, 1, 0] if batch_rows == 1 else [4])
    expect_sound_log()


@USED
def test_a_batch_that_is_not_written_leaves_no_entry_of_a_change(tmp_path: Path) -> None:
    load(write_book(tmp_path / "a.csv", [row("C1", **ACCOUNT)]), actor=ACTOR)
    file = write_book(tmp_path / "b.csv", [row("C1", name="이영희"), row("C2", phone="1")])
    refused("MG734", lambda: load(file, actor=ACTOR, rejects_max=0))
    assert open_person("C1").name == "김민수"
    assert said_of("C1") == []


@USED
def test_a_record_changed_behind_the_program_is_not_written_over(tmp_path: Path) -> None:
    load(write_book(tmp_path / "a.csv", [row("C1", **ACCOUNT), row("C2", **ACCOUNT)]), actor=ACTOR)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vault_account SET sealed = (SELECT sealed FROM vault_account"
            " WHERE customer_id = 'C2') WHERE customer_id = 'C1'"
        )
    file = write_book(tmp_path / "b.csv", [row("C1", **ACCOUNT)])
    refused("MG726", lambda: load(file, actor=ACTOR))


@USED
def test_who_was_deleted_is_rejected(contacts: Path, tmp_path: Path) -> None:
    load(contacts, actor=ACTOR)
    delete_person("C00000007", actor=ACTOR)
    report = load(write_book(tmp_path / "b.csv", read_book(contacts)[:20]), actor=ACTOR)
    assert totals(report)[:3] == (20, 0, 19)
    assert list(rejects_of(report.load_id)) == [
        (7, "customer_id", "was deleted from the vault and may not come back")
    ]
    refused("MG727", lambda: open_person("C00000007"))


# --- Rejects ---

BAD = [
    ("C 1", {}, "customer_id", "is no pseudonym"),
    ("010-1111-2222", {}, "customer_id", "is no pseudonym"),
    ("kim-bimil-19680912", {}, "customer_id", "is no pseudonym"),
    ("110-123-456789", {}, "customer_id", "is no pseudonym"),
    ("X1012345678", {}, "customer_id", "says the phone or account number"),
    ("X99999999", {"bank_code": "004", "account_number": "99999999"}, "customer_id", "says the"),
    ("C1", {"name": " "}, "name", "is empty"),
    ("C1", {"name": "김\x07수"}, "name", "is empty, too long or holds control"),
    ("C1", {"name": "김\x00수"}, "name", "is empty, too long or holds control"),
    ("C1", {"phone": "1588"}, "phone", "is no phone"),
    ("C1", {"birth_date": "1985-02-30"}, "birth_date", "is no day"),
    ("C1", {"birth_date": "2999-01-01"}, "birth_date", "is no day"),
    ("C1", {"email": "minsu"}, "email", "is no e-mail"),
    ("C1", {"address": "가" * 301}, "address", "is too long"),
    ("C1", {"bank_code": "KB", "account_number": "1234567"}, "bank_code", "is no bank code"),
    ("C1", {"bank_code": "004"}, "account_number", "is no account number"),
    ("C1", {"account_number": "1234567"}, "bank_code", "is no bank code"),
    ("C1", {"bank_code": "004", "account_number": "12ab567"}, "account_number", "is no account"),
]


@USED
def test_a_bad_row_is_rejected_with_its_reason(tmp_path: Path) -> None:
    rows = [row("A1"), *(row(customer_id, **fields) for customer_id, fields, *_ in BAD), row("A2")]
    report = load(write_book(tmp_path / "a.csv", rows), actor=ACTOR, batch_rows=7)
    assert (report.rows, report.added, report.rejected) == (len(BAD) + 2, 2, len(BAD))
    told = list(rejects_of(report.load_id))
    assert [number for number, _, _ in told] == list(range(2, len(BAD) + 2))
    for (_, field, reason), (*_, wanted, start) in zip(told, BAD, strict=True):
        assert field == wanted
        assert reason.startswith(start)
    assert open_person("A1") != open_person("A2")


@USED
def test_every_reason_of_a_row_is_told_and_counted(tmp_path: Path) -> None:
    rows = [row("C1", phone="1", email="x"), row("C2", phone="2"), row("C3")]
    report = load(write_book(tmp_path / "a.csv", rows), actor=ACTOR)
    assert totals(report) == (3, 1, 0, 0, 2)
    assert report.reasons == [
        ("phone", "is no phone number", 2),
        ("email", "is no e-mail address", 1),
    ]


@USED
def test_a_row_with_too_few_or_too_many_columns_is_rejected(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(
        "customer_id,name,phone\nC1,김민수,01012345678\nC2,김민수\nC3,a,b,c\n\nC4,이영희,01099999999\n"
    )
    report = load(file, actor=ACTOR)
    assert totals(report) == (4, 2, 0, 0, 2)
    assert [(number, field) for number, field, _ in rejects_of(report.load_id)] == [
        (2, "row"),
        (3, "row"),
    ]


@USED
def test_bytes_outside_of_the_encoding_reject_their_row(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(
        "customer_id,name,phone\nC1,김민수,01012345678\n".encode() + b"C2,\xff\xfe,01012345678\n"
    )
    report = load(file, actor=ACTOR)
    assert [(n, field) for n, field, _ in rejects_of(report.load_id)] == [(2, "name")]
    assert report.added == 1


@USED
def test_too_many_rejects_stop_the_load_before_their_batch(tmp_path: Path) -> None:
    rows = [row(f"C{n}", phone="1" if n > 6 else "010-1234-5678") for n in range(10)]
    file = write_book(tmp_path / "a.csv", rows)
    refused("MG734", lambda: load(file, actor=ACTOR, rejects_max=1, batch_rows=2))
    assert one("SELECT count(*) FROM vault_person") == 7
    assert one("SELECT count(*) FROM audit_entry WHERE kind = 'personal_data.load_failed'") == 1
    report = load(file, actor=ACTOR, rejects_max=3, batch_rows=2)
    assert report.resumed_at == 8
    assert totals(report) == (10, 7, 0, 0, 3)


# --- Files and mappings that do not fit ---


@USED
def test_a_mapping_names_the_columns_and_how_the_text_is_written(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(
        'encoding = "cp949"\ndelimiter = ";"\n'
        '[columns]\ncustomer_id = "고객번호"\nname = "성명"\n'
        'phone = "휴대폰"\nbirth_date = "생일"\n',
        encoding="utf-8",
    )
    file = tmp_path / "a.csv"
    file.write_bytes(
        "고객번호;생일;성명;비고;휴대폰\nC1;1985.03.07;김민수;x;010-1234-5678\n".encode("cp949")
    )
    report = load(file, actor=ACTOR, mapping=Mapping.read(tmp_path / "map.toml"))
    assert report.added == 1
    [found] = find_by_name_and_birth_date("김민수", date(1985, 3, 7))
    assert found.phone == "+821012345678"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("columns = 1", "is no table"),
        ("[columns]\nnames = 'x'", "did you mean 'name'"),
        ("[columns]\nname = 1", "is no text"),
        ("encodings = 'x'", "did you mean 'encoding'"),
        ("encoding = 'klingon'", "unknown encoding"),
        ("delimiter = '::'", "not one character"),
        ("[columns", "no TOML"),
    ],
)
def test_a_wrong_mapping_is_told(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "map.toml"
    file.write_text(text)
    assert words in refused("MG731", lambda: Mapping.read(file))


UNREADABLE = [
    (b"", "MG730"),
    (b"customer_id,name\nC1,x\n", "MG731"),
    (b"customer_id,name,phone,name\n", "MG731"),
    (b"customer_id,name,phone,bank_code\n", "MG731"),
    (b"PAR1 broken, with secret", "MG730"),
    (gzip.compress(b"customer_id,name,phone\nC1,secret,01012345678\n")[:-9], "MG730"),
    (b'customer_id,name,phone\nC1,"secret' + b"x" * 140_000, "MG730"),
]


@USED
def test_a_file_that_cannot_be_read_is_told_without_its_content(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    for content, code in UNREADABLE:
        file.write_bytes(content)
        refused(code, lambda: load(file, actor=ACTOR), says_not="secret")
    assert one("SELECT count(*) FROM vault_person") == 0


@USED
def test_a_file_of_no_rows_is_loaded_to_its_end(tmp_path: Path) -> None:
    report = load(write_book(tmp_path / "a.csv", []), actor=ACTOR)
    assert totals(report) == (0, 0, 0, 0, 0)


@USED
def test_only_one_load_runs_at_a_time(
    vault: Database, contacts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from makegood.trust.vault import database as module

    monkeypatch.setattr(module, "_PATIENCE_SECONDS", 0.1)
    with vault.program.connect(autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(hashtextextended('makegood.vault.load', 0))")
        refused("MG733", lambda: load(contacts, actor=ACTOR))
    assert load(contacts, actor=ACTOR).added == 2_000


@USED
def test_a_file_that_changes_while_it_is_loaded_is_told(tmp_path: Path, contacts: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(contacts.read_bytes())

    def meddle(stage: str, done: int, total: int | None) -> None:  # noqa: ARG001 - as progress is
        if done == 1_000:
            with file.open("a") as out:
                out.write("C9,김민수,010-1234-5678,,,,,,\n")

    refused("MG732", lambda: load(file, actor=ACTOR, batch_rows=500, progress=meddle))


# --- Both ways of checking agree ---

PLAINLY = st.tuples(
    st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,12}\Z")
    | st.sampled_from(["kim-19680912", "C19680912", "010-1111-2222", "1" * 32, "ab" * 16]),
    st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=4),
    st.from_regex(r"\A01[016789][-. ]?[0-9]{3,4}[-. ]?[0-9]{4}\Z"),
    st.sampled_from(["", "1985-03-07", "19850307", "1985-13-01", "2999-01-01"]),
    st.sampled_from(["", "a@example.com", "a.b+c@ex-ample.co.kr", "a@b"]),
    st.sampled_from(["", "서울특별시 강남구 테헤란로 1, 2동 (가)", "a  b", " a"]),
    st.sampled_from(["", "004", "4", "0044"]),
    st.sampled_from(["", "110-123-456789", "1234567", "12345"]),
    st.sampled_from(["", "김민수", " ", "A B"]),
)
ANYTHING = st.tuples(*[st.text(st.characters(codec="utf-8"), max_size=12)] * 9)


@given(
    st.lists(
        PLAINLY | ANYTHING | st.builds(lambda a, b: a[:4] + b[4:], PLAINLY, ANYTHING), max_size=8
    )
)
@example([("1012345678", "김", "010-1234-5678", "", "", "", "", "", "")])
@example([("C1", "김", "010-1234-5678", "", "", "", "004", "110-123-456789", " ")])
def test_a_plain_row_is_the_same_to_both_ways_of_checking(rows: list[tuple[str, ...]]) -> None:
    checker = Checker(date(2026, 1, 1))
    plain = plain_rows(list(zip(*rows, strict=True)), checker._day) if rows else None
    for place, each in enumerate(rows):
        if plain and plain.is_plain[place]:
            assert plain.kept[place] == checker.checked(each)


def test_nearly_all_made_up_rows_are_plain(contacts: Path) -> None:
    rows = [tuple(each.values()) for each in read_book(contacts)]
    plain = plain_rows(list(zip(*rows, strict=True)), Checker(date(2026, 1, 1))._day)
    assert plain
    assert sum(plain.is_plain) > 0.95 * len(rows)
