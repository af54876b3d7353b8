"""Who proposes does not approve; what is decided stays; every step is in the log."""

from datetime import timedelta
from typing import Any, LiteralString
from uuid import uuid4

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from makegood.kernel import MakegoodError
from makegood.trust.audit import Json
from makegood.trust.proposals import (
    RULES,
    ProposalKind,
    State,
    approve,
    at_hand,
    expire_due,
    hash_of,
    kind_named,
    proposal_of,
    proposals,
    propose,
    redeem,
    refuse,
    withdraw,
)
from tests.trust.proposals.hands import ANN, BEN, CONTENTS, EVE, HASH, RUN, START, proposed

pytestmark = pytest.mark.usefixtures("database", "hand")


def log() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, actor FROM audit_entry ORDER BY entry_id")
        return [(kind, actor) for kind, actor in cursor.fetchall() if kind.startswith("proposal.")]


def use(by: str = ANN):
    with transaction.atomic():
        return redeem(RUN, "run:2026-02", HASH, by=by)


def told(error: pytest.ExceptionInfo[MakegoodError]) -> str:
    (finding,) = error.value.findings
    return f"{finding.code}: {finding.message}"


def test_from_proposal_to_use():
    made = proposed()
    assert made.state is State.OPEN
    assert made.contents_hash == HASH
    assert made.expires_at == START + RULES[RUN].to_decide
    assert at_hand(RUN, "run:2026-02", HASH) is None
    approved = approve(made.proposal_id, by=BEN)
    assert (approved.state, approved.decided_by) == (State.APPROVED, BEN)
    assert at_hand(RUN, "run:2026-02", HASH) == approved
    assert use().proposal_id == made.proposal_id
    after = proposal_of(made.proposal_id)
    assert (after.state, after.used_at, after.used_by) == (State.USED, START, ANN)
    assert log() == [
        ("proposal.made", ANN),
        ("proposal.approved", BEN),
        ("proposal.redeemed", ANN),
    ]


def test_the_log_has_what_was_proposed_and_for_whom():
    contents: dict[str, Json] = {"measure": "refund", "amount_won": 30_000}
    made = propose(
        ProposalKind.CUSTOMER_EXCEPTION, "customer:C0001", contents, "twice  billed", by=ANN
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject, person, convert_from(payload, 'UTF8')::jsonb -> 'details'"
            " FROM audit_entry WHERE kind = 'proposal.made'"
        )
        ((subject, person, details),) = cursor.fetchall()
    assert subject == f"proposal:{made.proposal_id}"
    assert person == "C0001"
    for said in ('"amount_won": 30000', '"reason": "twice billed"', made.contents_hash):
        assert said in str(details)


def test_who_proposed_cannot_decide():
    made = proposed()
    for decide in (approve, refuse):
        with pytest.raises(MakegoodError) as error:
            decide(made.proposal_id, by=ANN, reason="it is fine")
        assert "who proposed cannot decide" in told(error)
    assert proposal_of(made.proposal_id).state is State.OPEN


def test_the_table_itself_refuses_one_person_twice():
    made = proposed()
    with (
        connection.cursor() as cursor,
        pytest.raises(IntegrityError, match="proposal_two_persons"),
    ):
        cursor.execute(
            "UPDATE proposal SET state = 'approved', decided_by = proposed_by, decided_at = now()"
            " WHERE proposal_id = %s",
            [made.proposal_id],
        )


def test_a_refused_one_stays_refused():
    made = proposed()
    refuse(made.proposal_id, by=BEN, reason="the total is wrong")
    for again in (approve, refuse):
        with pytest.raises(MakegoodError, match="it is refused, not open"):
            again(made.proposal_id, by=EVE, reason="it is fine")
    with pytest.raises(MakegoodError, match="MG769"):
        use()
    assert log()[-1] == ("proposal.refused", BEN)


