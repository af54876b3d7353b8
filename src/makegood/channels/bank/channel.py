"""The bank as a channel: files out and in, and enquiries where the bank takes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from makegood.channels.bank import enquiry, sending
from makegood.channels.bank.csv_template import CsvTemplate, load_template
from makegood.channels.bank.exchange_folder import ExchangeFolder
from makegood.channels.bank.incoming import arrived, put_away, remove_old
from makegood.channels.bank.payments import Debtor
from makegood.channels.bank.problems import Unreachable, missing_setting
from makegood.channels.bank.sent import is_heard_of
from makegood.channels.bank.web import is_set_up
from makegood.channels.contract import AtAnyHour, ChannelName, Incoming, Shipment, Taken
from makegood.channels.exchange import not_taken
from makegood.configuration import Settings
from makegood.kernel import Finding
from makegood.trust.clock import now


class BankChannel(AtAnyHour):
    """Pay-outs as ISO 20022 files in the exchange folder of the bank."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = ExchangeFolder(settings)
        self._findings: list[Finding] = []

    @property
    def name(self) -> ChannelName:
        """Which channel it is."""
        return ChannelName.BANK

    def send(self, shipment: Shipment) -> str:
        """Place the payment file of a shipment for the bank to fetch; its SHA-256.

        A message that was placed before is not placed again, so that is harmless. Raises NotSent
        (MG810 to MG814, MG819) where nothing left the house.
        """
        fetched = self._settings.bank_fetches
        return sending.send(self._folder, shipment, self._debtor(), self._template(), fetched)

    def taken(self, shipment: Shipment) -> Taken:
        """Whether the message left the house, and whether the bank has it where it can be asked.

        It has not where no file of it ever got its name; once one has, the other gets its own
        here. It has while its file waits to be fetched, and once an answer spoke of it. Else the
        bank is asked for its first payments; without an address to ask, a file that was fetched
        counts as taken.
        """
        folder, settings = self._folder, self._settings
        if not sending.has_left(folder, shipment):
            return Taken.NO
        sending.finish(folder, shipment)
        if sending.is_waiting(folder, shipment) or not is_set_up(settings):
            return Taken.YES
        if is_heard_of(folder.sent, shipment.message_id):
            return Taken.YES
        try:
            return Taken.YES if enquiry.is_known(settings, folder, shipment) else Taken.UNSURE
        except Unreachable:
            return Taken.UNSURE

    def ask(self, shipment: Shipment, keys: Sequence[str]) -> None:
        """Ask what became of payments. The answers come in as files.

        Nobody is asked while the file waits to be fetched; ``findings`` tells of it. Raises
        Unreachable (MG817, MG818) where the bank does not say.
        """
        enquiry.ask(self._settings, self._folder, shipment, keys)

    def incoming(self) -> Iterator[Incoming]:
        """What came in and is not put away, oldest first; what cannot be read is set aside."""
        remove_old(self._settings, self._folder)
        return arrived(self._settings, self._folder, self._template(), self._findings.append)

    def put_away(self, incoming: Incoming) -> None:
        """It was applied and committed: into ``done``. Again is harmless."""
        put_away(incoming, self._folder)

    def findings(self) -> list[Finding]:
        """Why files were set aside since this channel was made, and what the bank leaves lying.

        A payment file lies too long once its payments would be asked about.
        """
        before = now() - timedelta(hours=self._settings.answer_hours[self.name])
        waiting = sending.not_fetched(self._folder)
        late = {each: at for each, at in waiting.items() if at <= before}
        found = [not_taken(late, self._settings.zone)] if late else []
        return [*self._findings, *found]

    def _debtor(self) -> Debtor:
        settings = self._settings
        account = settings.bank_debtor_account
        given = {
            "bank_debtor_name": settings.bank_debtor_name.strip(),
            "bank_debtor_bank": settings.bank_debtor_bank,
            "bank_debtor_account": account.get_secret_value().strip() if account else "",
        }
        if missing := [name for name, value in given.items() if not value]:
            raise missing_setting(*missing)
        return Debtor(*given.values())

    def _template(self) -> CsvTemplate | None:
        path = self._settings.bank_csv_template
        return load_template(path) if path else None
