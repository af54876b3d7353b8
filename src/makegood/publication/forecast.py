"""What a programme comes to, as far as decisions over a population say: heads and money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from makegood.kernel import Finding, MakegoodError

if TYPE_CHECKING:
    from makegood.decisions import Decisions
    from makegood.programmes import Programme
    from makegood.trust.audit import Json


def forecast_of(programme: Programme, decisions: Decisions) -> dict[str, Json]:
    """Heads and money per measure of decisions by exactly this programme.

    ``amount`` is in minor units and 0 for a measure without money. Raises MakegoodError MG630
    where the decisions were made by another text.
    """
    from makegood.decisions import Disposition  # the engines load when they are needed

    if decisions.programme_sha256 != programme.sha256:
        raise MakegoodError(
            Finding(
                "MG630",
                f"the decisions were made by another version of '{decisions.programme}'",
                "decide with the file that is to be published, and give that folder",
            )
        )
    return {
        "as_of": decisions.as_of.isoformat(),
        "lines": decisions.rows,
        "decisions_sha256": decisions.content_sha256,
        "population_sha256": decisions.population_sha256,
        "measures": {
            name: {
                "granted": counts.of(Disposition.GRANTED),
                "undetermined": counts.of(Disposition.UNDETERMINED),
                "amount": counts.amount or 0,
            }
            for name, counts in decisions.measures.items()
        },
    }
