"""All checks, in the order in which one would mend what they find."""

from __future__ import annotations

from collections.abc import Iterator

from makegood.configuration import Settings, unknown_variables
from makegood.kernel import MakegoodError
from makegood.project.doctor.check import Check, State, doubtful, fine, raised
from makegood.project.doctor.database import inside, unreachable
from makegood.project.doctor.places import places
from makegood.project.preparing import prepared


def examine(settings: Settings) -> Iterator[Check]:
    """One line after the other. Nothing is changed, but that an embedded store is started."""
    yield _settings()
    wrong_places = False
    for check in places(settings):
        wrong_places = wrong_places or (check.name == "data folder" and check.state is State.WRONG)
        yield check
    yield _policies(settings)
    if wrong_places and settings.database_url is None:
        return
    try:
        with prepared(settings, migrate=False) as store:
            yield from inside(store, settings)
    except MakegoodError as error:
        yield unreachable(error)


def _settings() -> Check:
    strange = unknown_variables()
    if not strange:
        return fine("settings", "every setting is known and can be read")
    hints = [hint for hint in strange.values() if hint]
    hint = hints[0] if hints else "docs/operating.md lists all settings"
    return doubtful("settings", f"{', '.join(strange)}: no setting has this name", hint)


def _policies(settings: Settings) -> Check:
    from makegood.trust.policy import PolicySet

    try:
        loaded = PolicySet.load(settings.policies)
    except MakegoodError as error:
        return raised("policies", error)
    return fine("policies", f"the policies are sound, version {loaded.version[:12]}")
