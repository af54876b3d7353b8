"""Another master key: it wraps everything that the former one wrapped, at once, by two persons."""

import json
import os
import random
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connections, transaction
from typer.testing import CliRunner

from makegood.cli.application import application
from makegood.configuration import Settings
from makegood.kernel import MakegoodError
from makegood.project.rewrapping import keep_rewrapped, wrapped_anew
from makegood.project.supervisor.alone import holder
from makegood.trust import proposals
from makegood.trust.audit import entries, newest_signer, publish_checkpoint, verify
from makegood.trust.keys import MasterKey
from makegood.trust.policy import Act
from makegood.trust.vault import (
    Person,
    begin_rotation,
    find_by_phone,
    finish_rotation,
    open_person,
    store_person,
    wrapped_keys,
)
from tests.docs.test_commands import section
from tests.docs.test_json import keys, on_page, plain
from tests.staff_people import give_authenticator, member
from tests.store_fixture import Database
from tests.trust.keys.vault_server import TOKEN, vault_server
from tests.trust.vault.children import CONTEXT

ACTOR = "console:tester"
MINSU = Person("C1", "김민수", "010-1234-5678")
SECRET_LETTERS = 32


class Console:
    """Commands in this process, on the test's database, under a master key that can be replaced."""

    def __init__(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        self.database, self._monkeypatch = database, monkeypatch
        for name, value in database.environment.items():
            if name.startswith("MAKEGOOD_"):
                monkeypatch.setenv(name, value)
        self.use("")

    def use(self, master_key: str) -> None:
        """From now on the settings name this key."""
        self._monkeypatch.setenv("MAKEGOOD_MASTER_KEY", master_key)
        named = self.database.settings.model_copy(update={"master_key": master_key})
        self._monkeypatch.setattr(django_settings, "INSTALLATION", named)

    def says(self, *words: object) -> str:
        result = CliRunner().invoke(application, [str(word) for word in words])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.output

    def answers(self, *words: object) -> dict[str, Any]:
        return dict(json.loads(self.says(*words, "--json")))

    def refuses(self, code: str, *words: object) -> str:
        with pytest.raises(MakegoodError) as caught:
            self.says(*words)
        assert [finding.code for finding in caught.value.findings] == [code]
        return str(caught.value)


@pytest.fixture
def console(database: Database, monkeypatch: pytest.MonkeyPatch) -> Console:
    """A store in use: contact data, a signed log, a member with a second factor."""
    made = Console(database, monkeypatch)
    store_person(MINSU, actor=ACTOR)
    settings = Settings.load()
    publish_checkpoint(MasterKey.open(settings), settings.log_origin, ACTOR)
    member()
    return made


def agreed(former: str, new: str) -> None:
    contents = {"from": former, "to": new}
    made = proposals.propose(
        proposals.ProposalKind.ROTATE_KEYS, "keys:master", contents, "to a service", by="staff:1"
    )
    proposals.approve(made.proposal_id, by="staff:2")


def wrapped() -> list[tuple[bytes, bytes]]:
    """Everything that a master key wrapped and that is in use."""
    from makegood.trust.staff import sealed_secrets

    signer = newest_signer()
    assert signer
    found: list[tuple[bytes, bytes]] = []

    def take(data: bytes, associated: bytes) -> bytes:
        found.append((data, associated))
        return data

    signer.rewrapped(take)
    return [*found, *wrapped_keys(), *sealed_secrets()]


def opened_by(address: str) -> int:
    """How many of these a master key opens."""
    key, count = MasterKey.existing(address), 0
    for place in wrapped():
        try:
            key.unwrap(*place)
        except MakegoodError:
            continue
        count += 1
    return count


def expect_all_opens(settings: Settings) -> None:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.utils import decrypt

    assert open_person("C1").name == MINSU.name
    assert [person.customer_id for person in find_by_phone(MINSU.phone)] == ["C1"]
    for factor in Authenticator.objects.all():
        assert len(decrypt(factor.data["secret"])) == SECRET_LETTERS
    publish_checkpoint(MasterKey.open(settings), settings.log_origin, ACTOR)
    result = verify()
    assert result.ok, result.findings


def file_key(settings: Settings) -> str:
    return MasterKey.open(settings).address


def test_from_a_file_to_another_file_and_on_to_a_service(
    console: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = file_key(Settings.load()), str(tmp_path / "other" / "key.json")
    whole = len(wrapped())
    assert whole >= 3
    console.use(second)
    agreed(first, second)
    done = console.answers("keys", "rewrap", "--from", first, "-q")
    assert done == {
        "from": first,
        "to": second,
        "generations": 1,
        "signing_keys": 1,
        "second_factors": 1,
    }
    assert plain(keys(done)) == plain(on_page(section("keys rewrap")))
    assert (opened_by(first), opened_by(second)) == (0, whole)
    expect_all_opens(Settings.load())

    monkeypatch.setenv("VAULT_TOKEN", TOKEN)
    with vault_server() as server:
        third = server.address()
        console.use(third)
        agreed(second, third)
        assert "wraps everything now" in console.says("keys", "rewrap", "--from", second, "-q")
        assert opened_by(second) == 0
        expect_all_opens(Settings.load())
        assert opened_by(third) == len(wrapped())
        told = [entry.record for entry in entries() if entry.record.kind == "keys.rewrapped"]
        assert [record.details["to"] for record in told] == [second, third]
        assert "nothing to do" in console.says("keys", "rewrap", "--from", second, "-q")


def test_a_second_time_there_is_nothing_to_do_and_no_approval_is_asked_for(
    console: Console, tmp_path: Path
) -> None:
    first, second = file_key(Settings.load()), str(tmp_path / "other" / "key.json")
    console.use(second)
    agreed(first, second)
    console.says("keys", "rewrap", "--from", first, "-q")
    before = wrapped()
    assert console.answers("keys", "rewrap", "--from", first)["generations"] == 0
    assert "nothing to do" in console.says("keys", "rewrap", "--from", first)
    assert wrapped() == before


def test_what_a_process_with_the_former_key_wrapped_meanwhile_is_found_by_a_second_run(
    console: Console, tmp_path: Path
) -> None:
    first, second = file_key(Settings.load()), str(tmp_path / "other" / "key.json")
    console.use(second)
    agreed(first, second)
    console.says("keys", "rewrap", "--from", first, "-q")
    console.use("")
    member("lee.jiwoo")
    console.use(second)
    agreed(first, second)
    done = console.answers("keys", "rewrap", "--from", first)
    assert (done["generations"], done["signing_keys"], done["second_factors"]) == (0, 0, 1)
    assert opened_by(second) == len(wrapped())


def test_it_takes_two_persons_who_agreed_on_these_very_keys(
    console: Console, tmp_path: Path
) -> None:
    first, second = file_key(Settings.load()), str(tmp_path / "other" / "key.json")
    console.use(second)
    words = ("keys", "rewrap", "--from", first, "-q")
    said = console.refuses("MG769", *words)
    assert json.dumps({"from": first, "to": second}) in said
    agreed(first, str(tmp_path / "somebody-elses.json"))
    console.refuses("MG769", *words)
    assert opened_by(first) == len(wrapped())
    agreed(first, second)
    console.says(*words)
    used = [one for one in proposals.proposals() if one.state is proposals.State.USED]
    assert [one.used_by.partition(":")[0] for one in used] == ["console"]
    acts = [e.record.details.get("act") for e in entries() if e.record.kind == "access.permitted"]
    assert Act.ROTATE_KEYS in acts


def test_a_wrong_former_key_is_told_and_nothing_is_changed(
    console: Console, tmp_path: Path
) -> None:
    first, second = file_key(Settings.load()), str(tmp_path / "other" / "key.json")
    wrong = str(tmp_path / "wrong" / "key.json")
    console.use(wrong)
    file_key(Settings.load())
    console.use(second)
    before = wrapped()
    said = console.refuses("MG725", "keys", "rewrap", "--from", wrong, "-q")
    assert wrong in said
    assert "--from" in said
    missing = str(tmp_path / "missing" / "key.json")
    console.refuses("MG721", "keys", "rewrap", "--from", missing, "-q")
    assert not Path(missing).exists(), "a mistyped name must make no key"
    console.refuses("MG722", "keys", "rewrap", "--from", "azure://vault/key", "-q")
    copy = tmp_path / "copy"
    copy.mkdir(mode=0o700)
    (copy / "key.json").write_bytes(Path(first).read_bytes())
    (copy / "key.json").chmod(0o600)
    console.use(str(copy / "key.json"))
    console.refuses("MG738", "keys", "rewrap", "--from", first, "-q")
    assert wrapped() == before
    assert opened_by(first) == len(before)


def test_a_service_that_wraps_but_does_not_unwrap_gets_nothing(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = file_key(Settings.load())
    monkeypatch.setenv("VAULT_TOKEN", TOKEN)
    with vault_server() as server:
        usual = server.answer

        def answer(path: str, token: str | None, body: dict[str, Any]) -> tuple[int, Any]:
            if "/decrypt/" in path:
                return 403, {"errors": ["permission denied"]}
            return usual(path, token, body)

        server.answer = answer  # type: ignore[method-assign]
        console.use(server.address())
        agreed(first, server.address())
        console.refuses("MG724", "keys", "rewrap", "--from", first, "-q")
    assert opened_by(first) == len(wrapped())


def test_a_program_that_runs_must_be_stopped_first(console: Console, tmp_path: Path) -> None:
    from makegood.project.supervisor.alone import alone

    first, second = file_key(Settings.load()), str(tmp_path / "other" / "key.json")
    home = console.database.home
    with alone(home):
        assert holder(home)
        console.use(second)
        agreed(first, second)
        assert str(os.getpid()) in console.refuses("MG739", "keys", "rewrap", "--from", first)
    console.says("keys", "rewrap", "--from", first, "-q")


def test_a_process_with_the_former_key_makes_no_keys_any_more(
    console: Console, tmp_path: Path
) -> None:
    """Keys that only the former master key opened would be lost with it."""
    first, second = file_key(Settings.load()), str(tmp_path / "other" / "key.json")
    open_person("C1")
    console.use(second)
    agreed(first, second)
    console.says("keys", "rewrap", "--from", first, "-q")
    console.use("")
    with pytest.raises(MakegoodError, match="MG725"):
        begin_rotation(actor=ACTOR)
    approved = proposals.propose(
        proposals.ProposalKind.ROTATE_KEYS, "keys:log", {}, "the year is over", by="staff:1"
    )
    proposals.approve(approved.proposal_id, by="staff:2")
    console.refuses("MG725", "audit", "key", "--new")
    console.use(second)
    assert "+" in console.says("audit", "key", "--new")


def test_a_rotation_under_way_goes_on_behind_it(console: Console, tmp_path: Path) -> None:
    first, second = file_key(Settings.load()), str(tmp_path / "other" / "key.json")
    begin_rotation(actor=ACTOR)
    console.use(second)
    agreed(first, second)
    assert console.answers("keys", "rewrap", "--from", first)["generations"] == 2
    assert finish_rotation(actor=ACTOR).resealed == 1
    expect_all_opens(Settings.load())


# --- Killed ---


def rewrap_in_child(environment: dict[str, str], begun: Event, former: str) -> None:
    """What a child does: everything but what the gate and two persons say."""
    os.environ.clear()
    os.environ.update(environment)
    from makegood.project import prepared

    settings = Settings.load()
    with prepared(settings, migrate=False):
        rewrapping = wrapped_anew(settings, former)
        begun.set()
        with transaction.atomic():
            keep_rewrapped(rewrapping, actor="system:child")


@pytest.fixture
def many_factors(console: Console) -> Console:
    """So many that a kill comes into the middle."""
    for number in range(40):
        # Each seal is bound to its member.
        give_authenticator(member_without_factor(f"kim{number}"))
    return console


def member_without_factor(name: str) -> Any:
    from makegood.trust import staff
    from makegood.trust.access import Visitor

    made, _ = staff.add_member(Visitor.console("root"), name, name="", roles=())
    return made


@pytest.mark.parametrize("seed", [738])
def test_killed_at_any_instant_it_is_whole_or_not_at_all(
    many_factors: Console, database: Database, tmp_path: Path, seed: int
) -> None:
    draw = random.Random(seed)
    both = [file_key(Settings.load()), str(tmp_path / "other" / "key.json")]
    kills, whole, none = 0, 0, 0
    while kills < 12:
        former, new = both
        environment = {**database.environment, "MAKEGOOD_MASTER_KEY": new}
        begun = CONTEXT.Event()
        child = CONTEXT.Process(target=rewrap_in_child, args=(environment, begun, former))
        child.start()
        assert begun.wait(60), "the child did not begin"
        child.join(draw.uniform(0, 0.04))
        child.kill()
        child.join()
        assert child.exitcode in {0, -9}, f"the child failed (seed {seed})"
        kills += child.exitcode == -9
        connections.close_all()
        everything = len(wrapped())
        counts = (opened_by(former), opened_by(new))
        assert counts in {(everything, 0), (0, everything)}, (counts, seed)
        if counts[1]:
            whole += 1
            both.reverse()
        else:
            none += 1
    many_factors.use(both[0])
    expect_all_opens(Settings.load())
    assert none, f"no kill came in time (seed {seed})"