def test_a_refusal_says_why():
    made = proposed()
    with pytest.raises(MakegoodError, match="the reason is missing"):
        refuse(made.proposal_id, by=BEN, reason="  ")


def test_only_who_proposed_withdraws():
    made = proposed()
    with pytest.raises(MakegoodError, match="only who proposed it withdraws it"):
        withdraw(made.proposal_id, by=BEN)
    assert withdraw(made.proposal_id, by=ANN).state is State.WITHDRAWN
    with pytest.raises(MakegoodError, match="it is withdrawn, not open"):
        approve(made.proposal_id, by=BEN)


def test_an_approval_is_used_once():
    approve(proposed().proposal_id, by=BEN)
    use()
    with pytest.raises(MakegoodError) as error:
        use()
    assert told(error).startswith("MG769: two persons are needed to release a run")


@pytest.mark.parametrize(
    ("subject", "contents"),
    [("run:2026-03", CONTENTS), ("run:2026-02", {**CONTENTS, "total": 1_234_501})],
)
def test_an_approval_is_for_exactly_what_was_proposed(subject, contents):
    approve(proposed().proposal_id, by=BEN)
    with pytest.raises(MakegoodError, match="MG769"), transaction.atomic():
        redeem(RUN, subject, hash_of(contents), by=ANN)
    use()


def test_an_act_that_fails_has_used_nothing():
    approve(proposed().proposal_id, by=BEN)
    entries = len(log())
    with transaction.atomic():
        redeem(RUN, "run:2026-02", HASH, by=ANN)
        transaction.set_rollback(True)
    assert len(log()) == entries
    use()


def test_a_proposal_is_used_in_the_transaction_of_its_act():
    approve(proposed().proposal_id, by=BEN)
    with pytest.raises(transaction.TransactionManagementError):
        redeem(RUN, "run:2026-02", HASH, by=ANN)


def test_an_open_one_expires(hand):
    made = proposed()
    hand.instant = made.expires_at - timedelta(seconds=1)
    assert proposals(State.OPEN) == [made]
    hand.instant = made.expires_at
    with pytest.raises(MakegoodError, match="it is expired, not open"):
        approve(made.proposal_id, by=BEN)
    assert proposals(State.OPEN) == []
    assert proposals(State.EXPIRED) == [made]
    assert expire_due() == 1
    assert expire_due() == 0
    assert proposal_of(made.proposal_id).state is State.EXPIRED
    assert log()[-1] == ("proposal.expired", "system:clock")


def test_an_approval_expires(hand):
    made = proposed()
    hand.go(hours=23)
    approved = approve(made.proposal_id, by=BEN)
    assert approved.expires_at == hand.instant + RULES[RUN].to_use
    hand.instant = approved.expires_at
    assert at_hand(RUN, "run:2026-02", HASH) is None
    with pytest.raises(MakegoodError, match="MG769"):
        use()
    assert expire_due() == 1


def test_the_same_is_proposed_once_at_a_time(hand):
    made = proposed()
    with pytest.raises(MakegoodError, match="proposed already") as error:
        proposed(by=BEN)
    assert str(made.proposal_id) in str(error.value)
    hand.go(days=1)
    again = proposed(by=BEN)
    assert again.state is State.OPEN
    assert proposal_of(made.proposal_id).state is State.EXPIRED


@pytest.mark.parametrize("kind", ProposalKind)
def test_every_kind_has_words_acts_and_lifetimes(kind):
    rules = RULES[kind]
    assert rules.words.keys() == {"ko", "en"}
    assert all(rules.words.values())
    assert rules.propose == f"propose_{kind}"
    assert rules.approve == f"approve_{kind}"
    assert timedelta(0) < rules.to_use <= timedelta(days=14)
    assert timedelta(0) < rules.to_decide <= timedelta(days=14)


