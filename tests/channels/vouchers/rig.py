"""Voucher pools plugged into the contract's suite. The other side is the pool itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import connection

from makegood.channels import ChannelName, Shipment
from makegood.channels.vouchers import VoucherChannel
from makegood.configuration import Settings
from makegood.kernel import Finding
from tests.channels.contract import shipment_of
from tests.channels.vouchers.codes import POOL, brought_in, codes_file
from tests.trust.access.visitors import AFTERNOON, at


class VoucherRig:
    """A pool with codes for most of what is asked of it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.channel = VoucherChannel(settings)

    def shipment(self, number: int, count: int) -> Shipment:
        folder = self.settings.home / "items"
        return shipment_of(folder, ChannelName.VOUCHERS, number, count, detail=[POOL] * count)

    def answer(self) -> None:
        """It has answered when it was asked."""

    def again(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE vouchers_message SET put_away_at = NULL")

    def spoil(self) -> bool:
        return False

    def findings(self) -> list[Finding]:
        return [each for each in self.channel.findings() if each.code != "MG807"]

    def carried_out(self) -> Mapping[str, int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT given_key, count(DISTINCT text_id) FROM vouchers_code"
                " WHERE given_key IS NOT NULL GROUP BY given_key"
            )
            return dict(cursor.fetchall())


@contextmanager
def vouchers(settings: Settings) -> Iterator[VoucherRig]:
    with at(AFTERNOON):
        brought_in(codes_file(settings.home / "codes.csv", 60))
    yield VoucherRig(settings)
