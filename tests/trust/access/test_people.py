"""From the vault to people's eyes: masked, opened, corrected, deleted; and never past the log."""

import threading
from datetime import date
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from makegood.kernel import MakegoodError
from makegood.trust.access import (
    Refused,
    Visitor,
    correct_account,
    correct_person,
    delete_customer,
    download,
    look_up,
    read_masked,
    reveal,
)
from makegood.trust.policy import Role
from makegood.trust.vault import open_account, open_person
from tests.trust.access.visitors import MINSU, SECRETS, agent, entries

pytestmark = pytest.mark.usefixtures("vault")

CLAIM: dict[str, Any] = {"purpose": "claim_handling", "case": "CALL-17"}
LEGAL: dict[str, Any] = {"purpose": "legal_request", "case": "COURT-2026-9"}


def code_of(error):
    return error.value.findings[0].code


def officer(**changes):
    return agent("sora", Role.PRIVACY_OFFICER, **changes)


def nothing_personal_in_the_log():
    text = "".join(map(str, entries()))
    assert not [secret for secret in SECRETS if secret in text]


def test_who_calls_is_found_by_telephone_and_shown_masked():
    found = look_up(agent(), phone="+82 10 1234 5678", **CLAIM)
    assert [(one.customer_id, one.name, one.phone) for one in found] == [
        ("C0001", "김*수", "010-****-5678"),
        ("C0002", "이*연", "010-****-5678"),
    ]


def test_each_person_found_is_an_entry_of_their_own():
    look_up(agent(), phone="010-1234-5678", **CLAIM)
    found = entries("personal_data.looked_up")
    assert [entry["person"] for entry in found] == ["C0001", "C0002"]
    for entry in found:
        assert entry["actor"] == "staff:bora"
        assert entry["source"] == "198.51.100.7"
        assert (entry["purpose"], entry["case"]) == ("claim_handling", "CALL-17")
        assert entry["details"]["act"] == "look_up"
        assert entry["details"]["by"] == "phone"
    nothing_personal_in_the_log()


def test_who_comes_is_found_by_name_and_birth_date():
    found = look_up(agent(), name="김 민수", birth_date=date(1985, 3, 7), **CLAIM)
    assert [one.customer_id for one in found] == ["C0001"]
    assert entries("personal_data.looked_up")[0]["details"]["by"] == "name_and_birth_date"


def test_a_look_up_that_finds_nobody_is_recorded_and_answers_in_the_same_way():
    assert look_up(agent(), phone="010-0000-0000", **CLAIM) == []
    assert look_up(agent(), name="아무개", birth_date=date(1985, 3, 7), **CLAIM) == []
    found = entries("personal_data.looked_up")
    assert [(one["person"], one["subject"], one["details"]["found"]) for one in found] == [
        ("", "customer", 0),
        ("", "customer", 0),
    ]
    assert "0000" not in str([entry["details"] for entry in found])


def test_a_refused_look_up_does_not_say_whether_somebody_is_there():
    told = []
    for phone in ("010-1234-5678", "010-0000-0000"):
        with pytest.raises(Refused) as refused:
            look_up(agent(device="unknown"), phone=phone, **CLAIM)
        told.append(str(refused.value))
    assert told[0] == told[1]
    first, second = entries("access.refused")
    ignored = {"entry_id", "written_at"}
    assert {k: v for k, v in first.items() if k not in ignored} == {
        k: v for k, v in second.items() if k not in ignored
    }


def test_what_is_no_phone_number_is_told_before_anybody_is_searched_for():
    for phone in ("no number at all", "010-999"):
        with pytest.raises(MakegoodError) as error:
            look_up(agent(), phone=phone, **CLAIM)
        assert code_of(error) == "MG729"
        assert phone not in str(error.value)
    assert entries("personal_data.looked_up") == []


@pytest.mark.parametrize("given", [{}, {"name": "김민수"}, {"phone": " "}])
def test_a_look_up_needs_a_phone_or_name_and_birth_date(given):
    with pytest.raises(MakegoodError) as error:
        look_up(agent(), **given, **CLAIM)
    assert code_of(error) == "MG776"


def test_a_customer_is_read_masked_with_the_account_masked_too():
    shown = read_masked(agent(), "C0001", **CLAIM)
    assert shown.person.name == "김*수"
    assert shown.account == "004 ***-****-6789"
    assert read_masked(agent(), "C0002", **CLAIM).account == ""
    assert [e["person"] for e in entries("personal_data.read_masked")] == ["C0001", "C0002"]


def test_only_what_is_asked_for_is_revealed_and_the_entry_says_which_fields():
    shown = reveal(agent(), "C0001", ["phone", "account_number"], **CLAIM)
    assert shown == {"phone": "+821012345678", "account_number": "110123456789"}
    (entry,) = entries("personal_data.revealed")
    assert entry["details"]["fields"] == ["phone", "account_number"]
    assert entry["details"]["known"] is True
    assert entry["person"] == "C0001"
    nothing_personal_in_the_log()


@pytest.mark.parametrize("fields", [[], ["salary"]])
def test_a_field_that_is_none_is_not_revealed(fields):
    with pytest.raises(MakegoodError) as error:
        reveal(agent(), "C0001", fields, **CLAIM)
    assert code_of(error) == "MG776"
    assert entries("personal_data.revealed") == []