UNUSABLE: list[tuple[str, Any, str, str]] = [
    ("customer:C1", CONTENTS, "why", "cannot be the subject"),
    ("run:", CONTENTS, "why", "cannot be the subject"),
    ("run:a b", CONTENTS, "why", "cannot be the subject"),
    ("run:1", {"share": 0.1}, "why", "a float is no value"),
    ("run:1", {"list": [{"share": 0.1}]}, "why", "a float is no value"),
    ("run:1", {"text": "a\x00"}, "why", "cannot keep"),
    ("run:1", {"text": "가" * 7000}, "why", "bytes"),
    ("run:1", {"text": object()}, "why", "no value of the log"),
    ("run:1", {"text": "\ud800"}, "why", "a lone surrogate"),
    ("run:1", {"won": 2**53}, "why", "more than 53 bits"),
    ("run:1", {7: 7}, "why", "a key is no text"),
    ("run:1", CONTENTS, " \n ", "the reason is missing"),
    ("run:1", CONTENTS, "w" * 501, "the reason is missing"),
    ("run:1", CONTENTS, "why\x1b[2J", "the reason is missing"),
]


SHA = "ab" * 32
PROGRAMME, STAFF = ProposalKind.PUBLISH_PROGRAMME, ProposalKind.CHANGE_STAFF
FORECAST = {
    "as_of": "2026-03-01",
    "lines": 7,
    "decisions_sha256": SHA,
    "population_sha256": SHA,
    "measures": {"penalty_waiver": {"granted": 3, "undetermined": 0, "amount": 9}},
}
SHAPED: list[tuple[ProposalKind, str, Any]] = [
    (ProposalKind.ROTATE_KEYS, "keys", {}),
    (ProposalKind.ROTATE_KEYS, "keys:master", {"from": "file:a", "to": "hcvault:b"}),
    (ProposalKind.CHANGE_POLICIES, "policies", {"version": SHA}),
    (PROGRAMME, "programme:kt-2025", {"sha256": SHA}),
    (PROGRAMME, "programme:kt-2025", {"sha256": SHA, "forecast": FORECAST}),
    (RUN, "run:2026-02", CONTENTS),
    (ProposalKind.CUSTOMER_EXCEPTION, "customer:C0001", {"amount_won": 1, "measure": "refund"}),
    (STAFF, "staff:kim", {"act": "add", "member": "kim", "roles": ["auditor"]}),
    (STAFF, "staff:kim", {"act": "invite", "member": "kim"}),
]


@pytest.mark.parametrize(("kind", "subject", "contents"), SHAPED)
def test_contents_have_the_shape_of_their_kind_and_nothing_more(kind, subject, contents):
    others = [{**contents, "note": "as agreed with the board"}]
    others += [{name: [held] for name, held in contents.items()}] if contents else []
    for other in others:
        with pytest.raises(MakegoodError, match="not the shape of their kind"):
            propose(kind, subject, other, "why", by=ANN)
    propose(kind, subject, contents, "why", by=ANN)


def test_an_invented_forecast_is_no_forecast():
    for forecast in (
        "nothing at all",
        {},
        {**FORECAST, "lines": -1},
        {**FORECAST, "as_of": "soon"},
        {**FORECAST, "measures": {"refund": {"granted": 0}}},
        {**FORECAST, "measures": {"it costs nothing": FORECAST["measures"]}},
    ):
        contents: Any = {"sha256": SHA, "forecast": forecast}
        with pytest.raises(MakegoodError, match="not the shape of their kind"):
            propose(PROGRAMME, "programme:kt-2025", contents, "why", by=ANN)
    assert proposals() == []


