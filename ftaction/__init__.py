"""FirstTry: prove a pull request with the least work."""

__version__ = "0.1.0"
