"""The audit on the deployed bundle: sealed by its function, anchored under lock, read and verified by the command."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.cli.main import main
from infra.cli.stack import Stack
from infra.local.deployer import deploy
from infra.local.emulator import emulator
from ladder.adapters.dynamodb.audit import DynamoAudit, audited
from ladder.adapters.dynamodb.rotations import DynamoRotations
from ladder.adapters.dynamodb.table import Table, encode
from ladder.domain.challenges.rotation import Claim, Rotation
from ladder.usage import Usage
from tests.builders.audit_chain import PROGRAM, record
from tests.builders.planning import program

pytestmark = pytest.mark.xdist_group("emulator")

NOW = datetime.now(UTC)
CLAIM = Claim(program=PROGRAM, date=NOW.date(), revision=1, attempt=1)


@dataclass(frozen=True, slots=True)
class Bundle:
    place: Stack

    def put(self, item: dict[str, Any]) -> None:
        """As somebody does who leaves the condition out."""
        table = self.place.outputs["AuditTable"]
        self.place.client("dynamodb").put_item(TableName=table, Item=encode(item))

    def item(self, key: str) -> dict[str, Any]:
        found = self.place.audit.get(PROGRAM, key)
        assert found is not None
        return found


@pytest.fixture(scope="module")
def deployed() -> Iterator[Bundle]:
    """One night that was activated, and two verdicts."""
    with emulator() as aws:
        bundle = Bundle(Stack(aws.client, deploy(aws)))
        place = bundle.place
        place.members.published.publish(program(key=PROGRAM))
        table = Table(aws.client("dynamodb"), place.outputs["ProgramsTable"], Usage())
        rotations = DynamoRotations(table, audit=place.outputs["AuditTable"])
        night = Rotation(claim=CLAIM, program_version=1, actor="an admin", reason="a test", claimed_at=NOW)
        rotations.claim(night, instead_of=None)
        rotations.activate(CLAIM, at=NOW - timedelta(minutes=2))
        for number in (1, 2):
            place.audit.write(audited(record(number, at=NOW), place.audit.name))
        yield bundle


@pytest.fixture
def bundle(deployed: Bundle, monkeypatch: pytest.MonkeyPatch) -> Bundle:
    monkeypatch.setattr("infra.cli.stack.connect", lambda stack: deployed.place)
    return deployed


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().out.split())


def test_the_function_seals_and_anchors_and_the_chain_verifies(
    bundle: Bundle, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "seal"]) == 0
    assert said(capsys) == "3 records sealed in 1 seal; 1 program anchored."
    assert main(["audit", "seal"]) == 0
    assert said(capsys) == "0 records sealed in 0 seals; 0 programs anchored."
    bundle.place.audit.write(audited(record(3, at=NOW), bundle.place.audit.name))
    assert main(["audit", "seal"]) == 0  # through the index: the day has an anchor
    assert said(capsys) == "1 record sealed in 1 seal; 1 program anchored."
    assert main(["audit", "verify"]) == 0
    told = said(capsys)
    assert f"{PROGRAM} 4 2 0 2 holds" in told
    assert told.endswith("All seals, records and decisions verified: 1 program.")


def test_what_the_function_anchored_is_locked(bundle: Bundle) -> None:
    storage, name = bundle.place.client("s3"), bundle.place.outputs["AnchorsBucket"]
    version = storage.list_object_versions(Bucket=name)["Versions"][0]
    digest = bundle.item("SEAL#000000001")["digest"].hex()
    assert version["Key"] == f"anchors/{PROGRAM}/{datetime.now(UTC).date()}/000000001-{digest}"
    kept = storage.get_object(Bucket=name, Key=version["Key"], VersionId=version["VersionId"])["Body"].read()
    assert json.loads(kept) == {"n": 1, "digest": digest}
    with pytest.raises(ClientError, match="AccessDenied"):
        storage.delete_object(Bucket=name, Key=version["Key"], VersionId=version["VersionId"])


def test_show_tells_what_was_decided_of_a_rotation(bundle: Bundle, capsys: pytest.CaptureFixture[str]) -> None:
    for asked in (CLAIM.rotation, CLAIM.date.isoformat()):
        assert main(["audit", "show", "--rotation", asked]) == 0
        told = said(capsys)
        assert f"{PROGRAM} Rotation {CLAIM.rotation} activated. by an admin: a test about execution" in told
        assert f"ROTATION#{CLAIM.rotation}, in seal 1" in told
        assert "1 record." in told


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (["--member", "m1"], ["VERDICT#000001"]),
        (["--decision", "d2"], ["VERDICT#000002"]),
        (["--decision", "VERDICT#000003", "--program", PROGRAM], ["VERDICT#000003"]),
    ],
)
def test_show_tells_of_a_member_and_of_a_decision(
    bundle: Bundle, words: list[str], keys: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "show", *words]) == 0
    told = said(capsys)
    assert [key for key in (f"VERDICT#{number:06d}" for number in range(9)) if key in told] == keys


def test_show_fails_where_there_is_nothing(bundle: Bundle, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "show", "--member", "nobody"]) == 1
    assert said(capsys).startswith("0 records.")


def test_verify_names_the_first_broken_link(bundle: Bundle, capsys: pytest.CaptureFixture[str]) -> None:
    as_it_was = bundle.item("VERDICT#000002")
    bundle.put({**as_it_was, "why": "three modules at the fourth attempt"})
    assert main(["audit", "verify", "--program", PROGRAM]) == 1
    told = said(capsys)
    assert f"{PROGRAM}: VERDICT#000002 was changed after it was sealed in seal 1" in told
    assert "does not hold" in told
    bundle.put(as_it_was)
    assert main(["audit", "verify"]) == 0


def test_verify_names_an_anchor_that_the_chain_has_left(bundle: Bundle, capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody wrote the whole chain anew, and well."""
    before = list(DynamoAudit(bundle.place.audit).items(PROGRAM))
    table, client = bundle.place.audit.name, bundle.place.client("dynamodb")
    for item in before:
        if item["key"].startswith("SEAL"):
            client.delete_item(TableName=table, Key=encode({"pk": PROGRAM, "sk": item["key"]}))
    bundle.put({**bundle.item("VERDICT#000001"), "who": "nobody"})
    main(["audit", "seal"])
    capsys.readouterr()
    assert main(["audit", "verify"]) == 1
    assert "attests another seal 1 than there is" in said(capsys)
