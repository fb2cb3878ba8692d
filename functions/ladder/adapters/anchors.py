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
NOT_THERE = frozenset({"404", "NoSuchKey", "NotFound"})
THERE_ALREADY = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})


class S3Anchors:
    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def has(self, program: str, day: date) -> bool:
        try:
            with busy_is_unavailable():
                self._client.head_object(Bucket=self._bucket, Key=_key(program, day))
        except ClientError as error:
            if error_code(error) not in NOT_THERE:
                raise
            return False
        return True

    def save(self, anchor: Anchor) -> None:
        """Only where there is none; of two at once, one stands."""
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
            if error_code(error) not in THERE_ALREADY:
                raise

    def of(self, program: str) -> Sequence[Anchor]:
        with busy_is_unavailable():
            return [self._read(program, each) for each in self._versions(program)]

    def programs(self) -> set[str]:
        """Every one that was ever anchored, whoever has forgotten it since."""
        with busy_is_unavailable():
            folders = [each for page in self._pages(Prefix=PREFIX, Delimiter="/") for each in page.get(FOLDERS, ())]
        return {each["Prefix"].removeprefix(PREFIX).removesuffix("/") for each in folders}

    def _versions(self, program: str) -> Iterator[dict[str, Any]]:
        for page in self._pages(Prefix=f"{PREFIX}{program}/"):
            yield from (each for each in page.get("Versions", ()) if _day(each["Key"]))

    def _pages(self, **asked: str) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("list_object_versions")
        yield from pages.paginate(Bucket=self._bucket, **asked)

    def _read(self, program: str, version: dict[str, Any]) -> Anchor:
        key, copy, written = version["Key"], version["VersionId"], version["LastModified"].date()
        found = self._client.get_object(Bucket=self._bucket, Key=key, VersionId=copy)
        return from_json(program, _day(key) or date.min, found["Body"].read(), copy=copy, written=written)


def _key(program: str, day: date) -> str:
    return f"{PREFIX}{program}/{day}{ENDING}"


def _day(key: str) -> date | None:
    """None: it is nothing that the sealer has put there."""
    try:
        return date.fromisoformat(key.rpartition("/")[2].removesuffix(ENDING))
    except ValueError:
        return None
