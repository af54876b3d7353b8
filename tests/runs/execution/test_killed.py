"""Workers are killed at random points: nothing is lost, and nothing leaves twice.

``MAKEGOOD_KILLS`` is how many there are in the test of grants and in that of bills, 70 without it;
of pay-outs there are twice as many: 280 together. ``MAKEGOOD_KILLS_SEED`` is where they fall.
What has been planned, sent and taken in by the last kill shows that they fell into work: until
then only workers that are killed do any of it.
"""

import os
import re
import signal
import sys
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic, process_time, sleep

import pytest

from makegood.channels import ChannelName
from makegood.channels.bank.fake import Behaviour as BankBehaviour
from makegood.channels.bank.fake import FakeBank
from makegood.channels.exchange import PartnerFolders
from makegood.channels.exchange.fake import Behaviour, FakePartner
from makegood.configuration import Settings
from makegood.kernel import MakegoodError, SystemClock
from makegood.ledger import Account, amount_in, balances
from makegood.programmes import load_text
from makegood.redress.claims import correct_account
from makegood.runs import RunKind, RunState, propose_release, run_of, verify_ledger, work
from makegood.runs.rows import runs, select
from makegood.trust import clock
from makegood.trust.policy import Role
from makegood.trust.proposals import approve
from tests.redress.claims import relief
from tests.runs.execution.hand_made import PROGRAMME, hand_made
from tests.runs.execution.nursery import nursery
from tests.staff_people import installed, moved_clock
from tests.trust.access.visitors import agent

ENOUGH = 70
KILLS = int(os.environ.get("MAKEGOOD_KILLS", ENOUGH))
SEED = int(os.environ.get("MAKEGOOD_KILLS_SEED", "20260114"))
LOOKED_EVERY, SLOWNESS_MAX = 20, 20.0
HARD = Behaviour(
    failed=60, silent=60, late=100, doubled=300, without_receipt=200, parts=2, late_by=timedelta(1)
)


class Kills:
    """Two workers at a time, one of which is killed over and over."""

    def __init__(self, workers, random: Random, moved, longest: float = 0.09) -> None:
        self._workers, self._random, self._moved = workers, random, moved
        self._longest = longest
        self._slowness = 1.0
        self._alive: list[int] = []
        self.done = self.amid = 0

    def one(self) -> None:
        while len(self._alive) < 2:
            self._alive.append(self._workers.worker(self._moved.ahead))
        if self.done % LOOKED_EVERY == 0:
            self._slowness = slowness()
        # A worker lives for as much work on a machine that is busy with other things.
        sleep(self._random.uniform(0.005, self._longest) * self._slowness)
        self._kill(self._alive.pop(self._random.randrange(2)))

    def end(self) -> None:
        while self._alive:
            self._kill(self._alive.pop())

    def _kill(self, process: int) -> None:
        os.kill(process, signal.SIGKILL)
        self.done += 1
        self.amid += bool(runs("WHERE state NOT IN ('closed', 'cancelled') LIMIT 1"))


def slowness() -> float:
    """How much longer work takes now than on an idle machine: what others leave of it."""
    began, busy = monotonic(), process_time()
    load_text(relief.TEXT)
    return min(SLOWNESS_MAX, max(1.0, (monotonic() - began) / (process_time() - busy)))


def told(kind: RunKind) -> None:
    """What is shown of a test that fails: how to have it again."""
    sys.stdout.write(f"MAKEGOOD_KILLS={KILLS} MAKEGOOD_KILLS_SEED={SEED} kind={kind.value}\n")


@pytest.fixture
def settings(settings):
    """In memory where there is a place for it: thousands of small files are put on the disk."""
    memory = Path("/dev/shm")  # noqa: S108 - a place in memory, not a name in it
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield settings.model_copy(update={"home": Path(folder)})


@pytest.mark.parametrize(
    ("kind", "channel", "amount"),
    [
        (RunKind.GRANT, ChannelName.PROVISIONING, 0),
        (RunKind.BILL, ChannelName.BILLING, 1_300),
    ],
)
def test_whatever_is_killed_when_every_item_is_done_once(lasting, settings, kind, channel, amount):
    random = Random(f"{SEED} {kind}")
    told(kind)
    partner = FakePartner(
        PartnerFolders.of(settings, channel.value),
        settings.home / "partner",
        seed=random.randrange(1_000_000),
        behaviour=HARD,
    )
    made = []
    with moved_clock() as moved, nursery(lasting, settings.home) as workers:
        kills = Kills(workers, random, moved)
        for number in range(KILLS):
            lines = range(number * 7 + 1, number * 7 + 1 + random.randint(1, 7))
            made.append(
                hand_made(
                    settings,
                    lines,
                    kind=kind,
                    amount=amount and amount + number,
                    shard_items=random.randint(3, 7),
                    period=f"month {number}",
                )
            )
            kills.one()
            # What a worker that died put off for some seconds is due again.
            moved.move(seconds=20)
            if number % 3 == 0:
                partner.step(clock.now())
        kills.end()
        assert kills.done >= KILLS
        expect_amid_work(kills, channel)
        for _ in range(ROUNDS_MAX):
            found = work(settings, until_idle=True)
            moved.move(hours=25)
            partner.step(clock.now())
            if not runs("WHERE state <> 'closed' LIMIT 1"):
                break
        # What came late is taken in as well.
        found = work(settings, until_idle=True)
        assert not found.troubles
    compare(partner, made, amount)


