"""What must hold of all claims together, at any moment: read from the tables alone."""

from collections import Counter
from itertools import pairwise

from django.db import connection

from makegood.ledger import balances
from makegood.redress.claims.states import TRANSITIONS, ClaimState
from tests.redress.claims.relief import NAME

_CLAIMED = {"submitted", "checked", "mended", "objected"}
_WAITING = {"scheduled", "paying"}


def rows(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def where_it_stands(state: str, attempt: int) -> str:
    """The account of the ledger in which a claim's amount must be."""
    if state in {"paid", "returned"}:
        return state
    if state in _CLAIMED | _WAITING and attempt > 1:
        return "returned"
    if state in _CLAIMED:
        return "claimed"
    return "approved" if state in _WAITING else "promised"


def expect_whole() -> int:
    """Claims, events, accounts, ledger and log agree; how many claims there are."""
    found = rows("SELECT claim_id, state, attempt, amount, changes, has_account FROM claims_claim")
    events: dict[object, list[tuple[int, str, str]]] = {}
    for claim_id, *event in rows(
        "SELECT claim_id, number, before, after FROM claims_event ORDER BY claim_id, number"
    ):
        events.setdefault(claim_id, []).append(tuple(event))
    expected: Counter[str] = Counter()
    for claim_id, state, attempt, amount, changes, _ in found:
        history = events.pop(claim_id)
        assert [number for number, *_ in history] == list(range(1, changes + 1))
        assert history[0][1:] == ("", "submitted")
        assert history[-1][2] == state
        for (_, _, standing), (_, before, after) in pairwise(history):
            assert before == standing
            assert after == before or after in TRANSITIONS[ClaimState(before)]
        expected[where_it_stands(state, attempt)] += amount
    assert not events
    balance = {each.account.value: each.amount for each in balances(NAME)}
    # What two persons gave beyond the decisions came out of the budget; the rest was promised.
    expected["budget"] = balance.get("budget", 0)
    assert expected["budget"] <= 0
    del expected["promised"]
    expected["promised"] = -sum(expected.values())
    assert {word: amount for word, amount in balance.items() if amount} == {
        word: amount for word, amount in expected.items() if amount
    }
    heads = {each.account.value: each.heads for each in balances(NAME)}
    for word in ("claimed", "approved", "paid", "returned"):
        there = sum(
            where_it_stands(state, attempt) == word and amount > 0
            for _, state, attempt, amount, _, _ in found
        )
        assert heads.get(word, 0) == there, word
    sealed = rows("SELECT count(*) FROM vault_account WHERE customer_id LIKE '%%#%%'")[0][0]
    assert sealed == sum(has_account for *_, has_account in found)
    logged = rows("SELECT count(*) FROM audit_entry WHERE kind = 'claim.submitted'")[0][0]
    assert logged == len(found)
    return len(found)
