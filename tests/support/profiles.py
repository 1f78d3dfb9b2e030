"""How hard Hypothesis tries: a fixed small budget in `make test`, the full one in `make test-deep`."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "quick",
    max_examples=40,
    stateful_step_count=15,
    deadline=None,  # the machine may be busy with something else
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("deep", settings.get_profile("quick"), max_examples=600, stateful_step_count=40)


def few() -> settings:
    """A quarter of the examples, for a property that asks a real database at every step."""
    return settings(max_examples=settings().max_examples // 4)


def load() -> None:
    """Take the profile that HYPOTHESIS_PROFILE names."""
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