def test_nobody_s_number_or_address_is_kept_in_a_proposal():
    keys, sound = ProposalKind.ROTATE_KEYS, {"from": "file:a", "to": "file:b"}
    number, address = "010-1234-5678", "minsu@example.com"
    for subject, contents, reason in (
        ("keys:master", {**sound, "to": address}, "why"),
        ("keys:master", {**sound, "from": f"file:a {number}"}, "why"),
        (f"keys:{number}", sound, "why"),
        ("keys:master", sound, f"ask {number}"),
    ):
        with pytest.raises(MakegoodError, match="seem to hold") as error:
            propose(keys, subject, contents, reason, by=ANN)
        assert number not in str(error.value)
        assert address not in str(error.value)
    made = propose(keys, "keys:master", sound, "why", by=ANN)
    for decide in (approve, refuse):
        with pytest.raises(MakegoodError, match="seem to hold"):
            decide(made.proposal_id, by=BEN, reason=f"ask {address}")


def test_what_cannot_be_proposed():
    for subject, contents, reason, message in UNUSABLE:
        with pytest.raises(MakegoodError, match=message):
            propose(RUN, subject, contents, reason, by=ANN)
    assert proposals() == []


def test_a_text_that_only_looks_like_a_character_of_code_0_is_kept():
    contents = {"from": "\\u0000", "to": "a\\\\u0000"}
    made = propose(ProposalKind.ROTATE_KEYS, "keys:master", contents, "why", by=ANN)
    assert proposals()[0].contents == made.contents == contents


def test_contents_of_any_order_are_the_same():
    backwards: dict[str, Json] = dict(reversed(CONTENTS.items()))
    assert hash_of(backwards) == HASH
    proposed()
    with pytest.raises(MakegoodError, match="proposed already"):
        propose(RUN, "run:2026-02", backwards, "again", by=BEN)


def test_an_actor_is_needed():
    with pytest.raises(ValueError, match="not an actor"):
        proposed(by="ann")


def test_there_is_no_such_proposal_or_kind():
    for ask in (proposal_of, lambda one: approve(one, by=BEN), lambda one: withdraw(one, by=ANN)):
        with pytest.raises(MakegoodError, match="MG787: there is no proposal"):
            ask(uuid4())
    with pytest.raises(MakegoodError, match="did you mean 'rotate_keys'"):
        kind_named("rotate_key")


def test_contents_changed_behind_the_program_are_not_approved(database):
    made = proposed()
    with database.superuser.connect(autocommit=True) as other:
        other.execute("SET session_replication_role = replica")
        other.execute("UPDATE proposal SET contents = jsonb_set(contents, '{total}', '9')")
    with pytest.raises(MakegoodError, match="is not what was proposed"):
        approve(made.proposal_id, by=BEN)


AROUND: list[tuple[LiteralString, type[psycopg.Error]]] = [
    ("DELETE FROM proposal", psycopg.errors.InsufficientPrivilege),
    ("TRUNCATE proposal CASCADE", psycopg.errors.InsufficientPrivilege),
    ("UPDATE proposal SET contents = '{}'", psycopg.errors.InsufficientPrivilege),
    ("UPDATE proposal SET proposed_by = 'staff:9'", psycopg.errors.InsufficientPrivilege),
    (
        "UPDATE proposal SET state = 'used', used_at = now(), used_by = 'staff:1'",
        psycopg.errors.CheckViolation,
    ),
    ("UPDATE proposal SET state = 'approved'", psycopg.errors.CheckViolation),
    ("UPDATE policy_version SET version = ''", psycopg.errors.InsufficientPrivilege),
    ("DELETE FROM policy_version", psycopg.errors.InsufficientPrivilege),
]


def test_the_program_s_role_cannot_go_around(database):
    proposed()
    with database.program.connect(autocommit=True) as other:
        for statement, refused in AROUND:
            with pytest.raises(refused):
                other.execute(statement)


def test_the_owner_meets_the_triggers(database):
    proposed()
    refused = (psycopg.errors.InsufficientPrivilege, psycopg.errors.CheckViolation)
    with database.owner.connect(autocommit=True) as other:
        for statement in (
            "UPDATE proposal SET contents = '{}'",
            "DELETE FROM proposal",
            "TRUNCATE proposal CASCADE",
        ):
            with pytest.raises(refused):
                other.execute(statement)
