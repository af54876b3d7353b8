"""One-time codes leave at once, fit a short message, and stand nowhere but on the spool."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from makegood.channels.messages import code_counts, remove_old_codes, send_code
from makegood.channels.messages.fake import AggregatorAtWork, FakeAggregator, handset
from makegood.configuration import Settings
from makegood.kernel import FixedClock, MakegoodError
from makegood.programmes import load_programme, parsed_messages, sms_bytes, unwritable
from makegood.runs import take_in
from makegood.runs.rows import select
from makegood.trust import clock

FILE = Path(__file__).parents[3] / "programmes" / "kt-2025" / "programme.yaml"
PROGRAMME = load_programme(FILE)
PHONE, CODE = "010-1234-5678", "493027"
NIGHT = datetime(2026, 1, 15, 17, 30, tzinfo=UTC)  # 02:30 in Seoul
OWN = """\
makegood: 1
messages:
  code:
    for: code
    by: [sms]
    text:
      ko: '[{operator}] {code_value}, {minutes}분'
      en: '[{operator}] {code_value}, {minutes} min'
"""


@pytest.fixture
def settings(database) -> Iterator[Settings]:
    with clock.use(FixedClock(NIGHT)):
        yield database.settings.model_copy(update={"sms_sender": "1500"})


@pytest.fixture
def aggregator(settings, tmp_path) -> FakeAggregator:
    return FakeAggregator(settings.exchange_folder / "sms", tmp_path / "books")


def sent(settings, language="ko", **more):
    given = {"programme": PROGRAMME, **more}
    send_code(settings, "C0001", PHONE, CODE, language, "kt-2025", **given)


def shown(aggregator, tmp_path):
    aggregator.turn(NIGHT)
    return [message.text for message in handset(tmp_path / "books", PHONE)]


def test_a_code_leaves_at_night_and_is_delivered_no_later_than_it_is_good(settings):
    sent(settings, expires_at=NIGHT + timedelta(minutes=3))
    (control,) = (settings.exchange_folder / "sms" / "out").glob("*.json")
    assert (NIGHT + timedelta(minutes=3)).isoformat() in control.read_text()


def test_in_the_words_of_the_programme_else_in_our_own(settings, aggregator, tmp_path):
    sent(settings, messages=parsed_messages(OWN))
    assert shown(aggregator, tmp_path) == [f"[케이티] {CODE}, 5분"]
    sent(settings, "en")
    assert f"[KT] Code {CODE}, good for 5 min. Tell it to nobody." in shown(aggregator, tmp_path)


@pytest.mark.parametrize("language", ["ko", "en", "fr"])
def test_our_own_words_fit_a_short_message(settings, aggregator, tmp_path, language):
    sent(settings, language, programme=None)
    (text,) = shown(aggregator, tmp_path)
    assert CODE in text
    assert (sms_bytes(text) <= 90, unwritable(text)) == (True, [])


def test_the_code_is_in_no_table_note_or_log(settings, aggregator, caplog, capfd):
    sent(settings)
    root = settings.exchange_folder / "sms"
    holding = [path.parent.name for path in root.rglob("*") if path.is_file() and CODE in _of(path)]
    assert holding == ["out"]
    aggregator.turn(NIGHT)
    assert [path for path in root.rglob("*") if path.is_file() and CODE in _of(path)] == []
    tables = select(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    )
    for (table,) in tables:
        try:
            assert not any(CODE in str(row) for row in select(f'SELECT * FROM "{table}"')), table
        except psycopg.errors.InsufficientPrivilege:
            continue
    assert CODE not in caplog.text
    assert CODE not in "".join(capfd.readouterr())
    assert "01012345678" not in str(select("SELECT * FROM messages_one_time"))


def test_what_nobody_took_is_removed_when_its_time_is_over(settings, aggregator):
    root = settings.exchange_folder / "sms"
    sent(settings)
    assert remove_old_codes(settings) == 0
    with clock.use(FixedClock(NIGHT + timedelta(minutes=6))):
        sent(settings)
        assert remove_old_codes(settings) == 1
        assert len(list((root / "out").glob("*.csv"))) == 1
        aggregator.turn(NIGHT)
        take_in(settings)
    with clock.use(FixedClock(NIGHT + timedelta(minutes=20))):
        remove_old_codes(settings)
    assert list(root.rglob("*code-*")) == []
    (count,) = code_counts("kt-2025")
    assert (count.sent, count.delivered, count.failed) == (2, 1, 0)


def test_reports_of_codes_are_no_trouble_for_runs(settings, aggregator):
    sent(settings)
    aggregator.turn(NIGHT)
    done = take_in(settings)
    assert (done.unmatched, done.troubles) == (0, [])
    assert take_in(settings).sources == 0


@pytest.mark.parametrize("phone", ["", "nonsense"])
def test_without_a_telephone_nothing_leaves(settings, phone):
    with pytest.raises(MakegoodError, match="MG829"):
        send_code(settings, "C0001", phone, CODE, "ko", "kt-2025")


def test_an_aggregator_at_work_brings_it_to_the_handset(settings, tmp_path):
    books = tmp_path / "work"
    with AggregatorAtWork(settings.exchange_folder / "sms", books, every_seconds=0.01):
        sent(settings)
        sent(settings, "en")
        for _ in range(500):
            if len(handset(books, PHONE)) == 2:
                break
            select("SELECT pg_sleep(0.01)")
    # Both may be taken in the same moment.
    english, korean = sorted(message.text for message in handset(books, "+82 10 1234 5678"))
    assert "Code" in english
    assert "인증번호" in korean
    assert handset(books, "010-9999-9999") == []


def _of(path: Path) -> str:
    return path.read_text("utf-8", errors="replace")
