"""The channels of an installation, by their names."""

from __future__ import annotations

from makegood.channels.contract import Channel, ChannelName
from makegood.configuration import Settings


def channel_named(name: ChannelName, settings: Settings) -> Channel:
    """The channel of this name, as the installation is set up.

    Raises MakegoodError MG801 where a setting that it needs is missing.
    """
    # Each is loaded only where it is used: no command waits for the libraries of the others.
    match name:
        case ChannelName.PROVISIONING if settings.provisioning_url:
            from makegood.channels.web import WebChannel

            return WebChannel(settings)
        case ChannelName.PROVISIONING | ChannelName.BILLING | ChannelName.INSURER:
            from makegood.channels.exchange import ExchangeChannel

            return ExchangeChannel(name, settings)
        case ChannelName.BANK:
            from makegood.channels.bank import BankChannel

            return BankChannel(settings)
        case ChannelName.SMS:
            from makegood.channels.messages import SmsChannel

            return SmsChannel(settings)
        case ChannelName.MAIL:
            from makegood.channels.messages import MailChannel

            return MailChannel(settings)
        case ChannelName.VOUCHERS:
            from makegood.channels.vouchers import VoucherChannel

            return VoucherChannel(settings)
