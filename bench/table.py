"""The results: as a list of plain objects, and as a table to read."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Result:
    """One figure. Without a bar it is told for completeness, and nothing is judged."""

    name: str
    value: float
    unit: str
    against: str | None = None
    ratio: float | None = None
    bar: str | None = None
    holds: bool | None = None


def at_most(limit: float, found: float) -> tuple[str, bool]:
    """The bar as text, and whether it holds."""
    return f"<= {limit:g}", found <= limit


def at_least(limit: float, found: float) -> tuple[str, bool]:
    """The bar as text, and whether it holds."""
    return f">= {limit:g}", found >= limit


def write_json(results: list[Result], path: Path, *, keep_others: bool = False) -> None:
    """The list of objects that other programs read; rows of other names may be kept."""
    rows = [
        asdict(result)
        | {"value": _rounded(result.value), "ratio": result.ratio and _rounded(result.ratio)}
        for result in results
    ]
    if keep_others:
        named = {row["name"] for row in rows}
        before = json.loads(path.read_text(encoding="utf-8"))
        rows = [row for row in before if row["name"] not in named] + rows
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def markdown(results: list[Result]) -> str:
    """The table."""
    head = ["what", "makegood", "against", "ratio", "bar", "holds"]
    rows = [head, ["---", "---:", "---", "---:", "---", "---"]]
    for result in results:
        judged = "" if result.holds is None else ("yes" if result.holds else "**no**")
        rows.append(
            [
                result.name,
                f"{number(result.value)} {result.unit}",
                result.against or "",
                "" if result.ratio is None else number(result.ratio),
                result.bar or "",
                judged,
            ]
        )
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def number(value: float) -> str:
    """Three digits that mean something."""
    if abs(value) >= 1000:
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{value:.3g}"


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")
