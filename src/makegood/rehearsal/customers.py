"""Customers act, and staff for them: through the product's own functions, as who they are."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from makegood.kernel import MakegoodError
from makegood.rehearsal.accounts import Accounts
from makegood.rehearsal.cast import Act, in_hours
from makegood.rehearsal.draws import Draws
from makegood.rehearsal.staff import Staff, customer
from makegood.rehearsal.standings import Standings
from makegood.rehearsal.story import Deed, Story
from makegood.rehearsal.world import World
from makegood.trust.access import Visitor

if TYPE_CHECKING:
    from makegood.programmes import Programme
    from makegood.redress.claims import Application, Claim

_MENDED_HOURS = 60
_LISTED = 10_000


@dataclass(slots=True)
class Customers:
    """Everybody who does something, in the order in which they do it."""

    programme: Programme
    world: World
    standings: Standings
    story: Story
    staff: Staff
    accounts: Accounts
    draws: Draws
    _waiting: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _number: int = 0
    _seen: set[tuple[str, int, bool]] = field(default_factory=set)

    # --- The order of acts ---

    def plan(self, acts: Iterable[Act], *, not_before: datetime) -> None:
        """What is going to be done, from an instant on; their accounts are opened."""
        listed = [replace(act, at=max(act.at, not_before)) for act in acts]
        self.accounts.know(act.line_id for act in listed)
        for act in sorted(listed):
            self._push(act)

    def _push(self, act: Act) -> None:
        self._number += 1
        heapq.heappush(self._waiting, (act.at, self._number, act))

    def next_at(self) -> datetime | None:
        """When the next of them does something."""
        return self._waiting[0][0] if self._waiting else None

    def take_until(self, at: datetime) -> Iterable[Act]:
        """What is done until an instant, one after the other."""
        while self._waiting and self._waiting[0][0] <= at:
            yield heapq.heappop(self._waiting)[2]

    # --- The acts ---

    def do(self, act: Act) -> None:
        """Do it. What the program refuses for a reason that can be told is part of the story."""
        doers: dict[str, Callable[[Act], None]] = {
            "look_up": self._look_up,
            "apply": self._apply,
            "apply_at_once": self._apply_at_once,
            "withdraw": self._withdraw,
            "choose": self._choose,
            "coupon": self._coupon,
            "correct": self._correct,
        }
        try:
            doers[act.what](act)
        except MakegoodError as error:
            code = error.findings[0].code
            self.story.refused[code] += 1
            self.story.tell(Deed(act.at, act.measure, act.line_id, "refused", f"{act.what} {code}"))
            if code == "MG842":
                opens = self.programme.measures[act.measure].section.claim
                early = opens is not None and act.at < opens.since
                self.story.survived["too_early" if early else "too_late"] += 1

    def _visitor(self, act: Act, through: str = "") -> Visitor:
        through = through or act.through
        if through == "web":
            return customer(self.world.customer_of(act.line_id))
        return self.staff.visitor({"call_centre": "call-centre"}.get(through, through))

    def _case(self, act: Act) -> str:
        return "" if act.through == "web" else f"CASE-{act.line_id}"

    def _look_up(self, act: Act) -> None:
        from makegood.redress.quotes import give_quote

        language = self.programme.languages[0]
        name = self.programme.identifier
        give_quote(
            self._visitor(act), name, act.line_id, language, act.through, case=self._case(act)
        )
        self.story.tell(Deed(act.at, act.measure, act.line_id, "looked_up", act.through))

    def _application(self, act: Act, through: str = "") -> Application:
        from makegood.redress.claims import Application

        measure = self.programme.measures[act.measure].section
        to_account = measure.refund is not None and measure.refund.to == "bank_account"
        bank, number, holder = self._account(act) if to_account else ("", "", "")
        word, _ = self.standings.of(act.measure, act.at.date(), [act.line_id])[act.line_id]
        document = f"DOC-{act.line_id}" if word in ("with_document", "undetermined") else ""
        return Application(
            self.programme.identifier,
            act.measure,
            act.line_id,
            through or act.through,
            bank_code=bank,
            account_number=number,
            account_holder=holder,
            document=document,
        )

    def _account(self, act: Act) -> tuple[str, str, str]:
        """The account that is given: one's own, one that is not there, or somebody else's."""
        one = self.world.customer_of(act.line_id)
        holder = self.accounts.holder(one)
        match act.detail:
            case "unknown":
                self.story.survived["mistyped"] += 1
                return "004", f"99{int(one[1:]):010d}", holder
            case "others":
                self.story.survived["mistyped"] += 1
                other = f"C{int(one[1:]) + 1_000_000_000:08d}"
                account = ("088", f"77{int(one[1:]):010d}")
                self.accounts.outside.open_accounts([(*account, f"Other {other[-4:]}")])
                return (*account, holder)
            case "second":
                return (*self.accounts.number(one, 1), holder)
        return (*self.accounts.number(one), holder)

    def _apply(self, act: Act) -> None:
        from makegood.redress.claims import submit

        receipt = submit(self._visitor(act), self._application(act), case=self._case(act))
        self._applied(act, act.through, receipt.is_new)

    def _applied(self, act: Act, through: str, is_new: bool) -> None:  # noqa: FBT001
        what = "applied" if is_new else "applied_again"
        self.story.tell(Deed(act.at, act.measure, act.line_id, what, through))
        if is_new:
            kind = act.detail if act.detail in ("unknown", "others") else "own"
            self.story.tell(Deed(act.at, act.measure, act.line_id, "account", kind))

    def _apply_at_once(self, act: Act) -> None:
        """The same application through two channels in the same moment."""
        from django.db import connections

        from makegood.redress.claims import submit

        claim = self.programme.measures[act.measure].section.claim
        ways = [str(way) for way in claim.through] if claim else []
        hour = act.at
        others = [way for way in ways if way != act.through and in_hours(hour, way)]
        if not others:
            self._apply(act)
            return
        both = (act.through, others[0])
        barrier = Barrier(2)
        news: list[tuple[str, bool, str]] = []
        failures: list[MakegoodError] = []

        def once(through: str) -> None:
            try:
                visitor, application = self._visitor(act, through), applications[through]
                barrier.wait()
                receipt = submit(visitor, application, case=f"CASE-{act.line_id}")
                news.append((through, receipt.is_new, receipt.receipt_number))
            except MakegoodError as error:
                failures.append(error)
            finally:
                connections.close_all()

        applications = {through: self._application(act, through) for through in both}
        threads = [Thread(target=once, args=(through,)) for through in both]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.story.survived["twice"] += 1
        if failures and not news:
            raise failures[0]
        made = [through for through, is_new, _ in news if is_new]
        # Which of the two was first is chance of the machine; the story names the first planned.
        if made:
            self._applied(act, act.through, is_new=True)
        for _ in range(len(news) - bool(made)):
            self._applied(act, both[1], is_new=False)
        if len({number for _, _, number in news}) > 1:
            self.story.tell(Deed(act.at, act.measure, act.line_id, "two_claims", ""))

    def _standing_claim(self, act: Act) -> Claim | None:
        from makegood.redress.claims import ClaimState, claims_of

        for claim in claims_of(act.line_id):
            if claim.measure == act.measure and claim.state is not ClaimState.WITHDRAWN:
                return claim
        return None

    def _withdraw(self, act: Act) -> None:
        from makegood.redress.claims import withdraw

        claim = self._standing_claim(act)
        if claim is not None:
            withdraw(self._visitor(act), claim.receipt_number, case=self._case(act))
            self.story.tell(Deed(act.at, act.measure, act.line_id, "withdrawn", act.through))

    def _correct(self, act: Act) -> None:
        from makegood.redress.claims import correct_account

        claim = self._standing_claim(act)
        if claim is None:
            return
        bank, number, holder = self._account(act)
        correct_account(
            self._visitor(act), claim.receipt_number, bank, number, holder, case=self._case(act)
        )
        self.story.tell(Deed(act.at, act.measure, act.line_id, "corrected", act.through))

    def _choose(self, act: Act) -> None:
        from makegood.redress.choices import choose

        name = self.programme.identifier
        case = self._case(act)
        choose(
            self._visitor(act), name, act.measure, act.line_id, act.detail, act.through, case=case
        )
        self.story.tell(Deed(act.at, act.measure, act.line_id, "chose", act.detail))

    def _coupon(self, act: Act) -> None:
        from makegood.redress.choices import take_coupon

        name, number = self.programme.identifier, int(act.detail)
        case = self._case(act)
        take_coupon(
            self._visitor(act), name, act.measure, number, act.line_id, act.through, case=case
        )
        self.story.tell(Deed(act.at, act.measure, act.line_id, "coupon", act.detail))

    # --- What follows from what they are told ---

    def hear(self, at: datetime) -> None:
        """Whoever is told that an account was refused, or that money came back, puts it right."""
        from makegood.redress.claims import ClaimState, claims
        from makegood.redress.claims import Reason as Why

        name = self.programme.identifier
        for claim in [
            # Apart: many are refused for good, and must not push the others out of the list.
            *claims(name, states=[ClaimState.RETURNED], limit=_LISTED),
            *claims(name, states=[ClaimState.REFUSED], limit=_LISTED),
        ]:
            account = claim.reason in {Why.ACCOUNT_NOT_FOUND, Why.HOLDER_DIFFERS}
            returned = claim.state is ClaimState.RETURNED
            # What was refused and put right may come back all the same: that is heard, too.
            seen = (claim.receipt_number, claim.attempt, returned)
            if seen in self._seen or not (account or returned) or not claim.has_account:
                continue
            self._seen.add(seen)
            if returned:
                deed = Deed(at, claim.measure, claim.line_id, "told_returned", str(claim.attempt))
                self.story.tell(deed)
            line = claim.line_id
            if not self.draws.chance(900, "mends", line, claim.attempt):
                continue
            hours = 2 + self.draws.below(_MENDED_HOURS, "mends when", line, claim.attempt)
            when = at + timedelta(hours=hours)
            when = when.replace(hour=10 + when.hour % 9)
            what = "second" if returned and claim.attempt % 2 else "own"
            self._push(Act(max(when, at), line, claim.measure, "correct", "web", what))

    # --- What persons decide ---

    def decide_waiting(self, at: datetime) -> int:
        """Supervisors decide: two of them approve late ones, one refuses the others."""
        from makegood.redress.claims import Waits, claims, decide, propose_amount

        done = 0
        for claim in claims(self.programme.identifier, is_waiting=True, limit=_LISTED):
            case = f"CASE-{claim.line_id}"
            if claim.waits_for.partition(",")[0] in (Waits.LATE, Waits.OTHER_NAME) and claim.amount:
                made = propose_amount(
                    self.staff.visitor("supervisor"),
                    claim.receipt_number,
                    claim.amount,
                    "the document shows it",
                    case=case,
                )
                self.staff.approve("second-supervisor", made.proposal_id)
                decide(
                    self.staff.visitor("supervisor"), claim.receipt_number, approve=True, case=case
                )
                what = "approved"
            else:
                decide(
                    self.staff.visitor("supervisor"),
                    claim.receipt_number,
                    approve=False,
                    words="the facts cannot be shown",
                    case=case,
                )
                what = "turned_down"
            self.story.tell(Deed(at, claim.measure, claim.line_id, what))
            done += 1
        return done


def local(at: datetime, zone: str) -> datetime:
    """An instant as the programme's zone has it, without the zone."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def instant(at: datetime, zone: str) -> datetime:
    """A local moment as an instant."""
    return at.replace(tzinfo=ZoneInfo(zone))
