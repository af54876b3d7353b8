"""A demonstration: made up to the morning of a day, kept, served, and refused anywhere else."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from http.client import HTTPConnection
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from makegood.kernel import MakegoodError, SystemClock
from makegood.programmes import load_programme, load_text
from makegood.rehearsal import Demonstration, authenticator_code, demonstration_in
from makegood.rehearsal.sample_values import lay_over
from makegood.rehearsal.shop_door import shop_port
from tests.docs.markdown import ROOT
from tests.project.running_up import free_port

_MAKEGOOD = Path(sys.executable).with_name("makegood")
_FILE = ROOT / "programmes" / "skt-2025" / "programme.yaml"
_WAIVER = ROOT / "programmes" / "kt-2025" / "programme.yaml"


def command(folder: Path, *more: str, file: Path = _FILE, lines: int = 300) -> list[str]:
    return [str(_MAKEGOOD), "demo", str(file), "--home", str(folder), "--lines", str(lines), *more]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    # A short path: the database's socket lies in it.
    folder = tmp_path_factory.mktemp("d") / "site"
    subprocess.run(command(folder, "--prepare", "--quiet"), check=True, capture_output=True)
    found = demonstration_in(folder)
    assert found is not None
    return found


def test_it_stands_on_the_day_that_is_shown(made: Demonstration) -> None:
    shown = (SystemClock().now() + made.shift).date()
    assert abs(shown - made.day) <= timedelta(days=1)


def test_it_says_who_may_sign_in(made: Demonstration) -> None:
    assert {"phone", "birth_date", "name"} <= set(made.customers[0])
    assert len({one["password"] for one in made.staff}) == len(made.staff)
    told = subprocess.run(command(made.folder, "--codes"), check=True, capture_output=True)
    shown = told.stdout.decode()
    assert made.customers[0]["phone"] in shown
    assert {"/account/devices/", "/centre/", "/overview/"} <= set(re.findall(r"/[a-z/]+/", shown))


def test_each_desk_that_a_page_asks_for_may_sign_in(made: Demonstration) -> None:
    desks = {one["desk"] for one in made.staff}
    assert {"auditor", "privacy", "security", "second-security", "shop"} <= desks
    assert all(one["tries"] for one in made.staff)


@pytest.fixture(scope="module")
def waiver(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    """The programme of the README: people apply, some were paid, and it leaves things unnamed."""
    folder = tmp_path_factory.mktemp("w") / "site"
    asked = command(folder, "--prepare", "--quiet", file=_WAIVER, lines=2000)
    subprocess.run(asked, check=True, capture_output=True)
    found = demonstration_in(folder)
    assert found is not None
    return found


def test_samples_say_what_their_claims_are(waiver: Demonstration) -> None:
    states = states_by_phone(waiver)
    told: dict[str, set[str]] = {
        "was paid": {"paid"},
        "was refused": {"refused"},
        "came back": {"returned"},
        "is paid later": {"scheduled"},
        "and withdrew": {"withdrawn"},
        "can apply, ": set(),
        "does not get it": set(),
    }
    seen = Counter(
        words
        for one in waiver.customers
        for words, wanted in told.items()
        if words in one["who"] and fits(states.get(one["phone"], set()), wanted)
    )
    assert sum(seen.values()) == sum("can choose" not in one["who"] for one in waiver.customers)
    assert {"can apply, ", "is paid later", "does not get it"} <= set(seen)
    assert max(Counter(one["who"] for one in waiver.customers).values()) <= 2


def fits(found: set[str], wanted: set[str]) -> bool:
    return wanted <= found if wanted else not found


def states_by_phone(made: Demonstration) -> dict[str, set[str]]:
    """The states of each customer's claims as the command tells them, by their telephone."""
    environment = {**os.environ, "MAKEGOOD_HOME": str(made.folder / "data")}
    asked = [str(_MAKEGOOD), "claim", "list", made.programme, "--limit", "1000", "--json"]
    told = subprocess.run(asked, check=True, capture_output=True, env=environment)
    people = pq.read_table(made.folder / "contacts.parquet", columns=["customer_id", "phone"])
    phone = dict(zip(*people.to_pydict().values(), strict=True))
    states: dict[str, set[str]] = {}
    for claim in json.loads(told.stdout)["claims"]:
        states.setdefault(phone[claim["customer"]], set()).add(claim["state"])
    return states


def test_what_is_not_named_yet_is_laid_over_as_a_sample(waiver: Demonstration) -> None:
    assert any("can choose" in one["who"] for one in waiver.customers)
    assert any("made up" in words for words in waiver.samples)
    assert load_programme(_WAIVER).section.centre is None


def test_samples_change_nothing_that_a_programme_says() -> None:
    programme = load_programme(_WAIVER)
    laid = lay_over(programme, date(2026, 1, 24))
    once = load_text(laid.text, "sample.yaml")
    assert lay_over(once, date(2026, 1, 24)).said == ()
    assert {pool for pool in laid.pools if "sample" in pool} == set(laid.pools)
    for name, measure in programme.measures.items():
        assert once.measures[name].section.promise == measure.section.promise
        assert once.measures[name].section.refund == measure.section.refund
        assert once.measures[name].section.claim == measure.section.claim


def test_another_folder_is_none(tmp_path: Path) -> None:
    (tmp_path / "demonstration.json").write_text(json.dumps({"programme": "x"}), encoding="utf-8")
    assert demonstration_in(tmp_path) is None


def test_a_clock_is_moved_in_a_demonstration_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from makegood.configuration import Settings
    from makegood.project.preparing import move_clock

    monkeypatch.setenv("MAKEGOOD_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("MAKEGOOD_DEMO_SHIFT_SECONDS", "-3600")
    with pytest.raises(MakegoodError, match="MG691"):
        move_clock(Settings.load())


@pytest.fixture
def served(made: Demonstration) -> Iterator[tuple[int, int]]:
    """The ports of the staff's and the customers' site, both ready; ended in the end, willingly."""
    web, portal = free_port(), free_port()
    environment = {
        **os.environ,
        "MAKEGOOD_WEB_ADDRESS": f"127.0.0.1:{web}",
        "MAKEGOOD_PORTAL_ADDRESS": f"127.0.0.1:{portal}",
    }
    with subprocess.Popen(
        command(made.folder), env=environment, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout
        waited = {str(web), str(portal)}
        for line in running.stdout:
            if "are served on" in line:
                waited.discard(line.strip().rpartition(":")[2])
            if not waited:
                break
        try:
            assert not waited
            yield web, portal
        finally:
            running.terminate()
            running.stdout.read()
            assert running.wait(60) == 0


def page(port: int, path: str) -> tuple[int, str]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def test_both_sites_are_served_from_the_day_on(served: tuple[int, int]) -> None:
    web, portal = served
    status, text = page(portal, "/?lang=en")
    assert (status, "SK Telecom" in text or "SKT" in text) == (200, True)
    assert page(portal, "/look-up/")[0] == 200
    assert page(web, "/account/sign-in/")[0] == 200
    assert page(shop_port(web), "/account/sign-in/")[0] == 200


def test_the_authenticator_shows_what_the_sign_in_expects() -> None:
    """The examples of RFC 6238 B are for eight digits: their last six are those of six."""
    # Of the same key, as base32.
    assert authenticator_code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", at_seconds=59) == "287082"
    assert authenticator_code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", at_seconds=1111111109) == "081804"
