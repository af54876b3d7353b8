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
    # However quick the machine is: what misses at one stretch of work befalls a later one.
    assert played.answer["planned"] == {"kills": 48, "restarts": 4}, played
    assert (survived["kills"], survived["restarts"]) == (48, 4), played
    assert survived["rejected"] > 0, played
    assert survived["doubled"] > 0, played
    # What is out of the ordinary was done, and what came of it is in the checks.
    acts = played.answer["acts"]
    for act in ("upheld", "not_upheld", "guardian", "guardian_bare", "exception"):
        assert acts[act] >= 1, played
    for act in ("held", "cancelled", "ran_empty", "waited_for_code"):
        assert acts[act] >= 1, played
    assert acts["objected"] == acts["upheld"] + acts["not_upheld"], played
    assert looked["quotes"] >= acts["exception"], played
    assert looked["steered"] == acts["held"] + acts["cancelled"], played
    page = report.read_text(encoding="utf-8")
    assert "계획 48건" in page
    assert "<script" not in page
    assert page.count("<svg") >= 5


def test_skt_by_the_same_code():
    played = rehearse("skt-2025", "--lines", "1000", "--seed", "3", "--faults", "some")
    assert played.looked_at["billing"] > 300, played
    assert played.looked_at["provisioning"] > 1_000, played
    assert played.looked_at["bank"] > 3, played
    # Pay-outs that no date of the calendar brings are planned again, too.
    assert played.answer["acts"]["cancelled"] >= 1, played


def test_rogers_by_the_same_code_in_cents_and_twice_the_same():
    """The same seed gives the same story and figures, whenever workers die."""
    one, two = (
        rehearse("rogers-2022", "--lines", "500", "--seed", "4", "--faults", "some")
        for _ in range(2)
    )
    assert one.looked_at["billing"] > 200, one
    assert one.answer["survived"]["kills"] == one.answer["planned"]["kills"] == 12, one
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


_BROKEN = """
import importlib.util
import sys

IN_A_WORKER = "rehearsal.worker" in " ".join(sys.orig_argv)


class Breaks:
    def find_spec(self, name, path=None, target=None):
        if name != "makegood.runs.working" or IN_A_WORKER is not {in_a_worker}:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        whole = spec.loader.exec_module

        def broken(*_):
            raise KeyError("a mistake")

        def execute(module):
            whole(module)
            module.index_runs = broken

        spec.loader.exec_module = execute
        return spec


sys.meta_path.insert(0, Breaks())
"""
"""A program that makes a mistake in each round of work: of the play's own, or of its workers'."""


@pytest.mark.parametrize(("in_a_worker", "faults"), [(False, "none"), (True, "some")])
def test_a_mistake_of_the_program_fails_the_rehearsal_though_nothing_else_comes_of_it(
    tmp_path: Path, in_a_worker: bool, faults: str
):
    text = _BROKEN.replace("{in_a_worker}", str(in_a_worker))
    tmp_path.joinpath("sitecustomize.py").write_text(text, encoding="utf-8")
    report = tmp_path / "report.html"
    played = rehearse(
        *("rogers-2022", "--lines", "100", "--seed", "3", "--faults", faults),
        *("--report", str(report), "--lang", "en"),
        status=1,
        python_path=tmp_path,
    )
    answer = played.answer
    assert [check["name"] for check in answer["checks"] if not check["holds"]] == ["mistakes"]
    [mistake] = answer["differences"]
    assert "a fault of the program" in mistake["what"]
    assert mistake["what"].endswith(": KeyError")
    assert "seed 3: a fault of the program" in played.said
    assert f"--lines 100 --seed 3 --faults {faults}" in played.said
    page = report.read_text(encoding="utf-8")
    assert mistake["what"] in page
    assert "It differs" in page
