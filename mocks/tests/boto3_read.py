#!/usr/bin/env python3
"""Reads every served operation with boto3 and compares with what was put in.

Two accounts are served and read:
- one made here from botocore's own models, in which every member of every output has a value:
  it shows that the wire form is right, whatever a service may answer;
- the demo account, or the folders that are named: each reply of each file, whole and in pages.

    python -m venv VENV && VENV/bin/pip install boto3
    cargo build -p waterline-mocks
    VENV/bin/python mocks/tests/boto3_read.py [--bin PATH] [ACCOUNT_FOLDER ...]
"""

import argparse
import base64
import contextlib
import datetime
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile

import boto3
import botocore.config
import botocore.exceptions

from full_account import ACCOUNT, REGION, make_full_account, required

HERE = pathlib.Path(__file__).resolve().parent
MOCKS = HERE.parent


def resolve_names_below_localhost():
    """s3control puts the account before the endpoint's host, and S3 the bucket."""
    original = socket.getaddrinfo

    def getaddrinfo(host, *args, **kwargs):
        name = host.decode() if isinstance(host, bytes) else host
        local = name == "localhost" or name.endswith(".localhost")
        return original("127.0.0.1" if local else host, *args, **kwargs)

    socket.getaddrinfo = getaddrinfo


@contextlib.contextmanager
def emulator(binary, folder, *options):
    """Runs the emulator on an account's folder; gives a maker of clients."""
    command = [binary, "--account", str(folder), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        endpoint = process.stdout.readline().strip().replace("127.0.0.1", "localhost")
        if not endpoint:
            sys.exit(f"{' '.join(command)}: no endpoint")
        clients = {}

        def client(service, region=REGION):
            if (service, region) not in clients:
                clients[service, region] = boto3.client(
                    service, region_name=region, endpoint_url=endpoint,
                    aws_access_key_id="x", aws_secret_access_key="x",
                    config=botocore.config.Config(
                        retries={"total_max_attempts": 1},
                        # The bucket goes into the host for one Region, into the path elsewhere.
                        s3={"addressing_style": "virtual" if region == REGION else "path"}),
                )
            return clients[service, region]

        yield client
    finally:
        process.terminate()
        process.wait()


def call(client, operation, params):
    """One call, by the operation's name in the model."""
    method = boto3.session.botocore.xform_name(operation)
    return getattr(client, method)(**params)


def plain(shape, value):
    """A value from boto3 or from a file in one form: times as seconds, bytes as base64."""
    if value is None:
        return None
    kind = shape.type_name if shape is not None else None
    if kind == "structure":
        if getattr(shape, "is_document_type", False):
            return value
        return {k: plain(shape.members[k], v) for k, v in value.items()
                if v is not None and k in shape.members}
    if kind == "list":
        return [plain(shape.member, v) for v in value]
    if kind == "map":
        return {k: plain(shape.value, v) for k, v in value.items()}
    if kind == "timestamp":
        if isinstance(value, str):
            value = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
        if isinstance(value, datetime.datetime):
            if value.tzinfo is None:
                value = value.replace(tzinfo=datetime.timezone.utc)
            value = value.timestamp()
        return round(value, 3)
    if kind == "blob":
        if hasattr(value, "read"):
            value = value.read()
        return base64.b64encode(value).decode() if isinstance(value, bytes) else value
    if kind in ("float", "double"):
        return float(value)
    # Documents: boto3 parses those of IAM, files may spell any as an object.
    if kind == "string" and isinstance(value, (dict, list)):
        return json.dumps(value, sort_keys=True)
    if kind == "string" and value[:1] in "{[":
        with contextlib.suppress(json.JSONDecodeError):
            return json.dumps(json.loads(value), sort_keys=True)
    return value


def without_empty(value):
    """Lists without items and structures without members are not told apart from none on the
    wire of some protocols."""
    if isinstance(value, dict):
        kept = {k: without_empty(v) for k, v in value.items()}
        return {k: v for k, v in kept.items() if v not in ({}, [], None)}
    if isinstance(value, list):
        return [without_empty(v) for v in value]
    return value


def differences(expected, got, path=""):
    """Where two values differ."""
    if isinstance(expected, dict) and isinstance(got, dict):
        for key in sorted(set(expected) | set(got)):
            yield from differences(expected.get(key), got.get(key), f"{path}.{key}")
    elif isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        for i, (a, b) in enumerate(zip(expected, got)):
            yield from differences(a, b, f"{path}[{i}]")
    elif expected != got:
        yield f"{path}: put {json.dumps(expected)[:200]}, read {json.dumps(got)[:200]}"


def compare(model, expected, response):
    """Differences between a file's output and boto3's response."""
    shape = model.output_shape
    if shape is None:
        return []
    expected = without_empty(plain(shape, expected))
    got = without_empty(plain(shape, response))
    return list(differences(expected, got))


# --- the account with a value in every member ------------------------------------------------

def read_full_account(binary):
    """Every operation against the account in which every member has a value."""
    problems, count = [], 0
    with tempfile.TemporaryDirectory() as folder:
        outputs = make_full_account(pathlib.Path(folder))
        with emulator(binary, folder) as client:
            for (service, operation), output in outputs.items():
                session = client(service)
                model = session.meta.service_model.operation_model(operation)
                params = required(model.input_shape, service)
                if f"{service}:{operation}" == "s3:ListBuckets":
                    params = {"MaxBuckets": 100}
                if f"{service}:{operation}" == "securityhub:GetFindings":
                    params = {"MaxResults": 100}
                count += 1
                try:
                    response = call(session, operation, params)
                except Exception as error:  # noqa: BLE001 - the error is the finding
                    problems.append(f"{service}:{operation}: {error!r}")
                    continue
                found = compare(model, output, response)
                problems += [f"{service}:{operation}{d}" for d in found]
    return count, problems


# --- accounts in folders ---------------------------------------------------------------------

def entries(path):
    """(input, output or None, error or None) of one file."""
    content = json.loads(path.read_text())
    if isinstance(content, list):
        for entry in content:
            yield entry.get("input", {}), entry.get("output"), entry.get("error")
    else:
        yield {}, content, None


def with_files(value, folder):
    """Replaces `{"$file": name}` as the emulator does."""
    if isinstance(value, dict):
        if set(value) == {"$file"}:
            return base64.b64encode((folder / value["$file"]).read_bytes()).decode()
        return {k: with_files(v, folder) for k, v in value.items()}
    if isinstance(value, list):
        return [with_files(v, folder) for v in value]
    return value


def in_pages(session, operation, params, size):
    """The whole list, read page by page; the number of pages."""
    method = boto3.session.botocore.xform_name(operation)
    paginator = session.get_paginator(method)
    pages = list(paginator.paginate(**params, PaginationConfig={"PageSize": size}))
    keys = [key.expression for key in paginator.result_keys]
    whole = {k: v for k, v in pages[0].items() if k not in keys}
    for key in keys:
        whole[key] = [item for page in pages for item in page.get(key, [])]
    for name in ("NextToken", "nextToken", "Marker", "NextMarker", "ContinuationToken"):
        whole.pop(name, None)
    for name in ("IsTruncated", "Truncated"):
        if name in whole and whole.pop(name) != (len(pages) > 1):
            raise ValueError(f"{name} is wrong on the first of {len(pages)} pages")
    return whole, len(pages)


def page_size(service):
    """The least page that each service allows."""
    return {"ec2": 5, "rds": 20, "ssm": 5}.get(service, 1)


def read_folder(binary, folder):
    """Every reply of an account's folder, whole and in pages."""
    problems, count, paged = [], 0, 0
    about = json.loads((folder / "account.json").read_text())
    with emulator(binary, folder) as client:
        for path in sorted(folder.glob("*/*/*.json")):
            scope, service, operation = path.relative_to(folder).with_suffix("").parts
            region = REGION if scope == "global" else scope
            for params, output, error in entries(path):
                session = client(service, region)
                model = session.meta.service_model.operation_model(operation)
                params = {**required_account(model, about["id"]), **params}
                name = f"{scope}/{service}:{operation} {json.dumps(params)[:100]}"
                if service == "s3" and "Bucket" in params:
                    session = client(service, bucket_region(folder, params["Bucket"]))
                if service == "s3" and operation == "ListBuckets":
                    params = {"MaxBuckets": 10000}
                count += 1
                try:
                    response = call(session, operation, params)
                except botocore.exceptions.ClientError as raised:
                    code = raised.response["Error"]["Code"]
                    if error is None or code != error["code"]:
                        problems.append(f"{name}: {raised}")
                    continue
                except Exception as raised:  # noqa: BLE001 - the error is the finding
                    problems.append(f"{name}: {raised!r}")
                    continue
                if error is not None:
                    problems.append(f"{name}: read a reply in place of {error['code']}")
                    continue
                output = with_files(output, path.parent)
                # Whether more follows is up to the pages, not to the file.
                for flag in ("IsTruncated", "Truncated"):
                    output.pop(flag, None)
                    response.pop(flag, None)
                method = boto3.session.botocore.xform_name(operation)
                if session.can_paginate(method):
                    params.pop("MaxBuckets", None)
                    pager = session.get_paginator(method)._pagination_cfg
                    if "limit_key" in pager:
                        whole, pages = in_pages(session, operation, params, page_size(service))
                        if service == "s3":
                            whole["Buckets"] = [dict(b) for b in whole["Buckets"]]
                        problems += [f"{name} in pages{d}" for d in compare(model, output, whole)]
                        paged += pages > 1
                        continue
                problems += [f"{name}{d}" for d in compare(model, output, response)]
    return count, paged, problems


def bucket_region(folder, bucket):
    buckets = json.loads((folder / "global" / "s3" / "ListBuckets.json").read_text())["Buckets"]
    return next((b["BucketRegion"] for b in buckets if b["Name"] == bucket), REGION)


def required_account(model, account):
    members = model.input_shape.required_members if model.input_shape else []
    return {"AccountId": account} if "AccountId" in members else {}


# --- what the emulator keeps -----------------------------------------------------------------

def read_state(binary):
    """Identity, assumed roles, imported findings, errors."""
    problems = []

    def check(what, condition):
        if not condition:
            problems.append(what)

    def code(action):
        try:
            action()
        except botocore.exceptions.ClientError as error:
            return error.response["Error"]["Code"]
        return None

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "account.json").write_text(json.dumps({"id": ACCOUNT, "regions": [REGION]}))
        hub = folder / REGION / "securityhub"
        hub.mkdir(parents=True)
        arn = f"arn:aws:securityhub:{REGION}:{ACCOUNT}:hub/default"
        (hub / "DescribeHub.json").write_text(json.dumps({"HubArn": arn}))
        with emulator(binary, folder) as client:
            sts = client("sts")
            check("identity", sts.get_caller_identity()["Account"] == ACCOUNT)
            role = f"arn:aws:iam::{ACCOUNT}:role/reader"
            held = sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
            assumed = boto3.client(
                "sts", region_name=REGION, endpoint_url=sts.meta.endpoint_url,
                aws_access_key_id=held["AccessKeyId"],
                aws_secret_access_key=held["SecretAccessKey"],
                aws_session_token=held["SessionToken"])
            check("assumed role", assumed.get_caller_identity()["Arn"]
                  == f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/test")
            check("role of an account that is not there", code(lambda: sts.assume_role(
                RoleArn="arn:aws:iam::999999999999:role/x", RoleSessionName="test")) == "AccessDenied")
            security = client("securityhub")
            finding = {
                "SchemaVersion": "2018-10-08", "Id": "one", "AwsAccountId": ACCOUNT,
                "ProductArn": f"arn:aws:securityhub:{REGION}:{ACCOUNT}:product/{ACCOUNT}/default",
                "GeneratorId": "g", "CreatedAt": "2026-01-01T00:00:00Z",
                "UpdatedAt": "2026-01-01T00:00:00Z", "Title": "t", "Description": "d",
                "Severity": {"Label": "HIGH"}, "Types": ["a/b/c"],
                "Resources": [{"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::b"}],
            }
            foreign = {**finding, "Id": "two", "AwsAccountId": "999999999999"}
            imported = security.batch_import_findings(Findings=[finding, foreign])
            check("import", (imported["SuccessCount"], imported["FailedCount"]) == (1, 1))
            equals = [{"Value": "one", "Comparison": "EQUALS"}]
            found = security.get_findings(Filters={"Id": equals})["Findings"]
            check("get findings", [f["Id"] for f in found] == ["one"])
            check("severity survives", found and found[0]["Severity"] == {"Label": "HIGH"})
            none = security.get_findings(
                Filters={"Id": [{"Value": "one", "Comparison": "NOT_EQUALS"}]})["Findings"]
            check("get other findings", none == [])
            for service, action, expected in [
                ("ec2", lambda c: c.describe_volumes(VolumeIds=["vol-1"]), "InvalidVolume.NotFound"),
                ("ec2", lambda c: c.describe_hosts(), "NotImplemented"),
                ("iam", lambda c: c.get_role(RoleName="r"), "NoSuchEntity"),
                ("iam", lambda c: c.list_users(Marker="bad"), "ValidationError"),
                ("s3", lambda c: c.get_bucket_acl(Bucket="none"), "NoSuchBucket"),
                ("s3control", lambda c: c.get_public_access_block(AccountId=ACCOUNT),
                 "NoSuchPublicAccessBlockConfiguration"),
                ("kms", lambda c: c.describe_key(KeyId="k"), "NotFoundException"),
                ("kms", lambda c: c.list_keys(Marker="bad"), "InvalidMarkerException"),
                ("eks", lambda c: c.describe_cluster(name="k"), "ResourceNotFoundException"),
                ("cloudwatch", lambda c: c.describe_alarms(NextToken="bad"), "InvalidNextToken"),
                ("macie2", lambda c: c.get_macie_session(), "AccessDeniedException"),
                ("sns", lambda c: c.get_topic_attributes(TopicArn="t"), "NotFound"),
            ]:
                got = code(lambda a=action, s=service: a(client(s)))
                check(f"{service}: expected {expected}, got {got}", got == expected)
            got = code(lambda: client("ec2", "eu-west-1").describe_vpcs())
            check(f"a Region that is not enabled: {got}", got == "AuthFailure")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    target = os.environ.get("CARGO_TARGET_DIR", MOCKS.parent / "target")
    default = pathlib.Path(target) / "debug" / "waterline-mocks"
    parser.add_argument("--bin", default=str(default), help="the emulator")
    parser.add_argument("accounts", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    # Nothing of this machine's configuration shall matter.
    for name in [n for n in os.environ if n.startswith("AWS_")]:
        del os.environ[name]
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"

    resolve_names_below_localhost()
    failed = False
    count, problems = read_full_account(options.bin)
    print(f"every member of every output: {count} operations, {len(problems)} differences")
    for folder in options.accounts or [MOCKS / "accounts" / "demo"]:
        replies, paged, found = read_folder(options.bin, folder)
        print(f"{folder.name}: {replies} replies, {paged} in several pages, {len(found)} differences")
        failed |= replies == 0
        problems += found
    state = read_state(options.bin)
    print(f"identity, findings, errors: {len(state)} differences")
    problems += state
    for problem in problems:
        print(problem)
    sys.exit(1 if problems or failed else 0)


if __name__ == "__main__":
    main()
