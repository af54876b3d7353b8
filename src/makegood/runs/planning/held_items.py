"""What earlier runs of a family have: no other run may have the same item, or the same attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from makegood.runs.planning.earlier import family_runs, item_files
from makegood.runs.planning.line_rows import LineRows
from makegood.runs.planning.problems import SHORT

if TYPE_CHECKING:
    from makegood.configuration import Settings
    from makegood.runs.rows import RunRow


class HeldItems:
    """The items of a family's earlier runs, by key and by line, part by part.

    The keys of each line are kept only where they are asked for.
    """

    def __init__(
        self, settings: Settings, run: RunRow, period: str, *, with_keys: bool = False
    ) -> None:
        found = family_runs(run.programme, run.measure, period)
        own = period == run.period
        self._runs = [
            (
                str(each.run_id)[:SHORT],
                each.state == "cancelled",
                LineRows(
                    [str(path) for path in item_files(settings, each)],
                    ["line_id", "key", "attempt"],
                ),
            )
            for each in found
            if each.items and (each.sequence < run.sequence if own else each.state != "cancelled")
        ]
        self._by_key: dict[str, tuple[int, str]] = {}
        self._by_line: dict[str, set[str]] = {}
        self._with_keys = with_keys
        self._keys: dict[str, set[str]] = {}

    def go_on(self, last: str) -> None:
        """Read the items of the next part, whose last line is this."""
        self._by_key, self._by_line, self._keys = {}, {}, {}
        for name, is_cancelled, rows in self._runs:
            table = rows.until(last)
            columns = (column.to_pylist() for column in table.columns)
            for line, key, attempt in zip(*columns, strict=True):
                # One that was cancelled since may still be why another was left out.
                self._by_line.setdefault(line, set()).add(name)
                if self._with_keys:
                    self._keys.setdefault(line, set()).add(key)
                if not is_cancelled:
                    self._by_key[key] = max(self._by_key.get(key, (0, "")), (attempt, name))

    def has(self, key: str, attempt: int) -> str | None:
        """The run that has this attempt of a key, or a later one; None where none has."""
        held, name = self._by_key.get(key, (0, ""))
        return name if held >= attempt else None

    def holders(self, line: str) -> set[str]:
        """The runs that have an item of a line, by the start of their identifiers."""
        return self._by_line.get(line, set())

    def keys(self, line: str) -> set[str]:
        """The keys of a line that the runs have, those that were cancelled among them."""
        return self._keys.get(line, set())
