"""Anchors in memory and in S3: the first under a name stands, and nobody takes one back."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.emulator import Emulator
from ladder.adapters.anchors import S3Anchors
from ladder.domain.audit.ports import Anchors
from ladder.domain.audit.seal import Anchor
from ladder.domain.errors import Unavailable
from tests.builders.audit_chain import NOW, PROGRAM
from tests.builders.stores import EMULATED
from tests.fakes.audit import MemoryAnchors
from tests.fakes.faulty_client import Faulty, refused

NUMBERS = count()
TODAY = NOW.date()
LOCK = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}}}


@dataclass(frozen=True, slots=True)
class AnchorBucket:
    """As the bundle has it: every version is locked for a day as it is written."""

    client: Any
    name: str

    def versions(self) -> list[dict[str, Any]]:
        return list(self.client.list_object_versions(Bucket=self.name).get("Versions", []))


@pytest.fixture
def bucket(aws: Emulator) -> AnchorBucket:
    made = AnchorBucket(aws.client("s3"), f"anchors-{next(NUMBERS)}")
    made.client.create_bucket(Bucket=made.name, ObjectLockEnabledForBucket=True)
    made.client.put_object_lock_configuration(Bucket=made.name, ObjectLockConfiguration=LOCK)
    return made


@pytest.fixture(params=["memory", pytest.param("s3", marks=EMULATED)])
def anchors(request: pytest.FixtureRequest) -> Anchors:
    if request.param == "memory":
        return MemoryAnchors()
    bucket: AnchorBucket = request.getfixturevalue("bucket")
    return S3Anchors(bucket.client, bucket.name)


def anchor(n: int, *, program: str = PROGRAM, day: date = TODAY) -> Anchor:
    return Anchor(program, day, n, bytes([n]) * 32)


def test_an_anchor_is_there_once_it_is_written_and_writing_it_again_changes_nothing(anchors: Anchors) -> None:
    yesterday = TODAY - timedelta(days=1)
    assert not anchors.of_day(PROGRAM, TODAY)
    for written in (anchor(2), anchor(3), anchor(2), anchor(1, day=yesterday), anchor(9, program="school")):
        anchors.save(written)
    assert [(kept.n, kept.digest) for kept in anchors.of_day(PROGRAM, TODAY)] == [(2, b"\2" * 32), (3, b"\3" * 32)]
    assert sorted((kept.day, kept.n) for kept in anchors.of(PROGRAM)) == [(yesterday, 1), (TODAY, 2), (TODAY, 3)]
    assert not anchors.of("nobody")


@EMULATED
def test_nobody_can_delete_a_version_and_one_that_is_put_before_it_is_read_beside_it(bucket: AnchorBucket) -> None:
    anchors = S3Anchors(bucket.client, bucket.name)
    anchors.save(anchor(2))
    [version] = bucket.versions()
    with pytest.raises(ClientError, match="AccessDenied"):
        bucket.client.delete_object(
            Bucket=bucket.name, Key=version["Key"], VersionId=version["VersionId"], BypassGovernanceRetention=True
        )
    forged = replace(anchor(2), digest=bytes(32))
    bucket.client.put_object(Bucket=bucket.name, Key=f"anchors/{forged.key}", Body=b"")
    bucket.client.delete_object(Bucket=bucket.name, Key=version["Key"])  # a delete marker: the name looks free
    assert sorted((each.n, each.digest) for each in anchors.of(PROGRAM)) == [(2, bytes(32)), (2, b"\2" * 32)]
    assert {each.copy for each in anchors.of(PROGRAM)} == {each["VersionId"] for each in bucket.versions()}
    assert {each.written for each in anchors.of(PROGRAM)} <= {each["LastModified"].date() for each in bucket.versions()}


@EMULATED
def test_a_program_that_was_anchored_is_known_for_good_also_where_its_names_look_free(bucket: AnchorBucket) -> None:
    anchors = S3Anchors(bucket.client, bucket.name)
    assert anchors.programs() == set()
    for of, day in ((PROGRAM, TODAY), (PROGRAM, TODAY - timedelta(days=1)), ("school", TODAY)):
        anchors.save(anchor(1, program=of, day=day))
    bucket.client.delete_object(Bucket=bucket.name, Key=f"anchors/{anchor(1, program='school').key}")
    assert anchors.programs() == {PROGRAM, "school"}


@EMULATED
def test_an_anchor_is_locked_until_its_time_is_over(bucket: AnchorBucket) -> None:
    S3Anchors(bucket.client, bucket.name).save(anchor(2))
    [version] = bucket.versions()
    retention = bucket.client.get_object_retention(
        Bucket=bucket.name, Key=version["Key"], VersionId=version["VersionId"]
    )["Retention"]
    assert retention["Mode"] == "COMPLIANCE"


@EMULATED
def test_a_file_that_is_no_anchor_is_left_out(bucket: AnchorBucket) -> None:
    bucket.client.put_object(Bucket=bucket.name, Key=f"anchors/{PROGRAM}/readme.txt", Body=b"hello")
    assert not S3Anchors(bucket.client, bucket.name).of(PROGRAM)


@EMULATED
def test_a_bucket_that_is_down_is_unavailable_and_one_that_says_no_is_no_anchor(bucket: AnchorBucket) -> None:
    for code, status, expected in (("SlowDown", 503, Unavailable), ("AccessDenied", 403, ClientError)):
        anchors = S3Anchors(Faulty(bucket.client, *[refused(code, status=status)] * 2), bucket.name)
        with pytest.raises(expected):
            anchors.of_day(PROGRAM, TODAY)
        with pytest.raises(expected):
            anchors.save(anchor(1))