def test_asking_for_an_unknown_customer_is_recorded():
    with pytest.raises(MakegoodError) as error:
        reveal(agent(), "C9999", ["name"], **CLAIM)
    assert code_of(error) == "MG727"
    (entry,) = entries("personal_data.revealed")
    assert entry["details"]["known"] is False


def test_revealing_needs_a_case_looking_up_does_not():
    assert look_up(agent(), phone="010-1234-5678", purpose="customer_request")
    with pytest.raises(Refused) as refused:
        reveal(agent(), "C0001", ["name"], purpose="claim_handling")
    assert refused.value.policy_ids == ("case_named",)


def test_nobody_sees_anything_at_the_console():
    with pytest.raises(Refused):
        look_up(Visitor.console("kim"), phone="010-1234-5678", **CLAIM)


def test_what_was_seen_cannot_be_rolled_back_out_of_the_log():
    with pytest.raises(RuntimeError), transaction.atomic():
        reveal(agent(), "C0001", ["name"], **CLAIM)
    assert entries("personal_data.revealed") == []


def test_nothing_is_shown_where_the_log_cannot_be_written(vault):
    with psycopg.connect(vault.superuser.connection_string, autocommit=True) as superuser:
        superuser.execute("REVOKE INSERT ON audit_entry FROM makegood_program")
    for access in (
        lambda: look_up(agent(), phone="010-1234-5678", **CLAIM),
        lambda: reveal(agent(), "C0001", ["name"], **CLAIM),
        lambda: correct_person(agent(), "C0001", {"name": "김영수"}, **CLAIM),
    ):
        with pytest.raises(MakegoodError) as error:
            access()
        assert code_of(error) in {"MG771", "MG770"}
    assert open_person("C0001").name == "김민수"


def test_a_download_needs_a_reason_and_each_person_gets_an_entry_with_it():
    reason = "Order of the Seoul Central District Court"
    found = download(officer(), ["C0001", "C0002"], reason=reason, **LEGAL)
    assert [one["customer_id"] for one in found] == ["C0001", "C0002"]
    assert found[0]["name"] == "김민수"
    written = entries("personal_data.downloaded")
    assert [(e["person"], e["details"]["reason"]) for e in written] == [
        ("C0001", reason),
        ("C0002", reason),
    ]


@pytest.mark.parametrize(
    "reason",
    ["", "  ", "for kim@example.com", "call 010-1234-5678", "account 110-123-456789", "x" * 501],
)
def test_a_reason_that_is_none_or_names_somebody_is_not_taken(reason):
    with pytest.raises(MakegoodError) as error:
        download(officer(), ["C0001"], reason=reason, **LEGAL)
    assert code_of(error) == "MG773"
    assert entries("personal_data.downloaded") == []


def test_a_download_with_an_unknown_customer_gives_nothing_and_is_recorded():
    with pytest.raises(MakegoodError) as error:
        download(officer(), ["C0001", "C9999"], reason="a court's order", **LEGAL)
    assert code_of(error) == "MG727"
    assert [e["details"]["known"] for e in entries("personal_data.downloaded")] == [True, False]


def test_more_customers_than_a_task_needs_are_not_downloaded():
    with pytest.raises(MakegoodError) as error:
        download(officer(), [f"C{n}" for n in range(1001)], reason="an order", **LEGAL)
    assert code_of(error) == "MG776"


def test_a_correction_and_its_entry_stand_or_fall_together():
    with transaction.atomic():
        correct_person(officer(), "C0001", {"email": "new@example.com"}, **LEGAL)
    assert open_person("C0001").email == "new@example.com"
    assert open_person("C0001").name == MINSU.name
    (entry,) = entries("personal_data.corrected")
    assert entry["details"]["fields"] == ["email"]
    assert "new@example" not in str(entry)
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 - what a rollback leaves
        correct_person(officer(), "C0001", {"email": "other@example.com"}, **LEGAL)
        _ = 1 // 0
    assert open_person("C0001").email == "new@example.com"
    assert len(entries("personal_data.corrected")) == 1


def test_corrections_at_once_do_not_undo_each_other():
    changes = [{"email": "a@example.com"}, {"address": "부산광역시 해운대구 2"}, {"name": "김영수"}]
    failures = []

    def work(change):
        try:
            correct_person(officer(), "C0001", change, **LEGAL)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(change,)) for change in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    after = open_person("C0001")
    assert (after.email, after.address, after.name) == (
        "a@example.com",
        "부산광역시 해운대구 2",
        "김영수",
    )


def test_an_account_is_corrected():
    correct_account(
        officer(),
        "C0002",
        bank_code="088",
        account_number="110-999-888777",
        account_holder="이지연",
        **LEGAL,
    )
    assert open_account("C0002").number == "110999888777"


def test_a_customer_is_deleted_with_a_receipt_and_found_no_more():
    receipt = delete_customer(officer(), "C0001", **LEGAL)
    assert receipt.customer_id == "C0001"
    found = look_up(agent(), phone="010-1234-5678", **CLAIM)
    assert [one.customer_id for one in found] == ["C0002"]
    (entry,) = entries("personal_data.deleted")
    assert (entry["purpose"], entry["case"]) == ("legal_request", "COURT-2026-9")
