"""An account with a value in every member of every output, made from botocore's models."""

import base64
import json
import pathlib

import boto3

MOCKS = pathlib.Path(__file__).resolve().parent.parent
ACCOUNT = "111122223333"
REGION = "us-east-1"
# Answered from what is known of the caller, or kept by the emulator; tested by themselves below.
STATEFUL = {"sts:GetCallerIdentity", "sts:AssumeRole", "securityhub:BatchImportFindings",
            "securityhub:BatchUpdateFindings"}


def served():
    """(service, operation) of operations.txt."""
    for line in (MOCKS / "models" / "operations.txt").read_text().splitlines():
        line = line.split("#")[0].strip()
        if line:
            yield tuple(line.split(":"))


def sample(shape, trail=(), depth=0):
    """A value for a shape, in the form in which the CLI prints it."""
    kind = shape.type_name
    if kind == "structure":
        if shape.name in trail:
            return None
        inner = trail + (shape.name,)
        members = {k: sample(m, inner, depth + 1) for k, m in shape.members.items()}
        members = {k: v for k, v in members.items() if v is not None}
        if getattr(shape, "is_tagged_union", False):
            # Exactly one member; a list of them gets one item for each, below.
            return dict([next(iter(members.items()))])
        return members
    if kind == "list":
        if getattr(shape.member, "is_tagged_union", False):
            each = {k: sample(m, trail, depth + 1) for k, m in shape.member.members.items()}
            return [{k: v} for k, v in each.items() if v is not None]
        item = sample(shape.member, trail, depth + 1)
        if item is None:
            return None
        return [item, item] if depth < 3 else [item]
    if kind == "map":
        key = shape.key.enum[0] if getattr(shape.key, "enum", None) else "a key & <more>"
        item = sample(shape.value, trail, depth + 1)
        return None if item is None else {key: item}
    if kind == "string":
        if shape.name == "policyDocumentType":
            return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Sid": "a & ü%2B +"}]}
        return shape.enum[0] if shape.enum else "“text” & <more>\n's"
    return {
        "boolean": True, "integer": 7, "long": 9007199254740991, "float": 1.5, "double": 2.25,
        "timestamp": "2026-03-04T05:06:07+00:00", "blob": base64.b64encode(b"\x00bytes\xff").decode(),
        "character": "c",
    }[kind]


def header_safe(shape, output):
    """Members in headers hold plain text only."""
    for name, member in shape.members.items():
        if member.serialization.get("location") in ("header", "headers") and name in output:
            if member.type_name == "string" and not member.enum:
                output[name] = "text"
    return output


def required(shape, service):
    """The least input that botocore lets through."""
    params = {}
    for name in shape.required_members if shape is not None else []:
        params[name] = argument(shape.members[name], name, service)
    return params


def argument(shape, name, service):
    kind = shape.type_name
    if name == "AccountId":
        return ACCOUNT
    if name == "Bucket":
        return "fixture-bucket"
    if kind == "string":
        least = shape.metadata.get("min", 1)
        arn = f"arn:aws:fixture:{REGION}:{ACCOUNT}:thing/name"
        if shape.enum:
            return shape.enum[0]
        return arn if "arn" in name.lower() else "fixture".ljust(least, "0")
    if kind == "list":
        return [argument(shape.member, name, service)]
    if kind == "structure":
        return required(shape, service)
    return {"integer": 10, "boolean": True}[kind]


def strip_paging(session_client, operation, output):
    """Stored lists are whole: they hold no tokens."""
    for name in ("NextToken", "nextToken", "Marker", "NextMarker", "ContinuationToken"):
        output.pop(name, None)
    for name in ("IsTruncated", "Truncated"):
        if name in output:
            output[name] = False
    return output


def make_full_account(folder):
    """Writes the account; gives the outputs by (service, operation)."""
    (folder / "account.json").write_text(json.dumps({"id": ACCOUNT, "regions": [REGION]}))
    outputs = {}
    for service, operation in served():
        if f"{service}:{operation}" in STATEFUL:
            continue
        client = boto3.client(service, region_name=REGION)
        model = client.meta.service_model.operation_model(operation)
        output = {}
        if model.output_shape is not None:
            output = header_safe(model.output_shape, sample(model.output_shape))
            output = strip_paging(client, operation, output)
        if service == "s3" and operation == "GetBucketPolicy":
            output["Policy"] = '{"Version":"2012-10-17"}'
        for item in output.get("Subscriptions", []) if service == "sns" else []:
            # The one list that an input narrows which the operation requires.
            item["TopicArn"] = argument(model.input_shape.members["NextToken"], "arn", service)
        path = folder / REGION / service / f"{operation}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(output))
        outputs[service, operation] = output
    return outputs
