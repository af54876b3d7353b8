"""What a programme of tests offers beside the waiver: passes of one's choice, partners' coupons."""

from __future__ import annotations

from datetime import date

CHOICE = """\
  pass:
    title: {ko: 이용권, en: The pass}
    promise: {ko: 둘 중 하나를 드립니다., en: One of two passes.}
    choice:
      options:
        music: {title: {ko: 음악, en: Music}, pool: music_pool}
        film: {title: {ko: 영화, en: Film}, pool: film_pool}
      months: 6
"""
SECOND_CHOICE = (
    CHOICE.replace("  pass:", "  another_pass:")
    .replace("{ko: 이용권, en: The pass}", "{ko: 또 하나의 이용권, en: Another pass}")
    .replace(
        "하나를 드립니다., en: One of two passes.", "하나를 더 드립니다., en: One of two more."
    )
)
COFFEE = ("partner: {ko: 카페, en: Café}", "offer: {ko: 커피 한 잔, en: A coffee}", "coffee_pool")
TICKET = ("partner: {ko: 극장, en: Cinema}", "offer: {ko: 영화표, en: A ticket}", "")


def coupons(
    months: int, since: date, until: date, use_by: date, *offers: tuple[str, str, str]
) -> str:
    """A measure of partners' coupons, from a day to another: who, what, of which pool."""
    written = [
        f"        - {partner}\n          {offer}\n"
        f"          from: {since}\n          until: {until}\n          use_by: {use_by}\n"
        + (f"          pool: {pool}\n" if pool else "")
        for partner, offer, pool in offers
    ]
    return (
        "  coupons:\n"
        "    title: {ko: 제휴 할인, en: Partners}\n"
        "    promise: {ko: 제휴처 쿠폰을 드립니다., en: Coupons of partners.}\n"
        "    discount:\n"
        f"      first_month: {since:%Y-%m}\n"
        f"      months: {months}\n"
        "      offers:\n"
    ) + "".join(written)
