"""Whole programmes are rehearsed with faults, and every line has what its oracle says."""

import re
from pathlib import Path

import pytest

from tests.rehearsal.rehearsals import PROGRAMMES, looked_at, rehearse


@pytest.mark.parametrize("seed", [1, 2])
def test_kt_with_many_faults(seed: int, tmp_path: Path):
    report = tmp_path / "report.html"
    answer = rehearse(
        *("kt-2025", "--lines", "2000", "--seed", str(seed), "--faults", "many"),
        *("--report", str(report)),
    )
    looked = looked_at(answer)
    # Nobody is content because there was nothing to look at.
    assert looked["provisioning"] > 10_000, answer
    assert looked["insurer"] > 300, answer
    for check in ("sms", "bank", "passes", "coupons"):
        assert looked[check] > 20, answer
    survived = answer["survived"]
    assert survived["kills"] >= 40, answer
    assert survived["restarts"] >= 1, answer
    assert survived["rejected"] > 0, answer
    assert survived["doubled"] > 0, answer
    page = report.read_text(encoding="utf-8")
    assert "<script" not in page
    assert page.count("<svg") >= 5


def test_skt_by_the_same_code():
    answer = rehearse("skt-2025", "--lines", "1000", "--seed", "3", "--faults", "some")
    looked = looked_at(answer)
    assert looked["billing"] > 300, answer
    assert looked["provisioning"] > 1_000, answer
    assert looked["bank"] > 3, answer


def test_rogers_by_the_same_code_in_cents():
    answer = rehearse("rogers-2022", "--lines", "500", "--seed", "4", "--faults", "some")
    assert looked_at(answer)["billing"] > 200, answer
    assert answer["survived"]["kills"] >= 1, answer


def test_the_same_seed_gives_the_same_story_whatever_dies():
    one, two = (
        rehearse("rogers-2022", "--lines", "300", "--seed", "5", "--faults", faults)
        for faults in ("some", "some")
    )
    assert one["content_sha256"] == two["content_sha256"]


# --- The oracle notices ---


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


def test_a_rounding_that_is_another_is_noticed(tmp_path: Path):
    """Up to the cent was promised: down is less than a cent, and every such line is told."""
    copy = changed_copy(tmp_path, "rogers-2022", "5, 31, up)", "5, 31, down)")
    answer = rehearse(copy, "--lines", "300", "--seed", "6", "--faults", "none", status=1)
    assert not answer["ok"]
    assert answer["difference_count"] > 100
    first = answer["differences"][0]
    assert first["measure"] == "service_credit"
    assert re.fullmatch(r"\d+", first["expected"])
    assert int(first["expected"]) == int(first["found"]) + 1


def test_a_failure_names_the_seed_and_how_to_see_it_again(tmp_path: Path):
    copy = changed_copy(tmp_path, "rogers-2022", "5, 31, up)", "4, 31, up)")
    with pytest.raises(AssertionError) as failed:
        rehearse(copy, "--lines", "100", "--seed", "7", "--faults", "none")
    assert "seed 7: line L" in str(failed.value)
    assert "--lines 100 --seed 7 --faults none" in str(failed.value)
