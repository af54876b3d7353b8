"""Coupons that were taken."""

from __future__ import annotations

from collections import Counter

from makegood.rehearsal.comparing.found import Found


def compare_coupons(found: Found) -> None:
    """One code for whoever took a coupon while the line was granted it, and none for others."""
    from makegood.channels.vouchers import code_of
    from makegood.redress.choices import coupons_of

    play, before, looked = found.play, found.difference_count, 0
    codes: Counter[str] = Counter()
    for name in play.programme.measures:
        for line_id in sorted(play.story.lines_with(name)):
            deeds = [deed for deed in play.story.of(name, line_id) if deed.what == "coupon"]
            refused = [
                deed
                for deed in play.story.of(name, line_id)
                if deed.what == "refused" and deed.detail.startswith("coupon")
            ]
            looked += len(deeds) + len(refused)
            for deed in refused:
                word, _ = play.standings.of(name, deed.at.date(), [line_id])[line_id]
                if word == "automatic":
                    found.differs(line_id, name, "coupon", "one", deed.detail)
            offers = sorted({int(deed.detail) for deed in deeds})
            taken = sorted(c.offer for c in coupons_of(line_id) if c.measure == name)
            if deeds and offers != taken:
                found.differs(line_id, name, "coupons", offers, taken)
            for offer in offers:
                code = code_of(found.key(name, line_id, f"offer {offer}"))
                codes[code or ""] += 1
    for code, times in codes.items():
        if times > 1 or not code:
            found.differs("", "", "coupon's code", "one line", times)
    if looked:
        found.checked("coupons", looked, before=before)
