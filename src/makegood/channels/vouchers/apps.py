"""The Django application of voucher pools."""

from django.apps import AppConfig


class VouchersConfig(AppConfig):
    """Voucher pools."""

    name = "makegood.channels.vouchers"
    label = "vouchers"
