"""With what a store on S3 is asked: what is given, else the environment, else the credentials file, else nothing.

The instance's own service is not asked for any: where there is none, asking it hangs.
"""

from collections.abc import Mapping
from configparser import Error, RawConfigParser
from typing import TYPE_CHECKING, cast

from ftaction.errors import StoreError

if TYPE_CHECKING:
    from obstore.store import S3Config

_NAMES = {
    "access_key_id": "AWS_ACCESS_KEY_ID", "secret_access_key": "AWS_SECRET_ACCESS_KEY", "session_token": "AWS_SESSION_TOKEN",
    "web_identity_token_file": "AWS_WEB_IDENTITY_TOKEN_FILE", "role_arn": "AWS_ROLE_ARN", "role_session_name": "AWS_ROLE_SESSION_NAME",
    "container_credentials_relative_uri": "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "container_credentials_full_uri": "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "container_authorization_token_file": "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
}  # fmt: skip
_ENOUGH: tuple[set[str], ...] = (
    {"access_key_id", "secret_access_key"}, {"web_identity_token_file", "role_arn"},
    {"container_credentials_relative_uri"}, {"container_credentials_full_uri"},
)  # fmt: skip
_IN_FILE = {"access_key_id": "aws_access_key_id", "secret_access_key": "aws_secret_access_key", "session_token": "aws_session_token"}


def credentials(token: str, variables: Mapping[str, str]) -> "S3Config":
    """`token`: `KEY-ID:SECRET`, or empty. Without any, requests go unsigned, as to a bucket that everybody may read. Raises `StoreError`."""
    key, colon, secret = token.partition(":")
    if token:
        if not (colon and key and secret):
            raise StoreError("the token of the shared store is not KEY-ID:SECRET")
        return {"access_key_id": key, "secret_access_key": secret}
    found = {name: variables[variable] for name, variable in _NAMES.items() if variables.get(variable)}
    if not any(needed <= found.keys() for needed in _ENOUGH):
        found = _in_file(variables)
    return cast("S3Config", found) if found else {"skip_signature": True}


def _in_file(variables: Mapping[str, str]) -> dict[str, str]:
    """The keys of a profile, see https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html for the file."""
    path = variables.get("AWS_SHARED_CREDENTIALS_FILE") or f"{variables.get('HOME', '')}/.aws/credentials"
    reader = RawConfigParser()
    try:
        reader.read(path, encoding="utf-8")
        section = dict(reader.items(variables.get("AWS_PROFILE") or "default"))
    except (Error, OSError, ValueError):
        return {}
    found = {name: section[variable] for name, variable in _IN_FILE.items() if section.get(variable)}
    return found if {"access_key_id", "secret_access_key"} <= found.keys() else {}
