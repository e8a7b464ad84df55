"""The shared fixtures."""

from tests.support.fixtures import gates, repository, rig

__all__ = ["gates", "repository", "rig"]
