"""The shelf behind an address, whatever it speaks."""

from collections.abc import Mapping

from ftaction.errors import Stop, StoreError
from ftaction.model.doors import Shelf


def open_shelf(address: str, token: str, variables: Mapping[str, str]) -> Shelf:
    """Nothing is asked of it yet. Raises `Stop` for an address of another kind, `StoreError` where the library for it is not installed."""
    scheme, _, rest = address.partition("://")
    if not rest or scheme not in ("http", "https", "s3") or "@" in address:
        raise Stop("the address of the shared store is not one", "It is https://host/path or s3://bucket/prefix, without a name or password in it.")
    if scheme == "s3":
        try:
            from ftaction.edge.shelf_s3 import S3Shelf
        except ImportError:
            raise StoreError("a shared store on S3 needs the package obstore: install `ftaction[s3]`") from None
        return S3Shelf(address, token, variables)
    from ftaction.edge.shelf_http import HttpShelf

    return HttpShelf(address, token, variables)
