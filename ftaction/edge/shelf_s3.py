"""A shelf in a bucket of S3, or of a server that speaks its protocol.

The library's errors tell the whole address and the server's whole answer, so none of their text goes on but what is known to be harmless.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from ftaction.edge.patience import USUAL, Patience
from ftaction.edge.s3_credentials import credentials
from ftaction.errors import StoreDownError, StoreError

if TYPE_CHECKING:
    from obstore.store import BackoffConfig, ClientConfig, RetryConfig, S3Config

Answer = TypeVar("Answer")

_PIECE = 1 << 20
_PART = 8 << 20  # bytes of a part; S3 takes from 5 MiB
_MOST_PARTS = 9_000  # S3 takes 10,000
_FEW_PARTS = 2  # at a time, so that little of a file is in memory
_STATUS = re.compile(r"status code: ([0-9]{3})")
_TOLD = (
    "AccessDenied", "AuthorizationHeaderMalformed", "ExpiredToken", "InvalidAccessKeyId", "InvalidBucketName", "NoSuchBucket", "RequestTimeTooSkewed",
    "SignatureDoesNotMatch", "SlowDown",
)  # fmt: skip
"""Codes of S3 that a sentence shows: a server may put anything else into its answer, what we sent among it."""

_BACKOFF: "BackoffConfig" = {"init_backoff": timedelta(seconds=0.1), "max_backoff": timedelta(seconds=2), "base": 2}
_ERRORS = (BaseError, OSError, ValueError, TypeError)
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}")
_REGION = re.compile(r"[A-Za-z0-9-]{1,64}")
_ENDPOINT = re.compile(r"https?://[A-Za-z0-9.:\[\]_-]+(/[A-Za-z0-9._~/-]*)?")


class S3Shelf:
    """`s3://bucket/prefix?region=…&endpoint=…`. `token`: `KEY-ID:SECRET`, or empty for what the environment has. Raises `StoreError`."""

    def __init__(self, address: str, token: str, variables: Mapping[str, str], patience: Patience = USUAL) -> None:
        parts = urlsplit(address)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        self._bucket = _sound(_BUCKET, parts.netloc, "bucket")
        self._prefix = unquote(parts.path).strip("/")
        self._region = _sound(_REGION, asked.get("region") or _first(variables, "AWS_REGION", "AWS_DEFAULT_REGION") or "us-east-1", "region")
        self._endpoint = _sound(_ENDPOINT, asked.get("endpoint") or _first(variables, "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"), "endpoint")
        self._credentials = credentials(token, variables)
        self._patience = patience

    def has(self, name: str) -> bool:
        return _found(lambda: obstore.head(self._small, name)) is not None

    def get(self, name: str, most: int) -> bytes | None:
        answer = _found(lambda: obstore.get(self._small, name))
        if answer is None:
            return None
        found = bytearray()
        for piece in _pieces(answer, StoreDownError):
            found += piece
            if len(found) > most:
                raise StoreError(f"the shared store answered with more than {most} bytes")
        return bytes(found)

    def stream(self, name: str) -> Iterator[bytes] | None:
        answer = _found(lambda: obstore.get(self._large, name))
        return None if answer is None else _pieces(answer, StoreError)

    def put(self, name: str, content: bytes) -> None:
        _found(lambda: obstore.put(self._small, name, content))

    def put_file(self, name: str, path: str) -> None:
        try:
            size = os.path.getsize(path)
        except OSError as error:
            raise StoreError(f"a file for the shared store can't be read: {error.strerror}") from None
        part = max(_PART, size // _MOST_PARTS + 1)
        _found(lambda: obstore.put(self._large, name, Path(path), chunk_size=part, max_concurrency=_FEW_PARTS))

    def close(self) -> None:
        """The library does."""

    @cached_property
    def _small(self) -> S3Store:
        return self._open(self._patience.whole)

    @cached_property
    def _large(self) -> S3Store:
        return self._open(self._patience.blob)

    def _open(self, whole: float) -> S3Store:
        patience = self._patience
        client: ClientConfig = {
            "allow_http": self._endpoint.startswith("http://"), "user_agent": "ftaction", "connect_timeout": timedelta(seconds=patience.connect),
            "read_timeout": timedelta(seconds=patience.idle), "timeout": timedelta(seconds=whole),
        }  # fmt: skip
        retries: RetryConfig = {"max_retries": 2, "backoff": _BACKOFF, "retry_timeout": timedelta(seconds=patience.idle)}
        config: S3Config = {"region": self._region, "virtual_hosted_style_request": False, **self._credentials}
        if self._endpoint:
            config |= {"endpoint": self._endpoint, "aws_endpoint_url_s3": self._endpoint}
        try:
            return S3Store(self._bucket, prefix=self._prefix or None, config=config, client_options=client, retry_config=retries)
        except _ERRORS as error:
            raise _worded(error) from None


def _found(question: Callable[[], Answer]) -> Answer | None:
    """The library's answer; None where nothing stands there."""
    try:
        return question()
    except FileNotFoundError as error:
        if "<Code>NoSuchBucket<" in str(error):
            raise StoreDownError("the shared store has no such bucket") from None
        return None
    except _ERRORS as error:
        raise _worded(error) from None


def _pieces(answer: "obstore.GetResult", kind: type[StoreError]) -> Iterator[bytes]:
    try:
        for piece in answer.stream(min_chunk_size=_PIECE):
            yield bytes(piece)
    except _ERRORS as error:
        raise kind(str(_worded(error))) from None


def _worded(error: Exception) -> StoreDownError:
    """The status, and a code that we know."""
    text = str(error)
    if match := _STATUS.search(text):
        code = next((f" ({code})" for code in _TOLD if f"<Code>{code}<" in text), "")
        return StoreDownError(f"the shared store answered {match[1]}{code}")
    if "redirect without LOCATION" in text:
        return StoreDownError("the shared store sends us elsewhere: its region may be another one")
    if "TimedOut" in text or "timed out" in text:
        return StoreDownError("the shared store took too long")
    if "Error performing" in text:
        return StoreDownError("the shared store can't be reached")
    return StoreDownError(f"the shared store can't be used ({type(error).__name__})")


def _sound(pattern: re.Pattern[str], text: str, what: str) -> str:
    """The library ends the process over an address that is none."""
    if text and not pattern.fullmatch(text):
        raise StoreError(f"the shared store's {what} is not one")
    return text


def _first(variables: Mapping[str, str], *names: str) -> str:
    return next((variables[name] for name in names if variables.get(name)), "")
