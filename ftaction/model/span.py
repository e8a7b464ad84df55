"""One run as a trace of OpenTelemetry, before anything of its library is loaded."""

from collections.abc import Mapping
from typing import NamedTuple

Attributes = Mapping[str, str | int | float | bool]


class Span(NamedTuple):
    """Something that took from `start` to `end`, seconds since the epoch. `error`: what went wrong, in a word or two; empty where nothing did."""

    name: str
    start: float
    end: float
    attributes: Attributes
    error: str = ""


class Trace(NamedTuple):
    """A run and, within it, its checks. `resource`: what all of them are of. `context`: the W3C trace context in which the run was asked for."""

    resource: Attributes
    run: Span
    checks: tuple[Span, ...]
    context: Mapping[str, str]
