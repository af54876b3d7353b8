"""What a key of a measure in a programme's file is called, such as ``uplift.percent``."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_ANY = "*"
LANGUAGES: Mapping[str, Promise] = {
    "ko": gettext_lazy("Korean"),
    "en": gettext_lazy("English"),
    "fr": gettext_lazy("French"),
}
"""The languages in which a programme may speak, for people."""
_KEYS: Mapping[str, Promise] = {
    "title": gettext_lazy("name of the measure"),
    "promise": gettext_lazy("what is promised, in words"),
    "base": gettext_lazy("base population"),
    "for": gettext_lazy("whom it is for"),
    "automatic": gettext_lazy("who gets it without an application"),
    "except": gettext_lazy("exclusions"),
    "except.*.because": gettext_lazy("words of an exclusion"),
    "claim": gettext_lazy("application"),
    "claim.from": gettext_lazy("start of applications"),
    "claim.to": gettext_lazy("end of applications"),
    "claim.through": gettext_lazy("ways of applying"),
    "claim.by": gettext_lazy("who applies"),
    "claim.document": gettext_lazy("document of the application"),
    "late": gettext_lazy("late applications"),
    "late.for": gettext_lazy("who may apply late"),
    "late.because": gettext_lazy("words about late applications"),
    "late.document": gettext_lazy("document of a late application"),
    "late.pay_within_days": gettext_lazy("days to pay a late application"),
    "remind": gettext_lazy("days of reminders"),
    "budget": gettext_lazy("budget"),
    "by_day": gettext_lazy("day by which it is reckoned"),
    "refund": gettext_lazy("refund"),
    "refund.amount": gettext_lazy("amount of the refund"),
    "refund.to": gettext_lazy("way of the refund"),
    "refund.bill": gettext_lazy("month of the bill"),
    "refund.bill_by": gettext_lazy("last month of the bill"),
    "refund.account": gettext_lazy("rules of the account"),
    "refund.pay": gettext_lazy("days of payment"),
    "refund.not_refunded": gettext_lazy("what is not refunded"),
    "grant": gettext_lazy("monthly grant"),
    "grant.quantity": gettext_lazy("quantity of the grant"),
    "grant.unit": gettext_lazy("unit of the grant"),
    "grant.first_month": gettext_lazy("first month"),
    "grant.months": gettext_lazy("number of months"),
    "uplift": gettext_lazy("more of a product"),
    "uplift.percent": gettext_lazy("how much more, in percent"),
    "uplift.of": gettext_lazy("of what there is more"),
    "uplift.from": gettext_lazy("first day"),
    "uplift.until": gettext_lazy("last day"),
    "choice": gettext_lazy("choice"),
    "choice.options": gettext_lazy("options of the choice"),
    "choice.options.*.title": gettext_lazy("name of an option"),
    "choice.options.*.pool": gettext_lazy("pool of codes of an option"),
    "choice.months": gettext_lazy("number of months"),
    "choice.choose_from": gettext_lazy("start of choosing"),
    "choice.choose_until": gettext_lazy("end of choosing"),
    "discount": gettext_lazy("discount"),
    "discount.amount": gettext_lazy("amount of the discount"),
    "discount.bill": gettext_lazy("month of the bill"),
    "discount.bill_by": gettext_lazy("last month of the bill"),
    "discount.first_month": gettext_lazy("first month"),
    "discount.months": gettext_lazy("number of months"),
    "discount.slots": gettext_lazy("days of the month"),
    "discount.offers": gettext_lazy("offers of partners"),
    "discount.offers.partner": gettext_lazy("partner of an offer"),
    "discount.offers.offer": gettext_lazy("what a partner offers"),
    "discount.offers.from": gettext_lazy("first day of an offer"),
    "discount.offers.until": gettext_lazy("last day of an offer"),
    "discount.offers.use_by": gettext_lazy("last day of use"),
    "discount.offers.cap": gettext_lazy("most that an offer gives"),
    "discount.offers.pool": gettext_lazy("pool of codes of an offer"),
    "cover": gettext_lazy("cover"),
    "cover.against": gettext_lazy("what is covered"),
    "cover.months": gettext_lazy("number of months"),
    "cover.insurer": gettext_lazy("insurer of the cover"),
    "cover.from": gettext_lazy("first day"),
}


def key_words(key: str) -> str:
    """A key of a measure in the page's words; of one that has none, that of which it is a part.

    Items of lists are numbered: ``discount.offers.0.cap``. A text's language is named with it.
    """
    parts = tuple(part for part in key.split(".") if not part.isdigit())
    spoken = LANGUAGES.get(parts[-1]) if len(parts) > 1 else None
    for length in range(len(parts), 0, -1):
        known = _KEYS.get(".".join(parts[:length])) or _named(parts[:length])
        if known is not None:
            return f"{known} ({spoken})" if spoken else str(known)
    return _("another entry")


def _named(parts: tuple[str, ...]) -> Promise | None:
    """The same for keys below names that the file's author gives, of exclusions and options."""
    for at in range(1, len(parts) - 1):
        if words := _KEYS.get(".".join((*parts[:at], _ANY, *parts[at + 1 :]))):
            return words
    return None
