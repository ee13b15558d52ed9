"""Properties are searched the same way in every run, and a slow machine is no fault."""

from hypothesis import settings

settings.register_profile("methods", deadline=None, derandomize=True)
settings.load_profile("methods")
