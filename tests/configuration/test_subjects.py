"""The settings of each subject are parts of one whole: each once, in the order of the guide."""

from collections import Counter

from makegood.configuration import Settings, described
from makegood.configuration.subjects.part import Part

PARTS = [part for part in Settings.__mro__ if issubclass(part, Part) and part is not Part]
SUBJECTS = [part for part in PARTS if part is not Settings]


def own(part: type) -> list[str]:
    """The settings that a part declares itself."""
    return [name for name in part.__annotations__ if name in Settings.model_fields]


def test_every_setting_belongs_to_exactly_one_subject():
    counted = Counter(name for part in SUBJECTS for name in own(part))
    assert set(counted) == set(Settings.model_fields)
    assert {name for name, times in counted.items() if times > 1} == set()


def test_the_guide_shows_a_subject_as_one_stretch():
    shown = [name.removeprefix("MAKEGOOD_").lower() for name in described()]
    assert shown == [name for part in reversed(SUBJECTS) for name in own(part)]
    assert shown[0] == "home"


def test_every_part_keeps_what_it_was_given_frozen():
    assert all(part.model_config.get("frozen") for part in SUBJECTS)
