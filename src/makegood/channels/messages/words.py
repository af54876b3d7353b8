"""What a shipment says about its message: which template, and the values that all items share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from makegood.channels.contract import Shipment
from makegood.channels.messages.problems import contradictory
from makegood.channels.messages.quiet_hours import evening_of, may_leave_at
from makegood.kernel import Currency, MakegoodError
from makegood.programmes import (
    OF_AN_ITEM,
    MessageTemplates,
    Programme,
    Rendered,
    SentBy,
    Template,
    common_values,
    date_text,
    option_titles,
    parsed_messages,
)

_VALUE = "value."
_OPTION = "option."


def message_texts(
    programme: Programme,
    messages: MessageTemplates,
    template: Template,
    measure: str,
    *,
    says: str = "",
    language: str = "",
    values: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """What ``Shipment.texts`` of messages holds: templates, template, language, zone, values.

    ``says`` is what the notice says; ``values`` are others that all items share, as ``reason``.
    The language is the programme's leading one where none is given.
    """
    language = language or programme.languages[0]
    texts = {
        "templates": messages.text,
        "template": template.name,
        "language": language,
        "time_zone": programme.section.time_zone,
    }
    common = common_values(programme, measure, language, says) | dict(values or {})
    texts |= {f"{_VALUE}{name}": value for name, value in common.items()}
    if measure:
        titles = option_titles(programme.measures[measure], language)
        texts |= {f"{_OPTION}{name}": title for name, title in titles.items()}
    return texts


@dataclass(frozen=True, slots=True)
class Words:
    """A shipment's message: its template, language, zone, and the values that all items share."""

    template: Template
    language: str
    zone: ZoneInfo
    common: Mapping[str, str]
    options: Mapping[str, str]
    currency: Currency

    @classmethod
    def of(cls, shipment: Shipment, by: SentBy) -> Words:
        """Those of a shipment. Raises MakegoodError MG823 where they are not whole."""
        texts = shipment.texts
        try:
            template = parsed_messages(texts["templates"]).templates[texts["template"]]
            language, zone = texts["language"], ZoneInfo(texts["time_zone"])
            names = template.names(language)
        except (KeyError, ValueError, MakegoodError) as error:
            raise contradictory(shipment.message_id, "its template cannot be read") from error
        if by not in template.by:
            raise contradictory(shipment.message_id, f"its template does not go out by {by}")
        common = _beginning(texts, _VALUE)
        common.setdefault("pay_on", date_text(shipment.due_on, language))
        missing = names - OF_AN_ITEM - common.keys()
        if missing:
            why = f"it has no value for {', '.join(sorted(missing))}"
            raise contradictory(shipment.message_id, why)
        currency = Currency(shipment.currency, shipment.minor_digits)
        return cls(template, language, zone, common, _beginning(texts, _OPTION), currency)

    def rendered(self, code: str, amount: int, detail: str) -> Rendered:
        """One item's message. ``detail`` is the receipt number, or of a pass the option."""
        return self.template.render(
            self.language,
            {
                **self.common,
                "code": code,
                "amount": self.currency.text(amount, self.language),
                "receipt": detail,
                "option": self.options.get(detail, detail),
            },
        )

    def without_personal_parts(self) -> Rendered:
        """The message with names in braces wherever items differ: what a code confirms."""
        return self.template.render(
            self.language, {**self.common, **{name: f"{{{name}}}" for name in OF_AN_ITEM}}
        )

    def quiet_until(self, moment: datetime) -> datetime:
        """When it may leave, from ``moment`` on."""
        template = self.template
        return may_leave_at(
            moment, self.zone, advertising=template.advertising, urgent=template.urgent
        )

    def deliver_until(self, moment: datetime) -> datetime | None:
        """Until when it may be delivered, of what leaves at ``moment``; None: at any hour."""
        if self.template.urgent and not self.template.advertising:
            return None
        return evening_of(moment, self.zone)


def _beginning(texts: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {
        name.removeprefix(prefix): value for name, value in texts.items() if name.startswith(prefix)
    }
