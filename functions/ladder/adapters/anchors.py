"""Anchors in S3: objects in a bucket whose default retention locks each version (COMPLIANCE). Their names say it all.

A lock keeps versions, not names: whoever may write can put another version before the first, or a delete marker. So
every version is listed, and each of them has to agree with the chain.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from botocore.exceptions import ClientError

from ladder.adapters.aws import busy_is_unavailable, error_code
from ladder.domain.audit.seal import Anchor, read_anchor

PREFIX = "anchors/"
FOLDERS = "CommonPrefixes"
EXISTING = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})


class S3Anchors:
    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def of_day(self, program: str, day: date) -> Sequence[Anchor]:
        return self._under(f"{program}/{day}/")

    def of(self, program: str) -> Sequence[Anchor]:
        return self._under(f"{program}/")

    def save(self, anchor: Anchor) -> None:
        """Write the anchor where there is none; of two at once, the first stays."""
        try:
            with busy_is_unavailable():
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=f"{PREFIX}{anchor.key}",
                    Body=json.dumps({"n": anchor.n, "digest": anchor.digest.hex()}).encode(),
                    ContentType="application/json",
                    IfNoneMatch="*",
                )
        except ClientError as error:
            if error_code(error) not in EXISTING:
                raise

    def programs(self) -> set[str]:
        """Return every program that was ever anchored, also those that exist no longer."""
        with busy_is_unavailable():
            folders = [folder for page in self._pages(Prefix=PREFIX, Delimiter="/") for folder in page.get(FOLDERS, ())]
        return {folder["Prefix"].removeprefix(PREFIX).removesuffix("/") for folder in folders}

    def _under(self, prefix: str) -> Sequence[Anchor]:
        with busy_is_unavailable():
            versions = [
                version for page in self._pages(Prefix=f"{PREFIX}{prefix}") for version in page.get("Versions", ())
            ]
        anchors = (
            read_anchor(
                version["Key"].removeprefix(PREFIX), copy=version["VersionId"], written=version["LastModified"].date()
            )
            for version in versions
        )
        return [anchor for anchor in anchors if anchor]

    def _pages(self, **request: str) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("list_object_versions")
        yield from pages.paginate(Bucket=self._bucket, **request)
