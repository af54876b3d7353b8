"""Settings come from variables and one file; what is wrong with them is told by name, not value."""

from pathlib import Path

import pytest

from makegood.configuration import Settings, in_force, unknown_variables
from makegood.kernel import MakegoodError

URL = "postgresql://makegood:s3cr3t@db/makegood"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder, and no other setting."""
    import os

    for name in list(os.environ):
        if name.upper().startswith("MAKEGOOD_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("MAKEGOOD_HOME", str(tmp_path))
    return tmp_path


def write(home: Path, text: str) -> None:
    (home / "makegood.toml").write_text(text, encoding="utf-8")


def told() -> str:
    with pytest.raises(MakegoodError) as caught:
        Settings.load()
    return str(caught.value)


def test_a_variable_is_stronger_than_the_file(home: Path, monkeypatch: pytest.MonkeyPatch):
    write(home, 'web_address = "0.0.0.0:1"\ntime_zone = "Europe/Berlin"\n')
    monkeypatch.setenv("MAKEGOOD_WEB_ADDRESS", "127.0.0.1:2")
    settings = Settings.load()
    assert settings.web_address == "127.0.0.1:2"
    assert settings.time_zone == "Europe/Berlin"


def test_another_file_can_be_named(home: Path, monkeypatch: pytest.MonkeyPatch):
    other = home / "other.toml"
    other.write_text("web_processes = 3\n")
    monkeypatch.setenv("MAKEGOOD_SETTINGS", str(other))
    assert Settings.load().web_processes == 3


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("web_address", "MG700", "expected"),
        ("\xff\xfe", "MG700", "settings in 'makegood.toml'"),
        ('web_adress = "x"', "MG701", "did you mean 'web_address'?"),
        (
            "[[networks]]\naddreses = '10.0.0.0/8'",
            "MG701",
            "did you mean 'addresses'",
        ),
        ("[[networks]]\naddresses = '10.0.0.0/8'\nis_a = 'pub'", "MG701", "(0.is_a)"),
        ('time_zone = "Mars/Olympus"', "MG701", "there is no time zone 'Mars/Olympus'"),
        ("web_processes = 0", "MG701", "greater than or equal to 1"),
        ('web_address = "8000"', "MG701", "'web_address'"),
    ],
)
def test_what_is_wrong_with_the_file(home: Path, text: str, code: str, words: str):
    (home / "makegood.toml").write_bytes(text.encode("latin-1"))
    assert code in told()
    assert words in told()


def test_a_file_that_is_named_must_be_there(home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MAKEGOOD_SETTINGS", str(home / "nowhere.toml"))
    assert (
        "MG700: the settings in 'nowhere.toml': no such file or directory"
        in told().lower().replace("mg700", "MG700")
    )


def test_everything_wrong_is_told_at_once(home: Path):
    write(home, 'web_processes = 0\ntime_zone = "x"\nnonsense = 1\n')
    assert told().count("MG701") == 3


def test_no_value_that_may_be_secret_is_told(home: Path, monkeypatch: pytest.MonkeyPatch):
    write(home, f'web_processes = "{URL}"\ndatabase_ur = "{URL}"\n')
    monkeypatch.setenv("MAKEGOOD_DATABASE_URL", URL)
    assert "s3cr3t" not in told()
    (home / "makegood.toml").unlink()
    assert "s3cr3t" not in repr(Settings.load())


def test_what_is_in_force_and_where_from(home: Path, monkeypatch: pytest.MonkeyPatch):
    write(home, 'time_zone = "Europe/Berlin"\n')
    monkeypatch.setenv("MAKEGOOD_DATABASE_URL", URL)
    monkeypatch.setenv("MAKEGOOD_NETWORKS", '[{"addresses": "10.1.0.0/16", "is_a": "office"}]')
    found = {one.name: one for one in in_force()}
    assert set(found) == set(Settings.model_fields)
    assert found["time_zone"].source == str(home / "makegood.toml")
    assert (found["web_processes"].value, found["web_processes"].source) == ("1", "default")
    assert found["database_url"].value == "(hidden)"
    assert found["database_url"].source == "MAKEGOOD_DATABASE_URL"
    assert found["networks"].value == '[{"addresses": "10.1.0.0/16", "is_a": "office"}]'
    assert "s3cr3t" not in str(list(found.values()))


@pytest.mark.usefixtures("home")
def test_variables_that_are_no_settings(monkeypatch: pytest.MonkeyPatch):
    assert unknown_variables() == {}
    monkeypatch.setenv("MAKEGOOD_WEB_ADRESS", "x")
    monkeypatch.setenv("MAKEGOOD_SPARK_MASTER", "yarn")
    assert unknown_variables() == {"MAKEGOOD_WEB_ADRESS": "did you mean 'MAKEGOOD_WEB_ADDRESS'?"}


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("127.0.0.1:8000", ("127.0.0.1", 8000)),
        ("[::1]:80", ("::1", 80)),
        ("localhost:443", ("localhost", 443)),
    ],
)
def test_the_parts_of_an_address(home: Path, address: str, parts: tuple[str, int]):
    assert Settings(home=home, web_address=address).web_host_and_port == parts


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://bank.example/api",
        "http://localhost:8080",
        "http://127.0.0.1:9",
        "http://[::1]:9",
    ],
)
@pytest.mark.usefixtures("home")
def test_the_bank_is_asked_over_tls_or_on_this_machine(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("MAKEGOOD_BANK_ADDRESS", address)
    assert Settings.load().bank_address == address


@pytest.mark.parametrize(
    "address",
    [
        "http://bank.example",
        "HTTP://bank.example",
        "http://10.0.0.1",
        "http://localhost@bank.example",
        "http://localhost.example",
        "http://",
    ],
)
@pytest.mark.usefixtures("home")
def test_the_bank_is_never_asked_in_clear(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("MAKEGOOD_BANK_ADDRESS", address)
    assert "MG701" in told()
