"""What is looked at for the overview: one question each, in the order in which it is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from makegood.cases import cases
from makegood.channels.vouchers import pools
from makegood.kernel import MakegoodError, Rounding, divide
from makegood.ledger import OWED, Account, amount_in, balances
from makegood.operations.chosen import Chosen, programme_names
from makegood.operations.claims.lacking import undetermined_count
from makegood.operations.reading import at_text
from makegood.operations.rights import ask_for_figures, ask_to_read
from makegood.redress.claims import open_counts
from makegood.redress.serving import programme_in_force
from makegood.runs import attention, known_decisions, standing_troubles
from makegood.trust.audit import Selection, entries, newest_checkpoint
from makegood.trust.clock import now
from makegood.trust.policy import Act, Purpose, ResourceKind
from makegood.trust.proposals import State, proposals
from makegood.trust.staff import visitor_of

_LISTED_MAX = 1_000
_VERIFY_DAYS = 31
_PERCENT = 100
_NEARLY_PERCENT = 90


@dataclass(frozen=True, slots=True)
class Need:
    """A number with its words and the page behind it; ``is_wanted``: somebody has to act."""

    words: str
    count: str
    address: str
    is_wanted: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: for whom it is, by their acts, and what it gives."""

    acts: tuple[Act, ...]
    read: Callable[[HttpRequest], list[Need]]


def _need(words: str, count: int, address: str) -> Need:
    return Need(words, f"{count:,}", address, count > 0)


def _proposals(request: HttpRequest) -> list[Need]:
    ask_to_read(request, Act.READ_PROPOSALS, ResourceKind.PROPOSAL)
    count = len(proposals(State.OPEN, limit=_LISTED_MAX))
    return [
        _need(_("proposals that wait for an answer"), count, f"{reverse('proposals')}?state=open")
    ]


def _runs(request: HttpRequest) -> list[Need]:
    ask_to_read(request, Act.READ_RUNS, ResourceKind.RUN, details={"what": "overview"})
    found, address = attention(), reverse("runs")
    return [
        _need(_("runs that wait for their release"), found.to_release, f"{address}?state=checked"),
        _need(_("stopped runs"), found.stopped, f"{address}?state=stopped"),
        _need(_("runs that are held"), found.paused, address),
        _need(_("items that failed or came back"), found.failed_items, address),
        _need(_("items sent that have no end yet"), found.open_items, f"{address}?state=sent"),
        _need(
            _("things that go wrong in the work"), len(standing_troubles()), f"{address}#troubles"
        ),
    ]


def _claims(request: HttpRequest) -> list[Need]:
    ask_for_figures(request, what="overview")
    found, address = open_counts(), reverse("open_claims")
    return [
        _need(_("applications that wait for persons"), sum(found.waiting.values()), address),
        _need(_("payments that came back"), found.returned, f"{address}?which=returned"),
        _need(
            _("payments that contradict themselves"),
            found.contradictory,
            f"{address}?which=contradictory",
        ),
        _need(
            _("applications that are held: the facts lack the line"),
            found.held,
            f"{address}?which=held",
        ),
    ]


def _undetermined(_request: HttpRequest) -> list[Need]:
    found = []
    for about in _programmes():
        try:
            decisions = known_decisions(settings.INSTALLATION, about.programme)
        except MakegoodError:
            continue  # the page itself tells what is wrong
        if decisions is not None:
            address = f"{reverse('undetermined')}?{urlencode({'programme': about.name})}"
            words = _("undetermined lines: %s") % about.title
            found.append(_need(words, undetermined_count(decisions), address))
    return found


def _vouchers(_request: HttpRequest) -> list[Need]:
    low = sum(each.low for each in pools())
    return [_need(_("pools of codes that are low"), low, reverse("vouchers"))]


def _cases(request: HttpRequest) -> list[Need]:
    visitor, purpose = visitor_of(request), Purpose.CLAIM_HANDLING
    overdue = cases(visitor, is_overdue=True, limit=_LISTED_MAX, purpose=purpose)
    return [_need(_("overdue support cases"), len(overdue), reverse("centre:cases"))]


def _money(request: HttpRequest) -> list[Need]:
    found = []
    for about in _programmes():
        budget = about.programme.section.budget
        if not budget:
            continue
        ask_to_read(request, Act.READ_LEDGER, ResourceKind.LEDGER, about.name)
        standing = balances(about.name)
        used = sum(amount_in(standing, account) for account in (*OWED, Account.PAID))
        percent = divide(_PERCENT * max(0, used), budget, Rounding.UP)
        address = f"{reverse('money')}?{urlencode({'programme': about.name})}"
        words = _("of the budget is paid or owed: %s") % about.title
        found.append(Need(words, f"{percent}%", address, percent >= _NEARLY_PERCENT))
    return found


def _log(request: HttpRequest) -> list[Need]:
    ask_to_read(request, Act.VERIFY_LOG, ResourceKind.LOG, details={"what": "overview"})
    verified = next(entries(Selection(kinds=["log.verified"]), newest_first=True), None)
    address = reverse("verify_log")
    if verified is None:
        wanted = newest_checkpoint() is not None
        return [Need(_("the log was never verified as a whole"), "–", address, wanted)]
    is_old = now() - verified.written_at > timedelta(days=_VERIFY_DAYS)
    when = at_text(verified.written_at)
    return [Need(_("the log was last verified as a whole"), when, address, is_old)]


def _programmes() -> list[Chosen]:
    return [Chosen(programme_in_force(name)) for name in programme_names()]


NEEDS = (
    Asked((Act.READ_PROPOSALS,), _proposals),
    Asked((Act.READ_RUNS,), _runs),
    Asked((Act.LIST_CLAIMS,), _claims),
    Asked((Act.READ_RUNS,), _undetermined),
    Asked((Act.READ_RUNS,), _vouchers),
    Asked((Act.READ_CASES,), _cases),
    Asked((Act.READ_LEDGER,), _money),
    Asked((Act.VERIFY_LOG,), _log),
)
"""Everything that is looked at."""

OPERATORS = (Act.READ_RUNS, Act.LIST_CLAIMS, Act.READ_LEDGER, Act.VERIFY_LOG)
"""Who has one of these is led to the overview."""
