"""The shared fixtures."""

from tests.support.fixtures import repository, rig

__all__ = ["repository", "rig"]
