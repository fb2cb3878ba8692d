"""Anchors in S3: one object a program and day, in a bucket whose default retention locks each version (COMPLIANCE).

A lock keeps versions, not names: whoever may write can put another version before the first, or a delete marker. So
every version is read, by its id, and each of them has to agree with the chain.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from botocore.exceptions import ClientError

from ladder.adapters.aws import busy_is_unavailable, error_code
from ladder.domain.audit.seal import Anchor, from_json, to_json

PREFIX = "anchors/"
ENDING = ".json"
FOLDERS = "CommonPrefixes"
MISSING = frozenset({"404", "NoSuchKey", "NotFound"})
EXISTING = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})


class S3Anchors:
    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def has(self, program: str, day: date) -> bool:
        try:
            with busy_is_unavailable():
                self._client.head_object(Bucket=self._bucket, Key=_key(program, day))
        except ClientError as error:
            if error_code(error) not in MISSING:
                raise
            return False
        return True

    def save(self, anchor: Anchor) -> None:
        """Write the anchor where there is none; of two at once, the first stays."""
        try:
            with busy_is_unavailable():
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=_key(anchor.program, anchor.day),
                    Body=to_json(anchor).encode(),
                    ContentType="application/json",
                    IfNoneMatch="*",
                )
        except ClientError as error:
            if error_code(error) not in EXISTING:
                raise

    def of(self, program: str) -> Sequence[Anchor]:
        with busy_is_unavailable():
            return [
                self._read(program, version)
                for page in self._pages(Prefix=f"{PREFIX}{program}/")
                for version in page.get("Versions", ())
                if _day(version["Key"])
            ]

    def programs(self) -> set[str]:
        """Return every program that was ever anchored, also those that exist no longer."""
        with busy_is_unavailable():
            folders = [folder for page in self._pages(Prefix=PREFIX, Delimiter="/") for folder in page.get(FOLDERS, ())]
        return {folder["Prefix"].removeprefix(PREFIX).removesuffix("/") for folder in folders}

    def _pages(self, **request: str) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("list_object_versions")
        yield from pages.paginate(Bucket=self._bucket, **request)

    def _read(self, program: str, version: dict[str, Any]) -> Anchor:
        key, copy, written = version["Key"], version["VersionId"], version["LastModified"].date()
        stored = self._client.get_object(Bucket=self._bucket, Key=key, VersionId=copy)
        return from_json(program, _day(key) or date.min, stored["Body"].read(), copy=copy, written=written)


def _key(program: str, day: date) -> str:
    return f"{PREFIX}{program}/{day}{ENDING}"


def _day(key: str) -> date | None:
    """Return the day in a key; None for a key that the sealer never writes."""
    try:
        return date.fromisoformat(key.rpartition("/")[2].removesuffix(ENDING))
    except ValueError:
        return None
