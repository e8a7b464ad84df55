"""Parts of documents that others wrote: what is not there, or something else, is empty."""

Table = dict[str, object]


def table(data: object, *keys: str) -> Table:
    """The table under the keys, or an empty one."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def strings(data: object) -> tuple[str, ...]:
    """The strings of a list; of anything else none."""
    return tuple(item for item in data if isinstance(item, str)) if isinstance(data, list) else ()


def string(data: object) -> str:
    return data if isinstance(data, str) else ""
