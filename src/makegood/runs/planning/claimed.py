"""The amounts of claims that a run pays, reckoned again by the engine that did not approve them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from makegood.kernel import Finding, MakegoodError, Progress
from makegood.runs.planning.earlier import item_files

if TYPE_CHECKING:
    from makegood.configuration import Settings
    from makegood.decisions import Decisions
    from makegood.programmes import Programme
    from makegood.runs.rows import RunRow


def expect_amounts(
    settings: Settings,
    run: RunRow,
    programme: Programme,
    decisions: Decisions,
    progress: Progress,
) -> None:
    """Raises MakegoodError MG868 at the first claim whose amount no decision says.

    A claim was approved by the engine of single lines. Its amount must be what the engine in bulk
    says over the newest snapshot, or over the very version and snapshot that it was approved on.
    What two persons agreed on is theirs.
    """
    from makegood.redress.claims import approvals_of

    items = ds.dataset([str(path) for path in item_files(settings, run)]).to_table(
        columns=["line_id", "key", "amount"]
    )
    approvals = approvals_of(run.run_id)
    by_persons = approvals.filter(approvals.column("by_persons")).column("key").combine_chunks()
    claimed = pc.is_in(items.column("key"), approvals.column("key").combine_chunks())
    rest = items.filter(pc.and_(claimed, pc.invert(pc.is_in(items.column("key"), by_persons))))
    if not pc.all(claimed).as_py():
        line = items.filter(pc.invert(claimed)).column("line_id")[0].as_py()
        raise _differs(line, "no claim of it is being paid by this run")
    rest = _otherwise(rest, run.measure, decisions)
    for version, snapshot in _pins(approvals, rest):
        if not rest.num_rows:
            break
        found = _decisions(settings, programme.identifier, version, snapshot, progress)
        if found is not None:
            pinned = _pinned(approvals, version, snapshot)
            own = pc.is_in(rest.column("key"), pinned)
            rest = pa.concat_tables(
                [
                    rest.filter(pc.invert(own)),
                    _otherwise(rest.filter(own), run.measure, found),
                ]
            )
    if rest.num_rows:
        line, amount = rest.column("line_id")[0].as_py(), rest.column("amount")[0].as_py()
        raise _differs(line, f"the claim's amount is {amount}, and no decision says so")


def _otherwise(items: pa.Table, measure: str, decisions: Decisions) -> pa.Table:
    """The items whose line is not granted this very amount."""
    from makegood.decisions import Disposition, amount_column

    granted = [
        count.code
        for count in decisions.measures[measure].counts
        if count.disposition is Disposition.GRANTED
    ]
    lines = pc.unique(items.column("line_id"))
    name = amount_column(measure)
    chosen = ds.field("line_id").isin(lines) & ds.field(measure).isin(granted)
    found = ds.dataset([str(path) for path in decisions.part_paths()]).to_table(
        columns=["line_id", name], filter=chosen
    )
    at = pc.index_in(items.column("line_id"), found.column("line_id").combine_chunks())
    due = found.column(name).combine_chunks().take(at.combine_chunks())
    same = pc.fill_null(pc.equal(items.column("amount").combine_chunks(), due), fill_value=False)
    return items.filter(pc.invert(same))


def _pins(approvals: pa.Table, items: pa.Table) -> Iterator[tuple[str, str]]:
    """The versions and snapshots on which claims of these items were approved."""
    own = approvals.filter(pc.is_in(approvals.column("key"), items.column("key").combine_chunks()))
    pairs = zip(
        own.column("programme_sha256").to_pylist(),
        own.column("snapshot_sha256").to_pylist(),
        strict=True,
    )
    yield from sorted(set(pairs))


def _pinned(approvals: pa.Table, version: str, snapshot: str) -> pa.Array:
    same = pc.and_(
        pc.equal(approvals.column("programme_sha256"), version),
        pc.equal(approvals.column("snapshot_sha256"), snapshot),
    )
    return approvals.filter(same).column("key").combine_chunks()


def _decisions(
    settings: Settings, name: str, version: str, snapshot_sha256: str, progress: Progress
) -> Decisions | None:
    """Decisions by a version over a snapshot, where both are still known."""
    from makegood.publication import versions
    from makegood.redress.serving import bases_for, registered, snapshot_of
    from makegood.runs.planning.deciding import kept_decisions

    published = next((each for each in versions(name) if each.sha256 == version), None)
    known = next((k for k in registered(name) if k.content_sha256 == snapshot_sha256), None)
    if published is None or known is None:
        return None
    programme, snapshot = published.load(), snapshot_of(known)
    bases = bases_for(programme, snapshot)
    return kept_decisions(settings, programme, snapshot, bases, progress)


def _differs(line: str, what: str) -> MakegoodError:
    hint = "look at the claim; two persons may agree on an amount, or the run is cancelled"
    return MakegoodError(Finding("MG868", f"line {line}: {what}", hint))
