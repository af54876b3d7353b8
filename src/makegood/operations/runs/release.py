"""Who lets a run go: the two persons of its proposal, before the release and after it."""

from __future__ import annotations

from typing import Any

from makegood.operations.reading import actor_names
from makegood.runs import RunView
from makegood.trust.proposals import State, proposal_of


def release_told(view: RunView) -> dict[str, Any]:
    """The proposal to release the run, its state, and who did what; empty where nobody did.

    After the release it is the proposal that was used for it. That the program itself carries out
    what two persons agreed on is no news beside their names.
    """
    run = view.run
    proposal_id = view.release_proposal or run.proposal_id
    proposal = proposal_of(proposal_id) if proposal_id else None
    proposed_by, decided_by = (proposal.proposed_by, proposal.decided_by) if proposal else ("", "")
    by_itself = proposal is not None and run.released_by.startswith("system:")
    released_by = "" if by_itself else run.released_by
    names = actor_names(actor for actor in (proposed_by, decided_by, released_by) if actor)
    return {
        "release": proposal,
        "release_is_open": proposal is not None and proposal.state is State.OPEN,
        "proposed_by": names.get(proposed_by, proposed_by),
        "approved_by": names.get(decided_by, decided_by),
        "released_by": names.get(released_by, released_by),
    }
