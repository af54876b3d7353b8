"""``makegood up``: store, web and worker together, started, watched and stopped in order."""

from makegood.project.supervisor.events import Event, Part
from makegood.project.supervisor.supervising import Supervisor

__all__ = ["Event", "Part", "Supervisor"]
