"""What must hold whatever the programme promises: closed runs, whole books, a sound log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from makegood.rehearsal.comparing.found import PREFIX_LETTERS, Found, prefix_of

if TYPE_CHECKING:
    from makegood.ledger import Balance


def check_invariants(found: Found) -> None:
    """Everything that needs no oracle."""
    _mistakes(found)
    _runs(found)
    _steered(found)
    _once(found)
    _ledger(found)
    _log(found)


def _mistakes(found: Found) -> None:
    """No work came upon a mistake of the program, in the play's own process or in a worker's."""
    before, play = found.difference_count, found.play
    told = play.mistakes.copy()
    if play.home.mistakes.exists():
        told.update(play.home.mistakes.read_text(encoding="utf-8").splitlines())
    for words, times in sorted(told.items()):
        found.differs("", "", words, "", f"{times:,}x")
    looked = play.rounds + play.story.survived["workers"]
    found.checked("mistakes", looked, before=before)


def _runs(found: Found) -> None:
    open_ones = [run for run in found.runs if run.state not in ("closed", "cancelled")]
    words = "; ".join(
        f"{run.kind} {run.measure} {run.period}: {run.state} {run.finding}".strip()
        for run in open_ones[:5]
    )
    found.holds("runs_closed", len(found.runs), words)
    unknown = sum(run.unknown for run in found.runs if run.state != "cancelled")
    items = sum(run.items for run in found.runs)
    found.holds("no_unknown", items, f"{unknown:,} items" if unknown else "")


def _steered(found: Found) -> None:
    """Nothing left of a run while it was held, and nothing at all of one that was cancelled."""
    steering = found.play.steering
    if not (steering.paused or steering.cancelled):
        return
    given_up = {prefix_of(run) for run in found.runs if run.state == "cancelled"}
    left = {payment.message_id[:PREFIX_LETTERS] for payment in found.play.outside.payments()}
    for books in ("*/books/*.parquet", "sms/*.csv"):
        left |= {path.name[:PREFIX_LETTERS] for path in found.play.home.outside.glob(books)}
    words = [f"run {prefix} was cancelled, and left" for prefix in sorted(given_up & left)]
    looked = steering.paused + len(given_up)
    found.holds("steered", looked, "; ".join([*steering.findings, *words][:5]))


def _once(found: Found) -> None:
    """No attempt came outside twice, and of no key two attempts were carried out."""
    outside = found.play.outside
    twice = [f"{key[:10]}…" for key, _ in outside.bank.repetitions()]
    looked = 0
    for name, partner in outside.partners.items():
        twice += [f"{key[:10]}…" for key in partner.seen_twice()]
        keys, _, again = _carried_out(found, name)
        looked += keys
        twice += [f"{key[:10]}…" for key in again]
    paid: dict[str, int] = {}
    for payment in outside.payments():
        paid[payment.key] = paid.get(payment.key, 0) + (payment.state == "paid")
    looked += len(paid)
    twice += [f"{key[:10]}…" for key, times in paid.items() if times > 1]
    found.holds("once", looked, ", ".join(twice[:5]))


def _ledger(found: Found) -> None:
    from makegood.ledger import Account, amount_in, balances
    from makegood.runs import verify_ledger

    standing = balances(found.play.programme.identifier)
    total = sum(balance.amount for balance in standing)
    found.holds("ledger_zero", len(standing), f"{total:,}" if total else "")
    paid = amount_in(standing, Account.PAID)
    outside = _paid_outside(found)
    finding = f"{paid:,} in the ledger, {outside:,} outside" if paid != outside else ""
    found.holds("ledger_paid", _count(standing), finding)
    verified = verify_ledger(found.play.programme.identifier)
    words = "; ".join(each.message for each in verified.findings[:5])
    found.holds("ledger_verified", verified.compared, words)


def _paid_outside(found: Found) -> int:
    """What the bank paid and kept, and what the billing system took off bills."""
    from makegood.channels import ChannelName

    banked = sum(p.amount for p in found.play.outside.payments() if p.state == "paid")
    return banked + _carried_out(found, ChannelName.BILLING)[1]


def _carried_out(found: Found, channel: str) -> tuple[int, int, list[str]]:
    """Of a partner's books: keys, the sum of amounts, and some keys that were done twice."""
    books = found.play.home.outside / channel / "books"
    if not any(books.glob("*.parquet")):
        return 0, 0, []
    duck = found.play.standings.duck
    done = (
        "(SELECT key, count(*) AS times, sum(amount) AS amount FROM (SELECT DISTINCT key, attempt,"
        f" amount FROM read_parquet('{books}/*.parquet') WHERE outcome = 'done') GROUP BY key)"
    )
    ((keys, amount),) = duck.execute(
        f"SELECT count(*), coalesce(sum(amount), 0)::BIGINT FROM {done}"
    ).fetchall()
    again = duck.execute(f"SELECT key FROM {done} WHERE times > 1 LIMIT 5").fetchall()
    return int(keys), int(amount), [row[0] for row in again]


def _count(standing: list[Balance]) -> int:
    return sum(abs(balance.heads) for balance in standing)


def _log(found: Found) -> None:
    from makegood.trust.audit import HEAD_FILE, HeadFile, verify

    settings = found.play.settings
    verified = verify(found.play.progress, head=HeadFile(settings.secrets / HEAD_FILE))
    findings = "; ".join(finding.message for finding in verified.findings[:3])
    found.holds("log", verified.entries, "" if verified.ok else findings or "it does not")
