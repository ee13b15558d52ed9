"""Properties are searched the same way in every run, and a slow machine is no fault."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "methods",
    deadline=None,
    derandomize=True,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("methods")
