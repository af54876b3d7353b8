"""The master key: made once, kept from others, and never shown."""

import json
import multiprocessing
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from makegood.configuration import Settings
from makegood.kernel import MakegoodError
from makegood.trust.keys import MasterKey
from tests.trust.keys.vault_server import TOKEN, VaultServer, vault_server

SECRET = b"keys of the vault"


def settings(home: Path, master_key: str = "") -> Settings:
    return Settings(home=home, master_key=master_key)


def refused(act: Callable[[], object], code: str) -> str:
    with pytest.raises(MakegoodError) as caught:
        act()
    [finding] = caught.value.findings
    assert finding.code == code
    assert finding.hint
    return str(caught.value)


# --- In a file ---


def test_the_file_is_made_at_first_use_and_is_the_programs_alone(tmp_path: Path) -> None:
    made = MasterKey.open(settings(tmp_path / "home"))
    file = Path(made.address)
    assert file.parent == tmp_path / "home" / "secrets"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert json.loads(file.read_text())["primaryKeyId"]
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_what_is_wrapped_opens_later_and_only_with_the_same_associated_data(
    tmp_path: Path,
) -> None:
    wrapped = MasterKey.open(settings(tmp_path)).wrap(SECRET, b"generation/1")
    again = MasterKey.open(settings(tmp_path))
    assert again.unwrap(wrapped, b"generation/1") == SECRET
    refused(lambda: again.unwrap(wrapped, b"generation/2"), "MG725")
    broken = wrapped[:-1] + bytes([wrapped[-1] ^ 1])
    refused(lambda: again.unwrap(broken, b"generation/1"), "MG725")


def test_another_master_key_does_not_open_it(tmp_path: Path) -> None:
    wrapped = MasterKey.open(settings(tmp_path / "a")).wrap(SECRET, b"")
    other = MasterKey.open(settings(tmp_path / "b"))
    said = refused(lambda: other.unwrap(wrapped, b""), "MG725")
    assert "MAKEGOOD_MASTER_KEY" in said


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o620])
def test_a_file_that_others_can_read_or_write_is_refused(tmp_path: Path, mode: int) -> None:
    file = Path(MasterKey.open(settings(tmp_path)).address)
    file.chmod(mode)
    said = refused(lambda: MasterKey.open(settings(tmp_path)), "MG720")
    assert f"chmod 600 {file}" in said


@pytest.mark.parametrize("mode", [0o750, 0o701, 0o777])
def test_a_folder_that_others_can_enter_is_refused(tmp_path: Path, mode: int) -> None:
    folder = Path(MasterKey.open(settings(tmp_path)).address).parent
    folder.chmod(mode)
    refused(lambda: MasterKey.open(settings(tmp_path)), "MG720")


def test_no_key_is_made_in_a_folder_of_others(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)
    refused(lambda: MasterKey.open(settings(tmp_path, str(folder / "key.json"))), "MG720")
    assert not list(folder.iterdir())


@pytest.mark.parametrize("content", [b"", b"{}", b'{"key": "c2VjcmV0"}', b"\xff\xfe", b"[1]"])
def test_a_file_that_is_no_keyset_is_refused_and_kept(tmp_path: Path, content: bytes) -> None:
    file = Path(MasterKey.open(settings(tmp_path)).address)
    file.write_bytes(content)
    said = refused(lambda: MasterKey.open(settings(tmp_path)), "MG721")
    assert "c2VjcmV0" not in said
    assert file.read_bytes() == content


def test_a_folder_where_the_file_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir(mode=0o700)
    (tmp_path / "secrets" / "master-key.json").mkdir(mode=0o700)
    refused(lambda: MasterKey.open(settings(tmp_path)), "MG721")


def _wrap_in_child(home: Path) -> bytes:
    return MasterKey.open(settings(home)).wrap(SECRET, b"")