def expect_amid_work(kills: Kills, channel: ChannelName) -> None:
    """The kills fell while runs were on their way: shards left and answers came in between them."""
    ((shards, sent, tries),) = select(
        "SELECT count(*), count(shard.sent_at), sum(shard.tries) FROM runs_shard AS shard"
        " JOIN runs_run AS run USING (run_id) WHERE run.channel = %s",
        [channel.value],
    )
    ((answers, taken_in),) = select(
        "SELECT coalesce(sum(new), 0), count(*) FROM runs_applied WHERE channel = %s",
        [channel.value],
    )
    sys.stdout.write(
        f"{kills.amid} of {kills.done} kills amid work: {sent} of {shards} shards sent in"
        f" {tries} tries, {answers} answers in {taken_in} files\n"
    )
    # Of a few kills none may have come to anything.
    if KILLS >= ENOUGH:
        assert 5 * kills.amid > kills.done
        assert sent
        assert answers


def compare(partner: FakePartner, planned, amount: int) -> None:
    """The partner's books and ours say the same, to the item and to the won."""
    ours = [run_of(run.run_id) for run in planned]
    assert Counter(run.state for run in ours) == {RunState.CLOSED: len(planned)}
    granted = partner.granted()
    assert partner.seen_twice() == []
    assert set(granted.values()) <= {1}
    assert len(granted) == sum(run.done for run in ours)
    assert sum(run.done + run.failed for run in ours) == sum(run.items for run in planned)
    paid = sum(total for total, _ in partner.amounts().values())
    assert paid == sum(run.done_total for run in ours)
    failed = {row[0] for row in select("SELECT item_key FROM runs_exception")}
    assert not failed & granted.keys()
    if amount:
        found = balances(PROGRAMME)
        assert amount_in(found, Account.PAID) == paid
        assert amount_in(found, Account.APPROVED) == -sum(run.total for run in planned)


