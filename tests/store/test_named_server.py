"""A server that is named: a second PostgreSQL, over TCP, with the roles of the guide."""

import os
import re
import signal
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from makegood.configuration import Settings
from makegood.kernel import MakegoodError
from makegood.project import back_up, bring_up_to_date, restore
from makegood.store import Address, Store, opened
from makegood.store.cluster import SUPERUSER, Cluster
from makegood.store.embedded import Embedded
from tests.store.homes import ROOT, short_home
from tests.store_fixture import QUICK, pointed_at


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


@pytest.fixture(scope="module")
def administrator() -> Iterator[Address]:
    """The administrator of a server that listens on a port, and knows nothing of makegood."""
    with short_home() as home:
        home.mkdir()
        tuning = {**QUICK, "listen_addresses": "127.0.0.1", "port": str(free_port())}
        cluster = Cluster(home / "postgresql", Embedded(home).cluster.account, tuning)
        with (home / "lock").open("w") as lock:
            cluster.make("secret", lock.fileno())
        access = cluster.folder / "pg_hba.conf"
        cluster.start()
        access.write_text("host all all 127.0.0.1/32 scram-sha-256\nlocal all all scram-sha-256\n")
        running = cluster.running()
        assert running
        os.kill(running.process_id, signal.SIGHUP)
        yield Address("127.0.0.1", int(tuning["port"]), "postgres", SUPERUSER, "secret")
        cluster.stop()


GUIDE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")


@pytest.fixture
def named(administrator: Address, tmp_path: Path) -> Iterator[Settings]:
    """A database made by the statements of the guide, word for word."""
    found = re.search(r"```sql\n(.*?)```", GUIDE, re.DOTALL)
    assert found
    statements = [line.split(" --")[0].replace("…", "pass word") for line in found[1].splitlines()]
    with administrator.connect(autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)
    url = "postgresql://{}:pass%20word@127.0.0.1:{}/makegood"
    try:
        yield Settings(
            home=tmp_path / "home",
            database_url=SecretStr(url.format("makegood", administrator.port)),
            database_owner_url=SecretStr(url.format("makegood_owner", administrator.port)),
        )
    finally:
        with administrator.connect(autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS makegood WITH (FORCE)")
            for role in ("makegood", "makegood_owner", "makegood_program"):
                connection.execute(f"DROP ROLE IF EXISTS {role}")


def test_the_statements_of_the_guide_are_all_that_is_needed(named: Settings, tmp_path: Path):
    """Tables are made as the owner, used as the program; back-up and restore work over it."""
    from django.db import ProgrammingError, transaction

    from makegood.trust.audit import Record, append

    with opened(named) as store:
        assert not store.is_embedded
        with pointed_at(store):
            assert bring_up_to_date(store) > 0
            assert bring_up_to_date(store) == 0
            with transaction.atomic():
                append(Record("store.backed_up", "console:tester", "backup:x"))
            from django.db import connection

            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                connection.cursor().execute("DELETE FROM audit_entry")
            back_up(store, named, tmp_path / "kept", actor="console:tester")
            seen = restore(store, named, tmp_path / "kept", replace=True, actor="console:tester")
            assert seen.entries


def test_without_the_owner_it_is_told_to_migrate(named: Settings):
    with opened(named) as store:
        alone = Store(store.program, None, is_embedded=False)
        with pointed_at(store), pytest.raises(MakegoodError, match="migrations behind") as caught:
            bring_up_to_date(alone)
    assert caught.value.findings[0].code == "MG707"


def test_a_role_outside_of_the_group_is_told_with_the_remedy(
    named: Settings, administrator: Address
):
    with administrator.connect(autocommit=True) as connection:
        connection.execute("REVOKE makegood_program FROM makegood")
        connection.execute("GRANT CONNECT ON DATABASE makegood TO makegood")
    with pytest.raises(MakegoodError) as caught, opened(named):
        pass
    finding = caught.value.findings[0]
    assert finding.code == "MG706"
    remedy = finding.hint.removeprefix("as an administrator: ").split("; ")[1]
    with administrator.connect(autocommit=True) as connection:
        connection.execute(remedy)
    with opened(named):
        pass


def test_an_owner_who_may_not_make_tables_is_told(named: Settings, administrator: Address):
    with administrator.connect(autocommit=True) as connection:
        connection.execute("ALTER DATABASE makegood OWNER TO postgres")
        connection.execute("GRANT CONNECT ON DATABASE makegood TO makegood_owner")
    with opened(named) as store, pointed_at(store), pytest.raises(MakegoodError) as caught:
        bring_up_to_date(store)
    assert caught.value.findings[0].code == "MG706"


def test_a_wrong_password_and_a_closed_port_are_told(administrator: Address):
    wrong = "x"
    for address in (replace(administrator, password=wrong), replace(administrator, port=1)):
        with pytest.raises(MakegoodError) as caught:
            address.connect()
        assert caught.value.findings[0].code == "MG703"
        assert "secret" not in str(caught.value)


def test_no_password_is_on_the_command_line_of_a_program(named: Settings):
    """Every account of a machine can read it there."""
    from makegood.store import copying

    address = Address.of(named.database_url.get_secret_value() if named.database_url else "", "URL")
    assert "pass word" not in copying._without_password(address)
    assert "pass word" not in repr(address)
