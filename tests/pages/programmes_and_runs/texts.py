"""The gift amended, and the gift broken in several places."""

from tests.runs.planning.gift import TEXT

_SUSPENDED = """\
      suspended:
        when: status = 'suspended'
        because: {ko: 정지된 회선입니다, en: the line is suspended}
"""
AMENDED = TEXT.replace(_SUSPENDED, "", 1).replace(
    "prorate(fee, 50, 100, down)", "prorate(fee, 60, 100, down)"
)
"""One exclusion less, and a tenth of the fee more."""

BROKEN = TEXT.replace("base: customers", "base: guests", 1).replace(
    "when: status = 'left'", "when: state = '해지'", 1
)
"""A base that is none on line 47, a fact that is none on line 50."""
