"""What never happens, whatever else is the case."""

import cedarpy
from hypothesis import example, given
from hypothesis import strategies as st

from makegood.trust.policy import (
    Act,
    Circumstances,
    Consent,
    DeviceTrust,
    Network,
    PolicySet,
    Principal,
    PrincipalKind,
    Purpose,
    Resource,
    ResourceKind,
    Role,
    SignIn,
)
from makegood.trust.policy.checking import read_policies
from makegood.trust.policy.shape import ENTITY_TYPES, read_shape
from makegood.trust.policy.source import read_folder
from tests.trust.policy.asked import AGENT, CUSTOMER, FOLDER, IN_ORDER, but

POLICIES = PolicySet.load(FOLDER)
PERSONAL = (Act.LOOK_UP, Act.READ_MASKED, Act.REVEAL, Act.DOWNLOAD, Act.CORRECT)
STRANGE = st.sampled_from(["", "UNKNOWN", "certificate ", "Passkey", "오피스", '"', "\\", "\x00"])


def word(words):
    return st.sampled_from(list(words)) | STRANGE


ACTORS = st.sampled_from(["", "staff:17", "staff:23", "console:kim", "console:17", "staff:"])
principals = st.builds(
    Principal,
    staff_id=st.sampled_from(["17", "23", "kim"]),
    roles=st.frozensets(st.sampled_from(Role)),
    active=st.booleans() | st.just(True),
    kind=st.sampled_from(PrincipalKind),
)
circumstances = st.builds(
    Circumstances,
    purpose=word(Purpose),
    case=st.sampled_from(["", " ", "CALL-1", '"}', "\n"]),
    consent=word(Consent),
    device=word(DeviceTrust),
    sign_in_strength=word(SignIn),
    sign_in_age_seconds=st.sampled_from([0, 60, 300, 301, 36_000, 36_001]) | st.integers(),
    network=word(Network),
    local_hour=st.integers(0, 23),
    proposed_by=ACTORS,
    approved=st.booleans(),
)
ids = st.sampled_from(["", "17", "23", "C0001", '"', "\x00"])


def of_act(act):
    kind = POLICIES.kinds_of(act)[0]
    owner = st.fixed_dictionaries({}, optional={"owner": ACTORS})
    attributes = owner if kind is ResourceKind.DEVICE else st.just({})
    return st.builds(Resource, kind=st.just(kind), id=ids, attributes=attributes)


requests = st.sampled_from(Act).flatmap(
    lambda act: st.tuples(principals, st.just(act), of_act(act), circumstances)
)
shown = st.tuples(principals, st.sampled_from(PERSONAL), st.just(CUSTOMER), circumstances)


def allowed(request) -> bool:
    return POLICIES.decide(*request).allowed


@given(shown)
@example((AGENT, Act.LOOK_UP, CUSTOMER, IN_ORDER))
def test_personal_data_is_shown_only_where_all_of_this_holds(request):
    principal, act, _, said = request
    if not allowed(request):
        return
    assert principal.active
    assert said.device in {DeviceTrust.CERTIFICATE, DeviceTrust.ENROLLED, DeviceTrust.CONSOLE}
    assert said.purpose in set(Purpose) - {Purpose.UNKNOWN, Purpose.OPERATION, Purpose.AUDIT}
    assert said.sign_in_strength in set(SignIn) - {SignIn.PASSWORD, SignIn.NONE}
    assert said.network in {Network.OFFICE, Network.VPN, Network.SHOP}
    assert not principal.roles & {Role.AUDITOR, Role.CONSOLE_OPERATOR, Role.SYSTEM}
    assert 0 <= said.sign_in_age_seconds <= 36_000
    if act in {Act.REVEAL, Act.DOWNLOAD, Act.CORRECT}:
        assert said.sign_in_age_seconds <= 300
        assert said.case.strip()


in_order = st.tuples(
    st.builds(Principal, st.just("17"), st.frozensets(st.sampled_from(Role), min_size=1)),
    st.sampled_from(PERSONAL),
    st.just(CUSTOMER),
    st.builds(
        but,
        purpose=st.sampled_from(Purpose),
        consent=st.sampled_from(Consent),
        network=st.sampled_from(Network),
        local_hour=st.integers(0, 23),
    ),
)


@given(in_order, st.sampled_from(["device", "purpose", "member"]), STRANGE | st.just("unknown"))
@example((AGENT, Act.LOOK_UP, CUSTOMER, IN_ORDER), "device", "unknown")
@example((AGENT, Act.LOOK_UP, CUSTOMER, IN_ORDER), "purpose", "unknown")
@example((AGENT, Act.LOOK_UP, CUSTOMER, IN_ORDER), "member", "unknown")
def test_an_unknown_device_or_purpose_or_an_inactive_member_gets_nothing(request, what, strange):
    principal, act, resource, said = request
    from dataclasses import replace

    if what == "member":
        principal = replace(principal, active=False)
    else:
        said = replace(said, **{what: strange})
    ruling = POLICIES.decide(principal, act, resource, said)
    assert not ruling.allowed
    expected = {"device": "device_known", "member": "member_active"}
    if what in expected:
        assert expected[what] in ruling.policy_ids
    else:
        assert any(name.startswith("purpose_fits") for name in ruling.policy_ids)


@given(requests)
def test_nobody_approves_their_own_or_withdraws_another_s(request):
    principal, act, _, said = request
    if not allowed(request):
        return
    if act.startswith("approve_"):
        assert said.proposed_by not in {"", principal.actor}
        assert principal.kind is PrincipalKind.STAFF or said.proposed_by.startswith("staff:")
    if act is Act.WITHDRAW_PROPOSAL:
        assert said.proposed_by == principal.actor


@given(requests)
def test_what_takes_two_persons_is_not_done_without(request):
    _, act, _, said = request
    two = {
        Act.GRANT_EXCEPTION,
        Act.PUBLISH_PROGRAMME,
        Act.RELEASE_RUN,
        Act.ROTATE_KEYS,
        Act.CHANGE_POLICIES,
    }
    assert not (act in two and not said.approved and allowed(request))


SHAPE = read_shape(read_folder(FOLDER).schema)


class Whole(PolicySet):
    """The same policies, all of them shown to Cedar for every act and role."""

    def __init__(self) -> None:
        super().__init__(read_policies(read_folder(FOLDER), SHAPE), SHAPE, "whole")
        text = "\n".join(policy.statement.text for policy in self.policies)
        everything = cedarpy.PolicySet.from_str(text)
        self._handle = lambda _act, _roles: everything  # type: ignore[assignment]


WHOLE = Whole()


@given(requests)
def test_cedar_is_shown_every_policy_that_can_be_met(request):
    assert POLICIES.decide(*request) == WHOLE.decide(*request)


@given(requests)
def test_a_refusal_has_words_in_both_languages_and_says_who_may(request):
    principal, act, _, _ = request
    ruling = POLICIES.decide(*request)
    assert ruling.reasons
    assert all(reason.words["ko"] and reason.words["en"] for reason in ruling.reasons)
    may = bool(POLICIES.who_may(act) & principal.roles)
    assert ruling.allowed <= may
    if not ruling.errors:
        assert ("no_role_permits" in ruling.policy_ids) is not may


def test_every_kind_of_resource_has_its_type():
    assert set(ENTITY_TYPES) == set(ResourceKind)