def test_processes_that_come_at_once_make_one_key(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        wrapped = pool.map(_wrap_in_child, [tmp_path] * 8, chunksize=1)
    key = MasterKey.open(settings(tmp_path))
    assert {key.unwrap(each, b"") for each in wrapped} == {SECRET}
    assert len(list((tmp_path / "secrets").iterdir())) == 1


def test_a_file_can_be_named(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    named = MasterKey.open(settings(tmp_path, f"file://{folder}/key.json"))
    assert named.address == str(folder / "key.json")
    same = MasterKey.open(settings(tmp_path, f"{folder}/key.json"))
    assert same.unwrap(named.wrap(SECRET, b""), b"") == SECRET


def test_it_never_shows_itself(tmp_path: Path) -> None:
    key = MasterKey.open(settings(tmp_path))
    content = json.loads(Path(key.address).read_text())
    secret = content["key"][0]["keyData"]["value"]
    assert secret not in repr(key) + str(key) + repr(vars(key))


# --- In a service ---


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("relative/key.json", "MG722"),
        ("azure://vault/key", "MG722"),
        ("hcvault://vault.example.com:8200/transit/makegood", "MG722"),
        ("hcvault://vault.example.com:8200/transit/keys/makegood?tls=no", "MG722"),
        ("hcvault://user:secret@vault.example.com/transit/keys/makegood", "MG722"),
        ("gcp-kms://projects/p/locations/l/keyRings/r/cryptoKeys/k", "MG723"),
        ("aws-kms://arn:aws:kms:ap-northeast-2:111122223333:key/k", "MG723"),
    ],
)
def test_an_address_that_cannot_be_used_is_told(tmp_path: Path, address: str, code: str) -> None:
    said = refused(lambda: MasterKey.open(settings(tmp_path, address)), code)
    assert "secret@" not in said
    assert not list(tmp_path.iterdir()), "no key is made in a file instead"


@pytest.fixture
def transit(monkeypatch: pytest.MonkeyPatch) -> VaultServer:  # type: ignore[misc]
    monkeypatch.setenv("VAULT_TOKEN", TOKEN)
    with vault_server() as server:
        yield server


def test_vault_wraps_a_data_key_and_never_sees_what_is_wrapped(
    tmp_path: Path, transit: VaultServer
) -> None:
    key = MasterKey.open(settings(tmp_path, transit.address()))
    wrapped = key.wrap(SECRET, b"generation/1")
    assert SECRET not in wrapped
    assert MasterKey.open(settings(tmp_path, transit.address())).unwrap(
        wrapped, b"generation/1"
    ) == (SECRET)
    assert transit.asked == ["/v1/transit/encrypt/makegood", "/v1/transit/decrypt/makegood"]
    assert not list(tmp_path.iterdir())


def test_vault_binds_the_associated_data_though_its_transit_knows_none(
    tmp_path: Path, transit: VaultServer
) -> None:
    key = MasterKey.open(settings(tmp_path, transit.address()))
    wrapped = key.wrap(SECRET, b"generation/1")
    refused(lambda: key.unwrap(wrapped, b"generation/2"), "MG725")


def test_a_vault_that_says_no_is_told_without_its_words(
    tmp_path: Path, transit: VaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = MasterKey.open(settings(tmp_path, transit.address()))
    wrapped = key.wrap(SECRET, b"")
    transit.sealed = True
    assert "VaultDown" in refused(lambda: key.unwrap(wrapped, b""), "MG724")
    transit.sealed = False
    unknown = MasterKey.open(settings(tmp_path, transit.address("another")))
    refused(lambda: unknown.wrap(SECRET, b""), "MG724")
    monkeypatch.setenv("VAULT_TOKEN", "s.another")
    stranger = MasterKey.open(settings(tmp_path, transit.address()))
    said = refused(lambda: stranger.unwrap(wrapped, b""), "MG724")
    assert "s.another" not in said


def test_a_vault_that_nobody_reaches_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAULT_TOKEN", TOKEN)
    with vault_server() as server:
        address = server.address()
    key = MasterKey.open(settings(tmp_path, address))
    refused(lambda: key.wrap(SECRET, b""), "MG724")
