"""How thorough the generated tests are: the same few examples each time, or with FTACTION_THOROUGH=1 many new ones."""

import os

import hypothesis
from hypothesis import HealthCheck, Phase

THOROUGH = os.environ.get("FTACTION_THOROUGH") == "1"


def settings(examples: int, thorough: int, steps: int) -> hypothesis.settings:
    return hypothesis.settings(
        max_examples=thorough if THOROUGH else examples,
        stateful_step_count=3 * steps if THOROUGH else steps,
        derandomize=not THOROUGH,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink] if THOROUGH else [Phase.generate],
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
