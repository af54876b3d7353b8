"""How hard the property tests try: MAKEGOOD_EXAMPLES multiplies every number of examples."""

import os

from hypothesis import HealthCheck, settings

_TIMES = int(os.environ.get("MAKEGOOD_EXAMPLES", "1"))


def examples(count: int) -> settings:
    """Settings for a property that looks at so many examples in an everyday run."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    return settings(max_examples=count * _TIMES, deadline=None, suppress_health_check=slow)