MORNING = datetime(2026, 1, 22, 8, 30, tzinfo=relief.SEOUL)
"""Half an hour before the first pay-out of the table."""
DAYS_AHEAD = (0, 14, 28)
"""The table's pay-outs from there; from the last one on there is one on each day that has any."""
KILLS_A_DAY = 5
LINES = 40 * max(1, -(-KILLS // ENOUGH))
"""So many apply, some each day: whatever the number of kills, most days have something to pay."""

ROUNDS_MAX = 60
"""So many days the end may take: of many items some are put off, asked about and late in a row."""
DEBTOR = {
    "bank_debtor_name": "The operator",
    "bank_debtor_bank": "004",
    "bank_debtor_account": "99900012345678",
}


def test_whatever_is_killed_when_every_claim_is_paid_once(lasting, settings, monkeypatch):
    """From the plan to the books of the bank, and again where it rejects or gives back."""
    random = Random(f"{SEED} claims")
    told(RunKind.PAY_OUT)
    root = settings.exchange_folder / "bank"
    behaviour = BankBehaviour(
        seed=random.randrange(1_000_000),
        rejects=0.2,
        returns=0.2,
        twice=0.3,
        late=0.2,
        partial=0.3,
        late_days=1,
        takes_any_account=True,
    )
    lines = [f"M{number:04}" for number in range(LINES)]
    with installed(lasting, monkeypatch, home=str(settings.home), **DEBTOR):
        bank = FakeBank(root, settings.home / "bank.sqlite", behaviour)
        with relief.at(relief.IN_TIME):
            relief.opened(settings.home, dict.fromkeys(lines, relief.LINES["M0000"]))
            waiting = list(lines)
            apply_for(waiting, len(waiting) // 2)
        with moved_clock() as moved, nursery(lasting, settings.home, **DEBTOR) as workers:
            kills = Kills(workers, random, moved, longest=0.35)
            day = 0
            # On a machine that is busy with other things it takes some days more.
            while kills.done < 2 * KILLS or (KILLS >= ENOUGH and not is_tried_again() and day < 90):
                # What is in order before a pay-out is due is part of it; nobody works yet.
                moved.ahead = morning(day) - SystemClock().now()
                apply_for(waiting, random.randint(0, 2))
                mend()
                moved.move(minutes=31)
                for _ in range(KILLS_A_DAY - 1):
                    kills.one()
                    agree()
                    moved.move(minutes=random.randint(1, 20))
                    bank.work(clock.now())
                kills.end()
                day += 1
            assert kills.done >= 2 * KILLS
            expect_amid_work(kills, ChannelName.BANK)
            assert is_tried_again() or KILLS < ENOUGH
            apply_for(waiting, len(waiting))
            installed_settings = Settings.load()
            # One may be rejected several times in a row.
            for _ in range(150):
                moved.ahead = morning(day) - SystemClock().now()
                mend()
                moved.move(minutes=31)
                done = work(installed_settings, until_idle=True)
                agree()
                done = work(installed_settings, until_idle=True)
                bank.work(clock.now())
                day += 1
                if is_over(bank):
                    break
        # Enrolments in the cover of later months wait for facts that nobody registers here.
        assert not [each for each in done.troubles if not re.search("MG80|MG872", each)]
        compare_with_bank(bank, lines)


def morning(day: int) -> datetime:
    """Before the pay-out of a day on which there is one, counted from the first."""
    last = len(DAYS_AHEAD) - 1
    return MORNING + timedelta(days=DAYS_AHEAD[min(day, last)] + max(0, day - last))


def is_tried_again() -> bool:
    """Payments that the bank had rejected or given back left again, and some got through."""
    again = [row[0] for row in select("SELECT state FROM claims_claim WHERE attempt > 1")]
    return len(again) > 1 and "paid" in again


def is_over(bank: FakeBank) -> bool:
    """Every claim is paid, every run is closed; nothing of the bank's is on its way back to us."""
    open_claims = select("SELECT 1 FROM claims_claim WHERE state <> 'paid' LIMIT 1")
    if open_claims or runs("WHERE kind = 'pay_out' AND state <> 'closed'"):
        return False
    kept = {each.key for each in bank.payments() if each.state == "paid"}
    return kept == {row[0] for row in select("SELECT key FROM claims_claim")}


def apply_for(waiting: list[str], count: int) -> None:
    """Some more of the lines apply, in the window of theirs."""
    with relief.at(relief.IN_TIME):
        for _ in range(count):
            if waiting:
                relief.applied(waiting.pop())
    check_accounts()


def mend() -> None:
    """Whose money came back names the account again, and it is right this time."""
    found = select("SELECT receipt_number, line_id FROM claims_claim WHERE state = 'returned'")
    with relief.at(relief.IN_TIME):
        for receipt, line in found:
            correct_account(
                relief.call_centre(), receipt, "004", relief.number_of(line), relief.ANYBODY
            )
    check_accounts()


def check_accounts() -> None:
    """The bank is asked here; workers, who have no address of it, put off what they come upon."""
    while relief.advanced(relief.EveryAccount(LINES)):
        pass


def agree() -> None:
    """Two persons agree on what is checked; a worker carries it out."""
    one = agent("sujin", Role.PAYMENT_OFFICER)
    for run in runs("WHERE state = 'checked' AND needs_release"):
        with suppress(MakegoodError):
            made = propose_release(one, run.run_id, "totals as agreed")
            approve(made.proposal_id, by=agent("minho", Role.REMEDIATION_APPROVER).actor)


def compare_with_bank(bank: FakeBank, lines: list[str]) -> None:
    booked = bank.payments()
    assert bank.repetitions() == []
    paid = Counter(each.key for each in booked if each.state == "paid")
    assert set(paid.values()) == {1}
    claims = select("SELECT key, line_id, state, amount FROM claims_claim")
    assert sorted(line for _, line, _, _ in claims) == lines
    assert {state for _, _, state, _ in claims} == {"paid"}
    assert {key for key, *_ in claims} == paid.keys()
    verified = verify_ledger(relief.NAME)
    assert verified.findings == ()
    money = sum(each.amount for each in booked if each.state == "paid")
    found = balances(relief.NAME)
    assert amount_in(found, Account.PAID) == money == sum(amount for *_, amount in claims)
    assert amount_in(found, Account.APPROVED) == amount_in(found, Account.RETURNED) == 0
    ours = runs("WHERE kind = 'pay_out'")
    assert sum(run.done_total for run in ours) == money
    assert {run.state for run in ours} == {RunState.CLOSED}
