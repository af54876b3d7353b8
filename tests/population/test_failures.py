"""No room, no permission, two at once: a finding, and nothing left behind."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from makegood.kernel import MakegoodError
from makegood.population import check_snapshot
from makegood.population.staging import Staging
from tests.population.making import SMALL, make, small_table, writer_to
from tests.population.test_kills import in_child, prepare


def test_a_place_that_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MakegoodError) as error:
        make(SMALL, tmp_path / "file" / "s")
    assert error.value.findings[0].code == "MG509"
    assert "nothing was left behind" in error.value.findings[0].hint


_LIMITED = """
import resource, signal, sys
from pathlib import Path
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
from makegood.kernel import MakegoodError
from tests.population import child
try:
    child.run(Path(sys.argv[1]), sys.argv[2])
except MakegoodError as error:
    print(error.findings[0].code, error)
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="no limit on a file's size here")
@pytest.mark.parametrize("kind", ["make", "import"])
def test_no_room_for_a_file(tmp_path: Path, kind: str) -> None:
    prepare(tmp_path)
    ended = in_child(["-c", _LIMITED, str(tmp_path), kind, "100000"])
    assert ended.stdout.startswith("MG509"), ended.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"m.yaml", "s.csv"}


def test_a_run_under_way_is_left_alone(tmp_path: Path) -> None:
    with Staging(tmp_path / "s") as other:
        (other.folder / "work").write_text("under way")
        assert make(SMALL, tmp_path / "s").written
        assert (other.folder / "work").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


@pytest.mark.parametrize(("rows", "fits"), [(10, True), (11, False)])
def test_the_slower_of_two(tmp_path: Path, rows: int, fits: bool) -> None:
    """Whoever comes second finds the same snapshot, or is refused."""
    with writer_to(tmp_path / "s") as slow:
        slow.add(small_table(0, 10))
        facts = SMALL if fits else {name: SMALL[name] for name in ("status", "paid")}
        with writer_to(tmp_path / "s", facts) as fast:
            fast.add(small_table(0, rows).select(["line_id", *facts]))
            assert fast.finish().written
        if fits:
            assert not slow.finish().written
        else:
            with pytest.raises(MakegoodError, match="holds a snapshot of other inputs"):
                slow.finish()
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    outcome = make(SMALL, tmp_path / "s")
    assert outcome.written
    assert check_snapshot(outcome.snapshot) == []
