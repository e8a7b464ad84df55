"""What all tests share."""

from tests.support.golden import golden, pytest_addoption
from tests.support.others import ground

__all__ = ["golden", "ground", "pytest_addoption"]
