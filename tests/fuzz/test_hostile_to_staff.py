"""The staff pages, whatever is sent to them by whichever role: as of the customers' site."""

from __future__ import annotations

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.fuzz.addresses import STAFF, patterns
from tests.fuzz.doors import OF_A_PASSKEY, TYPED, Doors
from tests.fuzz.hostile import cookies, fields_of, forms, nearly
from tests.fuzz.passkeys import NO_CREDENTIALS, PLACES, WRONG, changed
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
from tests.staff_people import PASSWORD

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


@pytest.mark.usefixtures("staff")
def test_who_signs_in_breaks_nothing_by_what_they_type() -> None:
    """Each form is really before the browser: whoever has come so far, and no further."""
    doors = Doors()
    fields = fields_of("operations") | {"code": [], "login": [], "password": [], "credential": []}
    for address in TYPED:
        assert doors.at(address).get(address).status_code == 200, address

    @settings(STEADY, max_examples=80)
    @given(
        st.sampled_from(sorted(TYPED)).flatmap(
            lambda address: st.tuples(
                st.just(address),
                forms(fields) | (nearly(TYPED[address], fields) if TYPED[address] else st.just({})),
            )
        )
    )
    def send(asked):
        address, form = asked
        answer = sent(doors.at(address), address, form, "P")
        expect_whole(answer, address, form, (PASSWORD,), is_of_staff=True)

    with nothing_told((PASSWORD,)):
        send()


@pytest.mark.usefixtures("staff")
def test_who_signs_in_breaks_nothing_by_what_a_passkey_says() -> None:
    doors = Doors()
    # By their numbers: some are so large that nobody would read them.
    wrong = st.integers(0, len(WRONG) - 1)
    changes = st.lists(st.tuples(st.sampled_from(PLACES), wrong), max_size=2)
    no_credential = st.integers(0, len(NO_CREDENTIALS) - 1)

    @settings(STEADY, max_examples=100, phases=(Phase.generate,), report_multiple_bugs=False)
    @given(st.sampled_from(OF_A_PASSKEY), no_credential | changes)
    def send(address, said):
        client = doors.at(address)
        right = doors.credential(client, address)
        if isinstance(said, int):
            text = NO_CREDENTIALS[said]
        else:
            text = changed(right, [(place, WRONG[number]) for place, number in said])
        answer = sent(client, address, {"name": ["a key"], "credential": [text]}, "P")
        expect_whole(answer, address, said, (PASSWORD,), is_of_staff=True)

    with nothing_told((PASSWORD,)):
        send()
