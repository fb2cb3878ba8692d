"""The synthesised bundle in the emulator: the same template, on a runtime whose errors keep their names.

MiniStack's own Python executor calls every error `Runtime.HandlerError`, so that no state machine could retry or catch
one by name. For a custom runtime it starts the `bootstrap` that a function brings: ours starts AWS's own client.
"""

import hashlib
import io
import json
import shlex
import stat
import sys
import sysconfig
import time
import zipfile
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra.layer import dependency_folder
from infra.local.emulator import Emulator
from infra.local.synthesis import Assembly, synthesise

BOOTSTRAP_VERSION = "/cdk-bootstrap/hnb659fds/version"
TEMPLATES = "ladder-templates"
CUSTOM_RUNTIME = "provided.al2023"
DEPLOY_SECONDS, POLL_SECONDS = 120.0, 0.1
DONE = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}


class DeploymentFailed(RuntimeError):
    """The stack did not come up; the message names the resources that failed, with their reasons."""


# In a function's process, before its handler is read: a line for each call of AWS, with the function that made it.
RECORDING = """
import json, os, runpy, botocore.client
called = botocore.client.BaseClient._make_api_call
def recorded(client, operation, request):
    told = [os.environ["_HANDLER"].split(".")[0], client.meta.service_model.service_name, operation, request]
    with open({calls!r}, "a") as file:
        file.write(json.dumps(told, default=str) + chr(10))
    return called(client, operation, request)
botocore.client.BaseClient._make_api_call = recorded
runpy.run_module("awslambdaric", run_name="__main__", alter_sys=True)
"""


def deploy(
    aws: Emulator,
    *,
    environment: str = "dev",
    functions: Path | None = None,
    schedules: bool = False,
    calls: Path | None = None,
) -> dict[str, str]:
    """Synthesises the bundle, creates or updates its stack, and returns the stack's outputs.

    `functions` replaces the checkout's folder of functions. Rules stay disabled without `schedules`: a stage that
    plays history has a clock of its own. `calls`: a file that every call of AWS by a function is written to.
    """
    assembly = synthesise(environment=environment, functions=functions)
    _prepare_account(aws, assembly)
    _upload(aws, assembly, calls)
    outputs = _bring_up(aws, assembly)
    _apply_time_to_live(aws, assembly)
    _apply_object_lock(aws, assembly)
    if not schedules:
        _disable_rules(aws)
    return outputs


def _prepare_account(aws: Emulator, assembly: Assembly) -> None:
    """What `cdk bootstrap` leaves in an account."""
    storage = aws.client("s3")
    for bucket in {TEMPLATES, *(asset.bucket for asset in assembly.assets)}:
        storage.create_bucket(Bucket=bucket)
    aws.client("ssm").put_parameter(Name=BOOTSTRAP_VERSION, Value="30", Type="String", Overwrite=True)


def _upload(aws: Emulator, assembly: Assembly, calls: Path | None) -> None:
    storage = aws.client("s3")
    for asset in assembly.assets:
        storage.put_object(Bucket=asset.bucket, Key=asset.key, Body=_zipped(asset.folder, calls))


def _zipped(folder: Path, calls: Path | None) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as files:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            files.write(file, file.relative_to(folder))
        files.writestr(_executable("bootstrap"), _bootstrap(calls))
    return archive.getvalue()


def _executable(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFREG | 0o755) << 16
    return entry


def _bootstrap(calls: Path | None) -> str:
    """Without `site` (-S) the checkout's editable install is out of sight: a function finds its asset, layer and boto3.

    The emulator mounts no layer for a custom runtime, so the layer's folder stands on the path instead.
    """
    runs = f"-c {shlex.quote(RECORDING.format(calls=str(calls)))}" if calls else "-m awslambdaric"
    packages = f"{dependency_folder() / 'python'}:{sysconfig.get_path('purelib')}"
    return (
        "#!/bin/sh\n"
        'cd "$LAMBDA_TASK_ROOT"\n'
        f"export PYTHONPATH={shlex.quote(packages)}\n"
        f'exec {shlex.quote(sys.executable)} -S {runs} "$_HANDLER"\n'
    )


