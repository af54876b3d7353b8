"""A quote is given: decided, worded, signed and kept in one act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import transaction

from makegood.kernel import Finding, MakegoodError
from makegood.redress.quotes.content import Quote, read_quote, text_of
from makegood.redress.quotes.keeping import keep, keep_once
from makegood.redress.quotes.others import without_others
from makegood.redress.quotes.signing import forget_signing_key, last_signing_key, signing_key
from makegood.redress.serving import LineStanding, customer_of, decision_of, programme_in_force
from makegood.trust.access import Visitor, permit, permitted
from makegood.trust.audit import canonical, entry_values
from makegood.trust.clock import now
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind

if TYPE_CHECKING:
    from makegood.decisions import Explainer, LineDecision
    from makegood.programmes import Programme
    from makegood.trust.audit import Json

WAYS_THROUGH = ("web", "call_centre", "shop", "console")
"""Through what a quote may be shown."""

_TRIES = 5


def give_quote(
    visitor: Visitor,
    programme_name: str,
    line_id: str,
    language: str,
    through: str,
    *,
    purpose: str = Purpose.CUSTOMER_REQUEST,
    case: str = "",
) -> Quote:
    """What is due for a line now, in words, signed and kept as it was shown.

    What somebody else has applied for, or has as their choice, is not in it.
    Raises Refused MG770, MakegoodError MG616 for a language that the programme does not speak,
    MG835 for a channel that is none, and further as ``decision_of`` and ``permit``.
    """
    programme = programme_in_force(programme_name)
    _expect(programme, language, through)
    key = signing_key()
    with transaction.atomic():
        quote_id = uuid4()
        permit(
            visitor,
            Act.QUOTE,
            Resource(ResourceKind.CUSTOMER, customer_of(line_id)),
            purpose=purpose,
            case=case,
            kind="quote.shown",
            details={"quote": str(quote_id), "programme": programme_name, "through": through},
        )
        standing = without_others(decision_of(programme_name, line_id))
        words = words_of(standing, language)
        shown = Shown(quote_id, standing, language, through, visitor.actor, now())
        quote = read_quote(key.sign(shown.text(words)).render(), words)
        keep(quote)
    return quote


def give_quote_once(
    visitor: Visitor,
    standing: LineStanding,
    language: str,
    through: str,
    *,
    purpose: str = Purpose.CUSTOMER_REQUEST,
    case: str = "",
) -> bool:
    """Keep a quote of what is shown of a line, unless its customer has one by version and snapshot.

    ``standing`` has the measures that were shown as the customer's; one that promises less than
    these is not the one. With its entry in the log, by one statement; whether it is new. The same
    facts by the same text promise the same. Two at once may both be kept, and both say the same.
    Raises as ``give_quote``, but for MG771.
    """
    _expect(standing.programme, language, through)
    shown = Shown(uuid4(), standing, language, through, visitor.actor, now())
    entry = permitted(
        visitor,
        Act.QUOTE,
        Resource(ResourceKind.CUSTOMER, standing.customer_id),
        purpose=purpose,
        case=case,
        kind="quote.shown",
        details={
            "quote": str(shown.quote_id),
            "programme": standing.programme.identifier,
            "through": through,
        },
    )
    text = shown.text(words_of(standing, language))
    values = shown.values() | entry_values(entry)
    for _ in range(_TRIES):
        signer, key = last_signing_key()
        done = keep_once(values | {"note": key.sign(text).render(), "signer": signer})
        if done is not None:
            return done
        # Another key signs by now.
        forget_signing_key()
    raise RuntimeError("the log's key is renewed faster than a quote is signed")


@dataclass(frozen=True, slots=True)
class Shown:
    """All that a quote says, before it is signed."""

    quote_id: UUID
    standing: LineStanding
    language: str
    through: str
    actor: str
    at: datetime

    def text(self, words: Mapping[str, str]) -> str:
        """What is signed."""
        standing = self.standing
        content: dict[str, Json] = {
            "quote": str(self.quote_id),
            "programme": standing.programme.identifier,
            "programme_sha256": standing.programme.sha256,
            "snapshot_sha256": standing.snapshot_sha256,
            "as_of": standing.as_of.isoformat(),
            "line": standing.line_id,
            "customer": standing.customer_id,
            "decisions": {each.measure: _plain(each) for each in standing.decisions},
            "language": self.language,
            "words_sha256": sha256(canonical(words)).hexdigest(),
            "shown_at": self.at.isoformat(),
            "through": self.through,
            "visitor": self.actor,
        }
        return text_of(content)

    def values(self) -> dict[str, object]:
        """The parameters by which it is kept."""
        return {
            "quote_id": self.quote_id,
            "programme": self.standing.programme.identifier,
            "line_id": self.standing.line_id,
            "customer": f',"customer":"{self.standing.customer_id}",',
            "measures": [each.measure for each in self.standing.decisions],
            "shown_at": self.at,
            "programme_sha256": self.standing.programme.sha256,
            "snapshot_sha256": self.standing.snapshot_sha256,
        }


def words_of(standing: LineStanding, language: str) -> Mapping[str, str]:
    """By measure what a customer is told, in one language."""
    explainer = explainer_of(standing.programme, language)
    return {
        decision.measure: explainer.of(decision, standing.values).text
        for decision in standing.decisions
    }


def explainer_of(programme: Programme, language: str) -> Explainer:
    """The explainer of a programme in a language, made once: a page and its quote say the same.

    Words are made from codes and facts: where bases are read from makes no difference.
    """
    from makegood.decisions import Explainer, LineDecider

    known = _explainers(programme.sha256, language)
    if not known:
        known.append(Explainer(LineDecider(programme), language))
    return known[0]


@lru_cache(maxsize=16)
def _explainers(programme_sha256: str, language: str) -> list[Explainer]:  # noqa: ARG001
    """A place for the explainer of a text in a language."""
    return []


def _plain(decision: LineDecision) -> Mapping[str, Json]:
    meaning = decision.meaning
    return {
        "code": decision.code,
        "disposition": meaning.disposition.value,
        "way": meaning.way.value if meaning.way else "",
        "reason": meaning.reason,
        "amount": decision.amount,
        "missing": list(decision.missing),
    }


def _expect(programme: Programme, language: str, through: str) -> None:
    if language not in programme.languages:
        hint = f"it speaks {', '.join(programme.languages)}"
        raise MakegoodError(Finding("MG616", f"the programme does not speak '{language}'", hint))
    if through not in WAYS_THROUGH:
        hint = f"one of {', '.join(WAYS_THROUGH)}"
        raise MakegoodError(Finding("MG835", f"nobody comes through '{through}'", hint))
