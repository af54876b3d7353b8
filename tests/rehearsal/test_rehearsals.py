"""Whole programmes are rehearsed with faults, and every line has what its oracle says."""

from pathlib import Path

import pytest

from tests.rehearsal.rehearsals import PROGRAMMES, rehearse


@pytest.mark.parametrize("seed", [1])
def test_kt_with_many_faults(seed: int, tmp_path: Path):
    report = tmp_path / "report.html"
    played = rehearse(
        *("kt-2025", "--lines", "2000", "--seed", str(seed), "--faults", "many"),
        *("--report", str(report)),
    )
    looked = played.looked_at
    # Nobody is content because there was nothing to look at.
    assert looked["provisioning"] > 10_000, played
    assert looked["insurer"] > 300, played
    for check in ("sms", "bank", "passes", "coupons", "events"):
        assert looked[check] > 20, played
    survived = played.answer["survived"]
    assert survived["kills"] >= 40, played
    assert survived["restarts"] >= 1, played
    assert survived["rejected"] > 0, played
    assert survived["doubled"] > 0, played
    page = report.read_text(encoding="utf-8")
    assert "<script" not in page
    assert page.count("<svg") >= 5


def test_skt_by_the_same_code():
    played = rehearse("skt-2025", "--lines", "1000", "--seed", "3", "--faults", "some")
    assert played.looked_at["billing"] > 300, played
    assert played.looked_at["provisioning"] > 1_000, played
    assert played.looked_at["bank"] > 3, played


def test_rogers_by_the_same_code_in_cents_and_twice_the_same():
    """The same seed gives the same story and figures, whenever workers die."""
    one, two = (
        rehearse("rogers-2022", "--lines", "500", "--seed", "4", "--faults", "some")
        for _ in range(2)
    )
    assert one.looked_at["billing"] > 200, one
    assert one.answer["survived"]["kills"] >= 1, one
    assert one.answer["content_sha256"] == two.answer["content_sha256"]


def changed_copy(tmp_path: Path, programme: str, old: str, new: str) -> Path:
    """A copy of a programme in which one rule is another."""
    folder = tmp_path / programme
    folder.mkdir()
    for file in (PROGRAMMES / programme).iterdir():
        if file.is_file():
            folder.joinpath(file.name).write_bytes(file.read_bytes())
    copy = folder / "programme.yaml"
    text = copy.read_text(encoding="utf-8")
    assert text.count(old) == 1
    copy.write_text(text.replace(old, new), encoding="utf-8")
    return copy


def test_a_rounding_that_is_another_is_noticed_line_by_line(tmp_path: Path):
    """Up to the cent was promised; by halves some lines get a cent less, and each is told."""
    copy = changed_copy(tmp_path, "rogers-2022", "5, 31, up)", "5, 31, half_up)")
    played = rehearse(copy, "--lines", "300", "--seed", "6", "--faults", "none", status=1)
    answer = played.answer
    assert not answer["ok"]
    assert 50 < answer["difference_count"] < 200
    for one in answer["differences"]:
        assert one["measure"] == "service_credit"
        assert int(one["expected"]) == int(one["found"]) + 1
    assert "seed 6: line L" in played.said
    assert "--lines 300 --seed 6 --faults none" in played.said
