"""How long a shared store may take."""

from typing import NamedTuple


class Patience(NamedTuple):
    """Seconds: until a connection stands, without a byte, for one request, and for one of a large blob."""

    connect: float = 5.0
    idle: float = 15.0
    whole: float = 30.0
    blob: float = 600.0


USUAL = Patience()
