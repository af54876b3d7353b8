"""A programme comes into force by two persons, and stays readable as it was."""

from datetime import date
from pathlib import Path

import psycopg
import pytest

from makegood.decisions import decide
from makegood.kernel import MakegoodError
from makegood.population import make_population
from makegood.programmes import load_messages, load_text
from makegood.publication import in_force, propose, publish, versions
from makegood.trust import clock
from makegood.trust.access import Refused
from makegood.trust.policy import Role
from makegood.trust.proposals import approve
from tests.programme_text import PROGRAMME as TEXT
from tests.programmes.messages.text import MESSAGES
from tests.trust.access.visitors import AFTERNOON, agent, at, entries, later

pytestmark = pytest.mark.usefixtures("database", "afternoon")


@pytest.fixture
def afternoon():
    with at(AFTERNOON):
        yield


def author():
    return agent("sujin", Role.REMEDIATION_AUTHOR)


def approver():
    return agent("minho", Role.REMEDIATION_APPROVER)


PROGRAMME = load_text(TEXT)


def published(programme=PROGRAMME):
    made = propose(author(), programme, "the board agreed on 29 December")
    approve(made.proposal_id, by=approver().actor)
    return publish(author(), programme)


def test_a_published_programme_is_in_force():
    assert in_force(PROGRAMME.identifier) is None
    made = published()
    assert in_force(PROGRAMME.identifier) == made
    assert made.load().sha256 == PROGRAMME.sha256
    assert made.published_at == AFTERNOON
    (entry,) = entries("programme.published")
    assert entry["details"]["sha256"] == PROGRAMME.sha256
    assert entry["actor"] == author().actor


def test_nobody_publishes_alone():
    propose(author(), PROGRAMME, "the board agreed")
    with pytest.raises(Refused) as refused:
        publish(author(), PROGRAMME)
    assert "approv" in str(refused.value)
    assert in_force(PROGRAMME.identifier) is None


def test_another_text_needs_another_approval():
    made = propose(author(), PROGRAMME, "the board agreed")
    approve(made.proposal_id, by=approver().actor)
    other = load_text(PROGRAMME.text + "\n# a remark\n")
    with pytest.raises(Refused):
        publish(author(), other)


def test_an_agent_proposes_nothing():
    with pytest.raises(Refused):
        propose(agent(), PROGRAMME, "because I may")


def test_the_same_text_is_not_published_twice():
    published()
    with pytest.raises(MakegoodError, match="MG631"):
        publish(author(), PROGRAMME)


def test_an_amendment_takes_over_and_the_former_can_be_asked_for():
    first = published()
    with later(days=3):
        second = published(load_text(PROGRAMME.text + "\n# amended\n"))
        assert in_force(PROGRAMME.identifier) == second
        assert in_force(PROGRAMME.identifier, AFTERNOON) == first
        assert versions() == [second, first]
        assert clock.now() == second.published_at


def test_the_approver_sees_what_it_comes_to(tmp_path: Path):
    snapshot = make_population(
        PROGRAMME.facts,
        programme=PROGRAMME.identifier,
        programme_sha256=PROGRAMME.sha256,
        shape=None,
        lines=1_000,
        seed=1,
        as_of=date(2026, 1, 13),
        out=tmp_path / "population",
        clock=clock.clock(),
    ).snapshot
    decided = decide(PROGRAMME, snapshot, (), tmp_path / "decisions", clock=clock.clock())
    made = propose(author(), PROGRAMME, "with its forecast", decided.decisions)
    forecast = made.contents["forecast"]
    assert isinstance(forecast, dict)
    assert forecast["lines"] == 1_000
    assert set(forecast["measures"]) == set(PROGRAMME.measures)
    other = load_text(PROGRAMME.text + "\n# amended\n")
    with pytest.raises(MakegoodError, match="MG630"):
        propose(author(), other, "with another's forecast", decided.decisions)


def with_messages(text=MESSAGES):
    messages = load_messages(text, PROGRAMME)
    made = propose(author(), PROGRAMME, "with its messages", messages=messages)
    approve(made.proposal_id, by=approver().actor)
    return publish(author(), PROGRAMME, messages)


def test_messages_are_published_with_their_programme():
    made = with_messages()
    found = in_force(PROGRAMME.identifier)
    assert found == made
    messages = made.load_messages(made.load())
    assert messages is not None
    assert (messages.text, messages.sha256) == (MESSAGES, made.messages_sha256)
    (entry,) = entries("programme.published")
    assert entry["details"]["messages_sha256"] == made.messages_sha256


def test_a_programme_may_have_no_messages():
    made = published()
    assert (made.messages, made.messages_sha256) == ("", "")
    assert made.load_messages(PROGRAMME) is None


def test_other_messages_alone_are_another_version():
    first = with_messages()
    second = with_messages(MESSAGES.replace("paid. {code}", "has been paid. {code}"))
    assert first.sha256 == second.sha256
    assert first.messages_sha256 != second.messages_sha256
    assert versions() == [second, first]
    with pytest.raises(MakegoodError, match="MG631"):
        with_messages(second.messages)


def test_an_approval_is_for_these_messages_and_no_others():
    messages = load_messages(MESSAGES, PROGRAMME)
    made = propose(author(), PROGRAMME, "with its messages", messages=messages)
    approve(made.proposal_id, by=approver().actor)
    other = load_messages(MESSAGES + "# a remark\n", PROGRAMME)
    for given in (other, None):
        with pytest.raises(Refused):
            publish(author(), PROGRAMME, given)
    assert publish(author(), PROGRAMME, messages).messages == MESSAGES


def test_messages_that_were_changed_behind_the_program_are_not_in_force(database):
    with_messages()
    with database.superuser.connect() as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(
            "UPDATE publication_version SET messages = replace(messages, 'paid', 'x')"
        )
    with pytest.raises(MakegoodError, match="MG633"):
        in_force(PROGRAMME.identifier)


def test_the_program_can_change_no_publication(database):
    published()
    for statement in ("DELETE FROM publication_version", "UPDATE publication_version SET text=''"):
        with (
            database.program.connect() as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(statement)


def test_a_text_that_was_changed_behind_the_program_is_not_in_force(database):
    published()
    with database.superuser.connect() as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE publication_version SET text = replace(text, '100', '999')")
    with pytest.raises(MakegoodError, match="MG633"):
        in_force(PROGRAMME.identifier)


def test_the_owner_meets_the_trigger(database):
    published()
    with (
        database.owner.connect() as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("UPDATE publication_version SET published_by = 'staff:0'")
