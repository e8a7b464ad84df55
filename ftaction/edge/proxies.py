"""The proxy that the environment names for an address: `https_proxy`, `http_proxy` and `no_proxy`, in lower case first, as curl has it.

https://everything.curl.dev/usingcurl/proxies/env.html
"""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from ftaction.errors import StoreError


class Proxy(NamedTuple):
    """Where it is, and what it wants to hear as `Proxy-Authorization`."""

    host: str
    port: int
    authorization: str


def proxy_for(scheme: str, host: str, port: int, variables: Mapping[str, str]) -> Proxy | None:
    """Raises `StoreError` where one is named that we can't use."""
    named = _either(variables, f"{scheme}_proxy")
    if not named or _excepted(host, port, _either(variables, "no_proxy")):
        return None
    try:
        parts = urlsplit(named if "://" in named else f"http://{named}")
        place, name, proxy_port = parts.scheme, parts.hostname, parts.port
    except ValueError:
        place, name, proxy_port = "", None, None
    if place != "http" or not name:
        raise StoreError(f"{scheme}_proxy names no http:// proxy")
    from base64 import b64encode

    user = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}" if parts.username else ""
    return Proxy(name, proxy_port or 80, f"Basic {b64encode(user.encode()).decode()}" if user else "")


def _either(variables: Mapping[str, str], name: str) -> str:
    return (variables.get(name) or variables.get(name.upper()) or "").strip()


def _excepted(host: str, port: int, names: str) -> bool:
    """Each name stands for itself and all below it; a network for its addresses; a port behind a name for that port only."""
    return any(name == "*" or _matches(host.lower(), port, name) for name in (part.strip().lower() for part in names.split(",")))


def _matches(host: str, port: int, name: str) -> bool:
    from ipaddress import ip_address, ip_network

    try:
        return ip_address(host) in ip_network(name.strip("[]"), strict=False)
    except ValueError:
        pass  # one of them is a name
    bare, colon, digits = name.rpartition(":")
    if colon and digits.isdigit():
        if int(digits) != port:
            return False
        name = bare.strip("[]")
    name = name.removeprefix("*").lstrip(".")
    return bool(name) and (host == name or host.endswith(f".{name}"))
