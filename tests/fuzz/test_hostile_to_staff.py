"""The staff pages, whatever is sent to them by whichever role: as of the customers' site."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.addresses import STAFF, patterns
from tests.fuzz.hostile import cookies, fields_of, forms, nearly
from tests.fuzz.sending import (
    ENDS_THE_VISIT,
    KNOWN,
    STEADY,
    addresses,
    expect_whole,
    nothing_told,
    sent,
)
from tests.fuzz.staff_world import ROLES, Staff
from tests.fuzz.test_staff_addresses import FORM, address_of

GOOD = {name: str(value) for name, value in FORM.items() if isinstance(value, str)}


def test_the_staff_pages_stand_whatever_is_sent(staff: Staff) -> None:
    named = {each.name: address_of(each, staff) for each in patterns(STAFF)}
    real = [address for name, address in named.items() if name not in ENDS_THE_VISIT]
    near = addresses(STAFF, {part: [value] for part, value in staff.parts.items()} | KNOWN)
    places = st.one_of(st.sampled_from(real), st.sampled_from(near))
    fields = fields_of("operations", "centre")
    # Only what nobody typed: whom one may see stands on the pages.
    secret = tuple(staff.numbers)

    @settings(STEADY, max_examples=240)
    @given(
        places,
        forms(fields) | nearly(GOOD, fields),
        st.sampled_from("GGPP"),
        st.sampled_from(ROLES),
        cookies(),
    )
    def send(address, form, method, role, cookie):
        answer = sent(staff.clients[role], address, form, method, cookie=cookie)
        expect_whole(answer, address, form, secret, is_of_staff=True)

    with nothing_told(secret):
        send()
