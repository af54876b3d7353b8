"""Customers act, and staff for them: through the product's own functions, as who they are."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Barrier, Thread
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from makegood.kernel import MakegoodError
from makegood.rehearsal.accounts import Accounts
from makegood.rehearsal.cast import Act
from makegood.rehearsal.draws import Draws
from makegood.rehearsal.hours import in_hours
from makegood.rehearsal.staff import Staff, customer
from makegood.rehearsal.standings import Standings
from makegood.rehearsal.story import Deed, Story
from makegood.rehearsal.world import World
from makegood.trust.access import Visitor

if TYPE_CHECKING:
    from makegood.programmes import Programme
    from makegood.redress.claims import Application, Claim


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
    held_against: set[tuple[str, int]] = field(default_factory=set)
    heard: set[tuple[str, int, bool]] = field(default_factory=set)
    objected: set[str] = field(default_factory=set)

    # --- The order of acts ---

    def plan(self, acts: Iterable[Act], *, not_before: datetime) -> None:
        """What is going to be done, from an instant on; their accounts are opened."""
        listed = [replace(act, at=max(act.at, not_before)) for act in acts]
        self.accounts.know(act.line_id for act in listed)
        for act in sorted(listed):
            self.push(act)

    def push(self, act: Act) -> None:
        """One more act is going to be done."""
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
            "object": self._object,
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
            account_document=self._account_document(act) if to_account else "",
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
            case "guardian" | "guardian_bare":
                return self.accounts.guardian(one)
            case "second":
                return (*self.accounts.number(one, 1), holder)
        return (*self.accounts.number(one), holder)

    def _account_document(self, act: Act) -> str:
        """What shows why the account is in another name, where it is handed in."""
        return f"FAM-{act.line_id}" if act.detail == "guardian" else ""

    def _apply(self, act: Act) -> None:
        from makegood.redress.claims import submit

        receipt = submit(self._visitor(act), self._application(act), case=self._case(act))
        self._applied(act, act.through, receipt.is_new)

    def _applied(self, act: Act, through: str, is_new: bool) -> None:  # noqa: FBT001
        what = "applied" if is_new else "applied_again"
        self.story.tell(Deed(act.at, act.measure, act.line_id, what, through))
        if is_new:
            kind = act.detail or "own"
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
        failures: list[Exception] = []

        def once(through: str) -> None:
            try:
                visitor, application = self._visitor(act, through), applications[through]
                barrier.wait()
                receipt = submit(visitor, application, case=f"CASE-{act.line_id}")
                news.append((through, receipt.is_new, receipt.receipt_number))
            except Exception as error:  # a thread has nobody else to tell
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
        unexpected = [each for each in failures if not isinstance(each, MakegoodError)]
        if unexpected or (failures and not news):
            raise [*unexpected, *failures][0]
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
            self._visitor(act),
            claim.receipt_number,
            bank,
            number,
            holder,
            account_document=self._account_document(act),
            case=self._case(act),
        )
        self.story.tell(Deed(act.at, act.measure, act.line_id, "corrected", act.detail))

    def _object(self, act: Act) -> None:
        from makegood.redress.claims import object_to

        claim = self._standing_claim(act)
        if claim is not None:
            words = "the customer says that it is otherwise"
            object_to(self._visitor(act), claim.receipt_number, words, case=self._case(act))
            self.story.tell(Deed(act.at, act.measure, act.line_id, "objected", act.through))

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


def local(at: datetime, zone: str) -> datetime:
    """An instant as the programme's zone has it, without the zone."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def instant(at: datetime, zone: str) -> datetime:
    """A local moment as an instant."""
    return at.replace(tzinfo=ZoneInfo(zone))