def _bring_up(aws: Emulator, assembly: Assembly) -> dict[str, str]:
    """By address, as CDK does it too: CloudFormation takes at most 51,200 bytes of template in a call."""
    cloudformation = aws.client("cloudformation")
    known = {stack["StackName"] for stack in cloudformation.describe_stacks()["Stacks"]}
    wanted = {
        "StackName": assembly.stack,
        "TemplateURL": _published(aws, assembly),
        "Capabilities": ["CAPABILITY_IAM"],
    }
    if assembly.stack in known:
        _update(cloudformation, wanted)
    else:
        cloudformation.create_stack(**wanted)
    stack = _await_up(cloudformation, assembly.stack)
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _published(aws: Emulator, assembly: Assembly) -> str:
    template = json.dumps(_with_custom_runtime(assembly.template)).encode()
    key = f"{hashlib.sha256(template).hexdigest()}.json"
    aws.client("s3").put_object(Bucket=TEMPLATES, Key=key, Body=template)
    return f"{aws.endpoint}/{TEMPLATES}/{key}"


def _update(cloudformation: Any, wanted: dict[str, Any]) -> None:
    """An unchanged template is an error to CloudFormation and none to us."""
    try:
        cloudformation.update_stack(**wanted)
    except ClientError as refused:
        if "No updates" not in str(refused):
            raise


def _with_custom_runtime(template: dict[str, Any]) -> dict[str, Any]:
    for function in _of_type(template, "AWS::Lambda::Function").values():
        function["Properties"]["Runtime"] = CUSTOM_RUNTIME
    return template


def _await_up(cloudformation: Any, stack: str) -> dict[str, Any]:
    deadline = time.monotonic() + DEPLOY_SECONDS
    found = _described(cloudformation, stack)
    while found["StackStatus"].endswith("IN_PROGRESS") and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
        found = _described(cloudformation, stack)
    if found["StackStatus"] not in DONE:
        raise DeploymentFailed(f"{stack} is {found['StackStatus']}:\n{_reasons(cloudformation, stack)}")
    return found


def _described(cloudformation: Any, stack: str) -> dict[str, Any]:
    found: dict[str, Any] = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    return found


def _reasons(cloudformation: Any, stack: str) -> str:
    events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    failed = [event for event in reversed(events) if event["ResourceStatus"].endswith("FAILED")]
    return "\n".join(f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}" for event in failed)


def _apply_time_to_live(aws: Emulator, assembly: Assembly) -> None:
    """MiniStack's CloudFormation creates tables without it."""
    dynamodb = aws.client("dynamodb")
    for logical_id, table in _of_type(assembly.template, "AWS::DynamoDB::Table").items():
        if specification := table["Properties"].get("TimeToLiveSpecification"):
            name = _physical_id(aws, assembly.stack, logical_id)
            dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=specification)


def _apply_object_lock(aws: Emulator, assembly: Assembly) -> None:
    """Nor does it know of locks, which its S3 keeps to once it is told."""
    storage = aws.client("s3")
    for logical_id, bucket in _of_type(assembly.template, "AWS::S3::Bucket").items():
        if lock := bucket["Properties"].get("ObjectLockConfiguration"):
            name = _physical_id(aws, assembly.stack, logical_id)
            storage.put_object_lock_configuration(Bucket=name, ObjectLockConfiguration=lock)


def _physical_id(aws: Emulator, stack: str, logical_id: str) -> str:
    described = aws.client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId=logical_id)
    found: str = described["StackResourceDetail"]["PhysicalResourceId"]
    return found


def _disable_rules(aws: Emulator) -> None:
    events = aws.client("events")
    for rule in events.list_rules()["Rules"]:
        events.disable_rule(Name=rule["Name"])


def _of_type(template: dict[str, Any], resource_type: str) -> dict[str, Any]:
    return {name: each for name, each in template["Resources"].items() if each["Type"] == resource_type}
