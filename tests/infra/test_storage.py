"""What the template says of tables and buckets: who finds what in them, how long it is kept, and what is locked."""

import pytest

from tests.infra.template import Template

pytestmark = pytest.mark.xdist_group("template")


def test_tables_are_on_demand_encrypted_and_recoverable_to_a_point_in_time(template: Template) -> None:
    tables = template.all("DynamoDB::Table")
    assert len(tables) == 3
    for table in (each["Properties"] for each in tables.values()):
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert table["SSESpecification"] == {"SSEEnabled": True}
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert [key["AttributeName"] for key in table["KeySchema"]] == ["pk", "sk"]


def test_items_of_programs_and_members_expire_where_they_say_so_and_the_audit_never_does(template: Template) -> None:
    """What of members never says so is in tests/contract/dynamodb/test_administration.py."""
    for told in ("StoragePrograms", "StorageMembers"):
        expiring = template.one("DynamoDB::Table", told)["TimeToLiveSpecification"]
        assert expiring == {"AttributeName": "expires_at", "Enabled": True}
    assert "TimeToLiveSpecification" not in template.one("DynamoDB::Table", "StorageAudit")


def test_what_is_held_and_what_waits_for_a_person_is_found_by_sparse_indexes(template: Template) -> None:
    due, reviews, by_sequence = template.one("DynamoDB::Table", "StorageMembers")["GlobalSecondaryIndexes"]
    assert due == {
        "IndexName": "Due",
        "KeySchema": [
            {"AttributeName": "due_program", "KeyType": "HASH"},
            {"AttributeName": "due_at", "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    assert reviews == {
        "IndexName": "Reviews",
        "KeySchema": [
            {"AttributeName": "review_program", "KeyType": "HASH"},
            {"AttributeName": "opened_at", "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["kind", "assigned_to"]},
    }
    assert by_sequence == {
        "IndexName": "BySequence",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sequence", "KeyType": "RANGE"}],
        "Projection": {"ProjectionType": "ALL"},
    }


def test_metric_files_are_private_encrypted_versioned_and_kept_for_a_year(template: Template) -> None:
    bucket = template.one("S3::Bucket", "StorageMetrics")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    [encryption] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    [rule] = bucket["LifecycleConfiguration"]["Rules"]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 400)
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}


def test_the_buckets_refuse_plain_http(template: Template) -> None:
    policies = [each["Properties"] for each in template.all("S3::BucketPolicy").values()]
    assert {policy["Bucket"]["Ref"] for policy in policies} == set(template.all("S3::Bucket"))
    for policy in policies:
        [denied] = policy["PolicyDocument"]["Statement"]
        assert (denied["Effect"], denied["Principal"], denied["Action"]) == ("Deny", {"AWS": "*"}, "s3:*")
        assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_records_of_the_audit_are_found_by_their_time_through_an_index_of_keys_alone(template: Template) -> None:
    [index] = template.one("DynamoDB::Table", "StorageAudit")["GlobalSecondaryIndexes"]
    assert index == {
        "IndexName": "ByTime",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }


@pytest.mark.parametrize(("environment", "days"), [("template", 1), ("prod", 7 * 365)])
def test_an_anchor_is_private_and_locked_against_everybody_from_the_moment_it_is_written(
    environment: str, days: int, request: pytest.FixtureRequest
) -> None:
    bucket = request.getfixturevalue(environment).one("S3::Bucket", "StorageAnchors")
    assert bucket["ObjectLockEnabled"] is True
    assert bucket["ObjectLockConfiguration"] == {
        "ObjectLockEnabled": "Enabled",
        "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": days}},
    }
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert "LifecycleConfiguration" not in bucket


def test_production_keeps_its_tables_its_files_and_its_logs(prod: Template) -> None:
    assert {bucket["DeletionPolicy"] for bucket in prod.all("S3::Bucket").values()} == {"RetainExceptOnCreate"}
    for table in prod.all("DynamoDB::Table").values():
        assert table["DeletionPolicy"] == "RetainExceptOnCreate"
        assert table["Properties"]["DeletionProtectionEnabled"] is True
    (access,) = [group for name, group in prod.all("Logs::LogGroup").items() if name.startswith("Api")]
    assert access["Properties"]["RetentionInDays"] == 30  # it has the addresses that people call from
    for group in prod.all("Logs::LogGroup").values():
        days = 30 if group is access else 365
        assert (group["DeletionPolicy"], group["Properties"]["RetentionInDays"]) == ("RetainExceptOnCreate", days)
