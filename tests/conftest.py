"""What all tests share: the helpers beside this file, the markers, and the settings of Hypothesis."""

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

sys.path.append(str(Path(__file__).parent))

settings.register_profile(
    "stage", deadline=None, derandomize=True, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("stage")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "rule(*ids): tests the rules with these ids, for example T3")
    config.addinivalue_line("markers", "invariant(number): tests the invariant with this number")
