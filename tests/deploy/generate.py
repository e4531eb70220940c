"""Writes what is generated below deploy/, or, without `--write`, compares it: the policies of the
roles, from `waterline policy`, and Terraform's copies of the policies in the templates.

Usage: generate.py PROGRAM [--write]
"""

import json
import os
import re
import subprocess
import sys

import templates
from templates import ACCOUNT, MEMBER, ORGANIZATION, ROOT

TERRAFORM = ROOT / "deploy/terraform"
# What stands for an attribute of a resource in Terraform's copies.
VARIABLES = {
    "${Reports.Arn}": "${bucket_arn}",
    "${Prefix}": "${prefix}",
    "${Key.Arn}": "${key_arn}",
    "${Topic}": "${topic_arn}",
    "${Log.Arn}": "${log_group_arn}",
    "${Function.Arn}": "${function_arn}",
    "${Audit}": "${state_machine_arn}",
    "${NotStarted.Arn}": "${queue_arn}",
    "${MemberRoleName}": "${member_role_name}",
    "${AWS::Partition}": "${partition}",
    "${AWS::Region}": "${region}",
    "${AWS::AccountId}": "${account_id}",
    "${AWS::StackName}": "${name}",
    "${AuditorRoleArn}": "${auditor_role_arn}",
    "${ExternalId}": "${external_id}",
}

SKIPPED = "  # checkov:skip=CKV_AWS_355: what there is in the account is what an audit is to find out; it only reads\n"
GIVEN = """output "policy_arns" {{
  description = "The policies that a role needs to read all that waterline reads"
  value = {{
{given}
  }}
}}
"""


def policy(program, *arguments):
    """What `waterline policy` prints."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WATERLINE")}
    run = subprocess.run([program, "policy", "--no-config", *arguments],
                         capture_output=True, text=True, env=environment, check=True)
    return run.stdout


def documents(program):
    """The documents of the reads, and the statement that publishes."""
    reads = json.loads(policy(program))
    reads = reads if isinstance(reads, list) else [reads]
    published = json.loads(policy(program, "--publish", "security-hub"))
    published = published if isinstance(published, list) else [published]
    publishing = [statement for document in published for statement in document["Statement"]
                  if statement["Sid"] == "PublishToSecurityHub"]
    assert len(publishing) == 1, publishing
    return reads, {"Version": "2012-10-17", "Statement": publishing}


def managed(name, description, document, condition=None):
    """A managed policy of the role, as lines of YAML."""
    lines = [f"  {name}:", "    Type: AWS::IAM::ManagedPolicy"]
    lines += [f"    Condition: {condition}"] if condition else []
    lines += ["    Properties:", f"      Description: {description}", "      Roles: [!Ref AuditRole]",
              "      PolicyDocument:", f'        Version: "{document["Version"]}"', "        Statement:"]
    for statement in document["Statement"]:
        lines += [f"          - Sid: {statement['Sid']}", f"            Effect: {statement['Effect']}",
                  "            Action:"]
        lines += [f"              - {action}" for action in statement["Action"]]
        lines += [f'            Resource: "{statement["Resource"]}"']
    return lines


def filled(text, region, lines):
    """A text with other lines between a region's marks."""
    begin, end = f"  # generated: {region}\n", "  # generated: end\n"
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    assert rest and after, f"no region {region}"
    return before + begin + "\n".join(lines) + "\n" + end + after


def template(file, reads, publish):
    """A template with the policies of today."""
    many = len(reads) > 1
    lines = []
    for number, document in enumerate(reads, 1):
        part = f", {number} of {len(reads)}" if many else ""
        lines += managed(f"ReadPolicy{number}", f"What waterline may read{part}", document)
    text = filled(file.read_text(), "read", lines)
    lines = managed("PublishPolicy", "Lets waterline publish to Security Hub", publish, "ToSecurityHub")
    return filled(text, "publish", lines)


def text_of(value):
    """A value of a policy with CloudFormation's functions as Terraform's variables."""
    if isinstance(value, list):
        return [text_of(item) for item in value]
    if not isinstance(value, dict):
        if isinstance(value, str):
            for theirs, ours in VARIABLES.items():
                value = value.replace(theirs, ours)
            assert "::" not in value.replace(":::", "").replace("iam::", ""), value
        return value
    if len(value) == 1:
        (name, inner), = value.items()
        if name == "Ref":
            return text_of("${" + inner + "}")
        if name == "Fn::GetAtt":
            return text_of("${" + ".".join(inner) + "}")
        if name == "Fn::Sub":
            return text_of(inner)
    return {name: text_of(inner) for name, inner in value.items()}


def terraform(program, reads):
    """Terraform's files: the reads, and a file for each other policy of the templates."""
    written = policy(program, "--format", "terraform")
    names = re.findall(r'resource "aws_iam_policy" "(\w+)"', written)
    assert len(names) == len(reads), names
    width = max(map(len, names))
    given = "\n".join(f"    {name.ljust(width)} = aws_iam_policy.{name}.arn" for name in names)
    produced = {TERRAFORM / "read-policy/read_policy.tf":
                re.sub(r'(resource "aws_iam_policy" .*\n)', r"\1" + SKIPPED, written),
                TERRAFORM / "read-policy/outputs.tf": GIVEN.format(given=given)}
    for file in (ACCOUNT, ORGANIZATION, MEMBER):
        module = {ACCOUNT: "account", ORGANIZATION: "organization", MEMBER: "member-role"}[file]
        for name, resource in templates.load(file)["Resources"].items():
            properties = resource["Properties"]
            policies = {}
            if resource["Type"] == "AWS::IAM::Role":
                policies["trust"] = properties["AssumeRolePolicyDocument"]
                policies |= {each["PolicyName"]: each["PolicyDocument"] for each in properties.get("Policies", [])}
            elif name == "PublishPolicy":
                policies["publish"] = properties["PolicyDocument"]
            for each, document in policies.items():
                path = TERRAFORM / module / "policies" / f"{name}-{each}.json"
                produced[path] = json.dumps(text_of(document), indent=2) + "\n"
    return produced


def main():
    program, write = sys.argv[1], "--write" in sys.argv[2:]
    reads, publish = documents(program)
    produced = {file: template(file, reads, publish) for file in (ACCOUNT, MEMBER)}
    if write:
        for file, text in produced.items():
            file.write_text(text)
    produced |= terraform(program, reads)
    stale = []
    for file, text in produced.items():
        if write:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        elif not file.is_file() or file.read_text() != text:
            stale.append(file.relative_to(ROOT))
    kept = {file for file in TERRAFORM.glob("*/policies/*.json") if file not in produced}
    if write:
        for file in kept:
            file.unlink()
    stale += [file.relative_to(ROOT) for file in kept if not write]
    for file in stale:
        print(f"{file} is out of step with `waterline policy` or the templates")
    if stale:
        print("run `WATERLINE_BLESS=1 scripts/test deploy` and look at the diff")
        sys.exit(1)
    print(f"{len(produced)} files in step")


main()
