"""A bucket of metric files in memory: the one call of S3 that the adapter makes."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from botocore.exceptions import ClientError


class MetricFileBucket:
    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self.files = files
        self.asked: list[str] = []

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        self.asked.append(Key)
        if Key not in self.files:
            raise ClientError({"Error": {"Code": "NoSuchKey", "Message": Key}}, "GetObject")
        found = self.files[Key]
        body = found.encode() if isinstance(found, str) else found
        return {"ContentLength": len(body), "Body": BytesIO(body)}
