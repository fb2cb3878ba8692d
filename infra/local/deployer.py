"""Deploys the synthesised stack to the emulator: the same template, on a runtime whose errors keep their names.

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
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra.frontend.bundle import console_folder
from infra.layer import dependency_folder
from infra.local import LocalError
from infra.local.emulator import Emulator
from infra.local.synthesis import ROOT, Assembly, synthesise

BOOTSTRAP_VERSION = "/cdk-bootstrap/hnb659fds/version"
TEMPLATES = "ladder-templates"
CUSTOM_RUNTIME, LOGIN_URLS = "provided.al2023", ("LADDER_MEMBERS_LOGIN_URL", "LADDER_STAFF_LOGIN_URL")
DEPLOY_SECONDS, POLL_SECONDS = 120.0, 0.1
DONE = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}


class DeploymentFailed(LocalError):
    """The stack was not created; the message names the resources that failed, with their reasons."""


# Runs in a function's process before its handler: records a line for each AWS call, with the function's name.
RECORDING = """
import json, os, runpy, botocore.client
called = botocore.client.BaseClient._make_api_call
def recorded(client, operation, request):
    call = [os.environ["_HANDLER"].split(".")[0], client.meta.service_model.service_name, operation, request]
    with open({calls!r}, "a") as file:
        file.write(json.dumps(call, default=str) + chr(10))
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
    console: bool = False,
) -> dict[str, str]:
    """Synthesise the stack, create or update it, and return its outputs.

    `functions` replaces the checkout's folder of functions. Rules stay disabled without `schedules`: a stage that
    replays history controls time itself. `calls`: a file to which every AWS call of a function is written. `console`:
    with the pages that people see; else its function has no code.
    """
    assembly = synthesise(environment=environment, functions=functions, console=console)
    storage, cloudformation = aws.client("s3"), aws.client("cloudformation")
    # what `cdk bootstrap` creates in an account, and the assets
    for bucket in {TEMPLATES, *(asset.bucket for asset in assembly.assets)}:
        storage.create_bucket(Bucket=bucket)
    aws.client("ssm").put_parameter(Name=BOOTSTRAP_VERSION, Value="30", Type="String", Overwrite=True)
    for asset in assembly.assets:
        storage.put_object(Bucket=asset.bucket, Key=asset.key, Body=_zipped(asset.folder, calls))
    # the template is in S3, as with CDK: a call takes at most 51,200 bytes of it
    template = assembly.template
    for function in _of_type(template, "AWS::Lambda::Function").values():
        function["Properties"]["Runtime"] = CUSTOM_RUNTIME
        variables = function["Properties"].get("Environment", {}).get("Variables", {})
        for url in variables.keys() & LOGIN_URLS:
            variables[url] = "/"  # MiniStack has the login's pages on every host
    for pool in _of_type(template, "AWS::Cognito::UserPool").values():
        pool["Properties"]["MfaConfiguration"] = "OFF"  # it has no page for a second factor, which staff need elsewhere
    for branding in _of_type(template, "AWS::Cognito::ManagedLoginBranding"):  # which it does not know
        del template["Resources"][branding]
    body = json.dumps(template).encode()
    key = f"{hashlib.sha256(body).hexdigest()}.json"
    storage.put_object(Bucket=TEMPLATES, Key=key, Body=body)
    parameters = {
        "StackName": assembly.stack,
        "TemplateURL": f"{aws.endpoint}/{TEMPLATES}/{key}",
        "Capabilities": ["CAPABILITY_IAM"],
    }
    if assembly.stack in {stack["StackName"] for stack in cloudformation.describe_stacks()["Stacks"]}:
        try:
            cloudformation.update_stack(**parameters)
        except ClientError as error:
            if "No updates" not in str(error):  # an unchanged template is an error to CloudFormation, but not to us
                raise
    else:
        cloudformation.create_stack(**parameters)
    stack = _await_done(cloudformation, assembly.stack)
    _apply_unsupported_properties(aws, assembly)
    if not schedules:
        events = aws.client("events")
        for rule in events.list_rules()["Rules"]:
            events.disable_rule(Name=rule["Name"])
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def update_console(aws: Emulator, outputs: Mapping[str, str]) -> None:
    """Build the checkout's pages, and let the running stack serve them."""
    archive = _zipped(console_folder(ROOT / "functions"), None)
    aws.client("lambda").update_function_code(FunctionName=outputs["ConsoleFunction"], ZipFile=archive)


def _zipped(folder: Path, calls: Path | None) -> bytes:
    """Return a function's folder with a bootstrap as a zip file.

    Without `site` (-S) the checkout's editable install is invisible: a function finds its asset, layer and boto3. The
    emulator mounts no layer for a custom runtime, so the layer's folder is on the path instead.
    """
    command = f"-c {shlex.quote(RECORDING.format(calls=str(calls)))}" if calls else "-m awslambdaric"
    packages = f"{dependency_folder() / 'python'}:{sysconfig.get_path('purelib')}"
    archive, bootstrap = io.BytesIO(), zipfile.ZipInfo("bootstrap")
    bootstrap.external_attr = (stat.S_IFREG | 0o755) << 16  # executable
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as files:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            files.write(file, file.relative_to(folder))
        files.writestr(
            bootstrap,
            "#!/bin/sh\n"
            'cd "$LAMBDA_TASK_ROOT"\n'
            f"export PYTHONPATH={shlex.quote(packages)}\n"
            f'exec {shlex.quote(sys.executable)} -S {command} "$_HANDLER"\n',
        )
    return archive.getvalue()


def _await_done(cloudformation: Any, stack: str) -> dict[str, Any]:
    """Raises DeploymentFailed."""
    deadline = time.monotonic() + DEPLOY_SECONDS
    while True:
        description: dict[str, Any] = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        if not description["StackStatus"].endswith("IN_PROGRESS") or time.monotonic() >= deadline:
            break
        time.sleep(POLL_SECONDS)
    if description["StackStatus"] not in DONE:
        events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
        failed = [event for event in reversed(events) if event["ResourceStatus"].endswith("FAILED")]
        reasons = [f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}" for event in failed]
        raise DeploymentFailed("\n".join([f"{stack} is {description['StackStatus']}:", *reasons]))
    return description


def _apply_unsupported_properties(aws: Emulator, assembly: Assembly) -> None:
    """Set what MiniStack's CloudFormation ignores and its services respect: time to live and object lock."""
    cloudformation, dynamodb, storage = map(aws.client, ("cloudformation", "dynamodb", "s3"))

    def physical_id(logical_id: str) -> str:
        described = cloudformation.describe_stack_resource(StackName=assembly.stack, LogicalResourceId=logical_id)
        return str(described["StackResourceDetail"]["PhysicalResourceId"])

    for logical_id, table in _of_type(assembly.template, "AWS::DynamoDB::Table").items():
        if specification := table["Properties"].get("TimeToLiveSpecification"):
            dynamodb.update_time_to_live(TableName=physical_id(logical_id), TimeToLiveSpecification=specification)
    for logical_id, bucket in _of_type(assembly.template, "AWS::S3::Bucket").items():
        if lock := bucket["Properties"].get("ObjectLockConfiguration"):
            storage.put_object_lock_configuration(Bucket=physical_id(logical_id), ObjectLockConfiguration=lock)


def _of_type(template: dict[str, Any], resource_type: str) -> dict[str, Any]:
    return {name: resource for name, resource in template["Resources"].items() if resource["Type"] == resource_type}
