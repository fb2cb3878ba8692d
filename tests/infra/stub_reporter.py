"""The functions around the API and the queue, which only tell what they were called with.

At the API: the event comes back as the answer; a hook for the program `queue` also sends its body on, as a message.
From the queue: a message is written down as an item; one with `fail` in it is named as failed, and logged.
"""

import json
import os
import sys
import uuid
from typing import Any

import boto3

queue, table = boto3.client("sqs"), boto3.client("dynamodb")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    if "Records" in event:
        return _received(event["Records"])
    path = event.get("pathParameters") or {}  # AWS leaves it out where a route has none, MiniStack says null
    if path.get("program") == "queue":
        _send(event["body"], group=path["source"])
    answer = {"event": event, "environment": dict(os.environ)}
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(answer)}


def _send(body: str, *, group: str) -> None:
    queue.send_message(
        QueueUrl=os.environ["LADDER_ACTIVITIES_QUEUE_URL"],
        MessageBody=body,
        MessageGroupId=f"queue#{group}",
        MessageDeduplicationId=uuid.uuid4().hex,
    )


def _received(records: list[dict[str, Any]]) -> dict[str, Any]:
    batch = uuid.uuid4().hex
    sys.stdout.write(json.dumps({"batch": batch, "messages": len(records), "wcu": 2.5}) + "\n")
    for record in records:
        _write(record, batch=batch)
    failed = [record for record in records if "fail" in record["body"]]
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in failed]}


def _write(record: dict[str, Any], *, batch: str) -> None:
    told = {
        "pk": record["attributes"]["MessageGroupId"],
        "sk": f"{record['messageId']}#{record['attributes']['ApproximateReceiveCount']}",
        "body": record["body"],
        "batch": batch,
    }
    table.put_item(
        TableName=os.environ["LADDER_MEMBERS_TABLE"], Item={name: {"S": value} for name, value in told.items()}
    )
