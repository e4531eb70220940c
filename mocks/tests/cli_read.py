#!/usr/bin/env python3
"""Reads the demo account with the `aws` command line and compares with what was put in.

Some operations of each protocol, with each reply and error of their files; lists in pages, too, by
the command line's own `--page-size`. Starting `aws` costs a second of work: so the commands go
through its own entry point, in this process, but for one that starts the program.

    VENV/bin/python mocks/tests/cli_read.py [--bin PATH]
"""

import argparse
import contextlib
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import urllib.request

from awscli.clidriver import create_clidriver
from botocore import xform_name

from boto3_read import (
    MOCKS,
    REGION,
    bucket_region,
    compare,
    emulator,
    entries,
    page_size,
    resolve_names_below_localhost,
    with_files,
)

# What is read of each protocol; `True` where it is read in pages, too. (Whole, S3 lists buckets
# without their Regions.)
ONLY = "only in pages"
READ = {
    "ec2": {
        "ec2:DescribeInstances": True,
        "ec2:DescribeSecurityGroups": True,
        "ec2:DescribeVolumes": True,
        "ec2:GetEbsEncryptionByDefault": False,
    },
    "query": {
        "iam:ListUsers": True,
        "iam:ListPolicies": True,
        "iam:GetAccountSummary": False,
        "rds:DescribeDBSnapshots": False,
        "sns:GetTopicAttributes": False,
    },
    "rest-xml": {
        "s3:ListBuckets": ONLY,
        "s3:GetBucketAcl": False,
        "s3:GetBucketEncryption": False,
        "s3:GetBucketPolicy": False,
    },
    "json": {
        "kms:ListKeys": True,
        "kms:DescribeKey": False,
        "logs:DescribeLogGroups": True,
        "cloudtrail:DescribeTrails": False,
        "organizations:ListAccounts": True,
    },
    "rest-json": {
        "eks:ListNodegroups": False,
        "eks:DescribeCluster": False,
        "efs:DescribeFileSystems": True,
        "backup:ListBackupVaults": True,
        "accessanalyzer:ListAnalyzers": False,
    },
    "smithy-rpc-v2-cbor": {
        "cloudwatch:DescribeAlarms": True,
    },
}
# What the command line calls differently.
COMMANDS = {"s3": "s3api", "config": "configservice"}
CODE = re.compile(r"An error occurred \(([^)]*)\)")


class Refused(Exception):
    """A command that failed."""


def command(endpoint, service, operation, params, region, *more):
    """The words behind `aws`."""
    words = [COMMANDS.get(service, service), xform_name(operation, "-")]
    for name, value in params.items():
        flag = f"--{xform_name(name, '-')}"
        words += [flag, value if isinstance(value, str) else json.dumps(value)]
    return [*words, *more, "--region", region, "--endpoint-url", endpoint, "--output", "json"]


def told(code, out, err):
    """A command's answer."""
    if code != 0:
        found = CODE.search(err)
        raise Refused(found.group(1) if found else err.strip())
    return json.loads(out.strip() or "{}")


class CommandLine:
    """The command line in this process."""

    def __init__(self):
        self.driver = create_clidriver()

    def run(self, words):
        """Runs a command."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = self.driver.main(words)
            except SystemExit as end:
                code = end.code or 0
        return told(code, out.getvalue(), err.getvalue())


def started(words):
    """Runs a command by starting the program."""
    program = pathlib.Path(sys.executable).with_name("aws")
    done = subprocess.run([program, *words], capture_output=True, text=True, check=False)
    return told(done.returncode, done.stdout, done.stderr)


def asked(endpoint):
    """How often each operation was asked since the last time."""
    with urllib.request.urlopen(f"{endpoint}/_mocks/log") as log:
        requests = json.load(log)
    forget = urllib.request.Request(f"{endpoint}/_mocks/log", method="DELETE")
    urllib.request.urlopen(forget).close()
    return [f"{entry['service']}:{entry['operation']}" for entry in requests]


def read_operation(run, client, folder, name, paged):
    """Compares every reply of an operation's files; gives their number, and that of pages."""
    service, operation = name.split(":")
    problems, count, pages = [], 0, 0
    for path in sorted(folder.glob(f"*/{service}/{operation}.json")):
        scope = path.parent.parent.name
        for params, output, error in entries(path):
            region = REGION if scope == "global" else scope
            if "Bucket" in params:
                region = bucket_region(folder, params["Bucket"])
            model = client(service, region).meta.service_model.operation_model(operation)
            endpoint = client(service, region).meta.endpoint_url
            what = f"{scope}/{name} {json.dumps(params)[:100]}"
            small = ["--page-size", str(page_size(service))] if paged else []
            for more in {True: [[], small], ONLY: [small], False: [[]]}[paged]:
                asked(endpoint)
                count += 1
                try:
                    response = run(command(endpoint, service, operation, params, region, *more))
                except Refused as refused:
                    if error is None or str(refused) != error["code"]:
                        problems.append(f"{what}: {refused}")
                    continue
                if error is not None:
                    problems.append(f"{what}: read a reply in place of {error['code']}")
                    continue
                expected = with_files(output, path.parent)
                for flag in ("IsTruncated", "Truncated"):
                    expected.pop(flag, None)
                    response.pop(flag, None)
                problems += [f"{what} {more}{d}" for d in compare(model, expected, response)]
                if more:
                    pages = max(pages, asked(endpoint).count(name))
    if count == 0:
        problems.append(f"{name}: the account has no reply")
    if paged and pages < 2:
        problems.append(f"{name}: never in several pages")
    return count, pages, problems


def main():
    """Reads."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    target = os.environ.get("CARGO_TARGET_DIR", MOCKS.parent / "target")
    parser.add_argument("--bin", default=str(pathlib.Path(target) / "debug" / "waterline-mocks"))
    options = parser.parse_args()
    # Nothing of this machine's configuration shall matter; the data path is the program's own.
    for name in [n for n in os.environ if n.startswith("AWS_") and n != "AWS_DATA_PATH"]:
        del os.environ[name]
    os.environ.update(
        AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x", AWS_EC2_METADATA_DISABLED="true",
        AWS_CONFIG_FILE="/nonexistent/config", AWS_SHARED_CREDENTIALS_FILE="/nonexistent/credentials",
        AWS_MAX_ATTEMPTS="1", AWS_PAGER="",
    )
    resolve_names_below_localhost()
    folder = MOCKS / "accounts" / "demo"
    line = CommandLine()
    problems = []
    with emulator(options.bin, folder) as client:
        for protocol, operations in READ.items():
            count = pages = 0
            for name, paged in operations.items():
                more, most, found = read_operation(line.run, client, folder, name, paged)
                count, pages = count + more, max(pages, most)
                problems += found
                known = client(name.split(":")[0]).meta.service_model.metadata
                spoken = known.get("protocols", [known["protocol"]])
                if protocol not in spoken:
                    problems.append(f"{name} is spoken in {spoken}, not in {protocol}")
            print(f"{protocol}: {len(operations)} operations, {count} answers, up to {pages} pages")
        endpoint = client("sts").meta.endpoint_url
        identity = started(command(endpoint, "sts", "GetCallerIdentity", {}, REGION))
        if identity.get("Account") != json.loads((folder / "account.json").read_text())["id"]:
            problems.append(f"the program itself reads {identity}")
    for problem in problems:
        print(problem)
    print(f"the aws command line: {len(problems)} differences")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
