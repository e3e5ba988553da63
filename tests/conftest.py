"""What all tests share: the settings of Hypothesis."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "stage", deadline=None, derandomize=True, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("stage")
