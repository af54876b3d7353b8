"""An export is read by a reader that knows only C2SP tlog-tiles: paths, lengths, SHA-256."""

import base64
import json
from hashlib import sha256
from pathlib import Path

import pytest
from pymerkle import InmemoryTree

from makegood.kernel import MakegoodError
from makegood.trust.audit import export, publish_checkpoint
from makegood.trust.audit.tile import tile_path, tiles_between
from tests.trust.audit.entries import ORIGIN, behind_the_back, master_key, write, write_many


class Reader:
    """A monitor: it fetches files by the rules and takes nothing for granted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        note = (folder / "checkpoint").read_text()
        self.origin, size, root = note.split("\n")[:3]
        self.size, self.root = int(size), base64.b64decode(root)

    def tile(self, level: str, index: int) -> bytes:
        count = self.size if level == "entries" else self.size >> (8 * int(level))
        width = min(256, count - index * 256)
        name = f"{index:03d}" if index < 1000 else f"x{index // 1000:03d}/{index % 1000:03d}"
        path = f"tile/{level}/{name}" + ("" if width == 256 else f".p/{width}")
        return (self.folder / path).read_bytes()

    def entries(self) -> list[bytes]:
        found = []
        for index in range(-(-self.size // 256)):
            rest = self.tile("entries", index)
            while rest:
                length = int.from_bytes(rest[:2], "big")
                found.append(rest[2 : 2 + length])
                rest = rest[2 + length :]
        return found

    def hashes(self, level: int) -> list[bytes]:
        count = self.size >> (8 * level)
        joined = b"".join(self.tile(str(level), index) for index in range(-(-count // 256)))
        return [joined[at : at + 32] for at in range(0, len(joined), 32)]

    def check(self) -> list[bytes]:
        entries = self.entries()
        assert len(entries) == self.size
        assert self.hashes(0) == [sha256(b"\x00" + entry).digest() for entry in entries]
        tree = InmemoryTree(algorithm="sha256")
        for number, entry in enumerate(entries, start=1):
            tree.append_entry(entry)
            if number % 256 == 0:
                # A full tile's hash stands in the tile above.
                block = InmemoryTree(algorithm="sha256")
                for other in entries[number - 256 : number]:
                    block.append_entry(other)
                assert self.hashes(1)[number // 256 - 1] == block.get_root(256)
        assert tree.get_root(self.size) == self.root
        return entries


def files(folder: Path) -> dict[str, int]:
    return {
        str(path.relative_to(folder)): path.stat().st_mtime_ns
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


def test_an_export_is_a_tiled_log_and_grows(database, tmp_path):
    keys = master_key(database)
    folder = tmp_path / "copy"
    write_many(254)
    publish_checkpoint(keys, ORIGIN)
    first = export(folder)
    assert (first.old_size, first.size) == (0, 255)
    assert len(Reader(folder).check()) == 255
    before = files(folder)
    assert set(before) == {"checkpoint", "tile/0/000.p/255", "tile/entries/000.p/255"}

    write_many(600)
    publish_checkpoint(keys, ORIGIN)
    second = export(folder)
    assert second.old_size == 255
    entries = Reader(folder).check()
    assert json.loads(entries[300])["kind"] == "personal_data.revealed"
    after = files(folder)
    assert "tile/0/000.p/255" not in after, "an outgrown tile goes"
    assert {"tile/0/000", "tile/0/003.p/88", "tile/1/000.p/3"} <= set(after)

    write(1)
    publish_checkpoint(keys, ORIGIN)
    export(folder)
    Reader(folder).check()
    last = files(folder)
    assert last["tile/0/000"] == after["tile/0/000"], "what is full is not written again"
    assert export(folder).files == 0, "nothing new, nothing written"


def test_an_export_that_was_stopped_goes_on(database, tmp_path):
    keys = master_key(database)
    folder = tmp_path / "copy"
    write_many(700)
    publish_checkpoint(keys, ORIGIN)

    class Stopped(Exception):
        pass

    def stop(_stage: str, done: int, _total: int | None) -> None:
        if done >= 512:
            raise Stopped

    with pytest.raises(Stopped):
        export(folder, stop)
    assert not (folder / "checkpoint").exists(), "the checkpoint comes last"
    export(folder)
    assert len(Reader(folder).check()) == 701


def test_a_folder_of_something_else_is_left_alone(database, tmp_path):
    keys = master_key(database)
    write(3)
    with pytest.raises(MakegoodError, match="MG753"):
        export(tmp_path / "copy")
    publish_checkpoint(keys, ORIGIN)
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(MakegoodError, match="MG754"):
        export(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    (other / "checkpoint").write_text("no note")
    with pytest.raises(MakegoodError, match="MG754"):
        export(other)
    assert (other / "checkpoint").read_text() == "no note"


def test_an_export_of_another_history_is_refused(database, tmp_path):
    keys = master_key(database)
    folder = tmp_path / "copy"
    write(5)
    publish_checkpoint(keys, ORIGIN)
    export(folder)
    write(5)
    publish_checkpoint(keys, ORIGIN)
    with behind_the_back(database) as connection:
        connection.execute(
            "UPDATE audit_leaf SET leaf_hash = sha256(leaf_hash) WHERE leaf_index = 2"
        )
    with pytest.raises(MakegoodError, match="another history"):
        export(folder)


def test_an_entry_that_was_changed_is_not_exported(database, tmp_path):
    write(5)
    publish_checkpoint(master_key(database), ORIGIN)
    with behind_the_back(database) as connection:
        connection.execute("UPDATE audit_entry SET payload = payload || 'x'::bytea")
    with pytest.raises(MakegoodError, match="MG743"):
        export(tmp_path / "copy")


def test_paths_of_tiles():
    # The examples of c2sp.org/tlog-tiles.
    assert str(tile_path(0, 1_234_067)) == "tile/0/x001/x234/067"
    assert str(tile_path("entries", 0, 7)) == "tile/entries/000.p/7"
    of_70000 = list(tiles_between(0, 70_000))
    assert sum(level == 0 and width == 256 for level, _, width in of_70000) == 273
    assert (0, 273, 112) in of_70000
    assert (1, 0, 256) in of_70000
    assert (1, 1, 17) in of_70000
    assert (2, 0, 1) in of_70000
    assert len(of_70000) == 277
    assert list(tiles_between(255, 256)) == [(0, 0, 256), (1, 0, 1)]
