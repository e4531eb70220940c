"""Makes the resources of the templates in moto, through the services' own APIs (moto's CloudFormation
drops most of what a template says of a bucket), and lets waterline audit them: no failure may be
left but those that deploy/waterline.yaml accepts.

Usage: stack.py PROGRAM
"""

import io
import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import templates
from moto_here import ACCOUNT, REGION, Moto

problems = []
SETTINGS = templates.ROOT / "deploy/waterline.yaml"
# The services whose resources are in the templates and of which there are checks; without CloudWatch,
# whose wire form moto's server does not speak with AWS's SDK for Rust.
SERVICES = ["iam", "kms", "logs", "s3", "sns"]


def tags(properties):
    return {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}


class Stack:
    """The resources of a template, made in an order in which each finds what it names."""

    def __init__(self, moto, template, name, **parameters):
        self.moto, self.name, self.template = moto, name, template
        self.resolver = templates.Resolver(template, name, ACCOUNT, REGION, parameters)
        left = {each: resource for each, resource in template["Resources"].items()
                if "Condition" not in resource or self.resolver.holds(resource["Condition"])}
        self.made = {}
        while left:
            done = [each for each, resource in left.items() if self.make(each, resource)]
            if not done:
                raise SystemExit(f"{', '.join(left)} wait for each other")
            for each in done:
                del left[each]

    def make(self, name, resource):
        if resource.get("DependsOn", name) not in {name, *self.made}:
            return False
        try:
            properties = self.resolver.of(resource["Properties"])
        except templates.NotYet:
            return False
        kind = resource["Type"].removeprefix("AWS::").replace("::", "_").lower()
        self.resolver.attributes[name] = getattr(self, kind)(f"{self.name}-{name}", properties)
        self.made[name] = properties
        return True

    def kms_key(self, _, properties):
        kms = self.moto.client("kms")
        named = [{"TagKey": key, "TagValue": value} for key, value in tags(properties).items()]
        key = kms.create_key(Description=properties["Description"], Policy=json.dumps(properties["KeyPolicy"]), Tags=named)
        key = key["KeyMetadata"]
        if properties["EnableKeyRotation"]:
            kms.enable_key_rotation(KeyId=key["KeyId"])
        return {"Ref": key["KeyId"], "Arn": key["Arn"]}

    def s3_bucket(self, name, properties):
        s3, bucket = self.moto.client("s3"), name.lower()
        s3.create_bucket(Bucket=bucket,
                         ObjectOwnership=properties["OwnershipControls"]["Rules"][0]["ObjectOwnership"])
        encryption = [{("ApplyServerSideEncryptionByDefault" if key == "ServerSideEncryptionByDefault" else key): value
                       for key, value in rule.items()}
                      for rule in properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]]
        s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": encryption})
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": properties["Tags"]})
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=properties["VersioningConfiguration"])
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=properties["PublicAccessBlockConfiguration"])
        rules = []
        for given in properties["LifecycleConfiguration"]["Rules"]:
            rule = {"ID": given["Id"], "Status": given["Status"], "Filter": {"Prefix": ""}}
            if "ExpirationInDays" in given:
                rule["Expiration"] = {"Days": given["ExpirationInDays"]}
            rule |= {key: given[key] for key in given if key in ("NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload")}
            rules.append(rule)
        s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})
        if "NotificationConfiguration" in properties:
            s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
        if logging := properties.get("LoggingConfiguration"):
            s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": {
                "TargetBucket": logging["DestinationBucketName"], "TargetPrefix": logging["LogFilePrefix"]}})
        return {"Ref": bucket, "Arn": f"arn:aws:s3:::{bucket}"}

    def s3_bucketpolicy(self, _, properties):
        policy = json.dumps(properties["PolicyDocument"])
        self.moto.client("s3").put_bucket_policy(Bucket=properties["Bucket"], Policy=policy)

    def sns_topic(self, name, properties):
        attributes = {key: properties[key] for key in ("DisplayName", "KmsMasterKeyId", "SignatureVersion")}
        sns = self.moto.client("sns")
        arn = sns.create_topic(Name=name, Tags=properties["Tags"])["TopicArn"]
        for key, value in attributes.items():
            sns.set_topic_attributes(TopicArn=arn, AttributeName=key, AttributeValue=value)
        return {"Ref": arn}

    def sns_topicpolicy(self, _, properties):
        for topic in properties["Topics"]:
            self.moto.client("sns").set_topic_attributes(
                TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(properties["PolicyDocument"]))

    def sns_subscription(self, _, properties):
        self.moto.client("sns").subscribe(**properties)

    def iam_role(self, name, properties):
        iam, role = self.moto.client("iam"), properties.get("RoleName", name)
        made = iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(properties["AssumeRolePolicyDocument"]),
                               Description=properties["Description"], Tags=properties["Tags"],
                               MaxSessionDuration=properties.get("MaxSessionDuration", 3600))
        for policy in properties.get("Policies", []):
            iam.put_role_policy(RoleName=role, PolicyName=policy["PolicyName"], PolicyDocument=json.dumps(policy["PolicyDocument"]))
        return {"Ref": role, "Arn": made["Role"]["Arn"]}

    def iam_managedpolicy(self, name, properties):
        iam = self.moto.client("iam")
        arn = iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(properties["PolicyDocument"]))["Policy"]["Arn"]
        for role in properties["Roles"]:
            iam.attach_role_policy(RoleName=role, PolicyArn=arn)
        return {"Ref": arn}

    def logs_loggroup(self, name, properties):
        logs = self.moto.client("logs")
        logs.create_log_group(logGroupName=name, kmsKeyId=properties["KmsKeyId"])
        logs.put_retention_policy(logGroupName=name, retentionInDays=properties["RetentionInDays"])
        return {"Ref": name, "Arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}:*"}

    def lambda_function(self, _, properties):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("bootstrap", "stands for the function")
        given = {**properties, "Code": {"ZipFile": packed.getvalue()}, "Tags": tags(properties)}
        given["KMSKeyArn"] = given.pop("KmsKeyArn")
        made = self.moto.client("lambda").create_function(**given)
        return {"Ref": made["FunctionName"], "Arn": made["FunctionArn"]}

    def stepfunctions_statemachine(self, _, properties):
        definition = templates.substituted(properties["Definition"], properties["DefinitionSubstitutions"])
        arn = self.moto.client("stepfunctions").create_state_machine(
            name=properties["StateMachineName"], definition=json.dumps(definition), roleArn=properties["RoleArn"])
        return {"Ref": arn["stateMachineArn"]}

    def sqs_queue(self, name, properties):
        attributes = {key: str(properties[key]).lower() for key in ("MessageRetentionPeriod", "SqsManagedSseEnabled")}
        url = self.moto.client("sqs").create_queue(QueueName=name, Attributes=attributes, tags=tags(properties))["QueueUrl"]
        return {"Ref": url, "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}", "QueueName": name}

    def scheduler_schedule(self, name, properties):
        self.moto.client("scheduler").create_schedule(Name=name, **properties)

    def cloudwatch_alarm(self, name, properties):
        self.moto.client("cloudwatch").put_metric_alarm(AlarmName=name, **properties)


def audited(program, moto, folder):
    """The assessment of the account by the settings of deploy/, as if they had been written today."""
    settings = Path(folder) / "waterline.yaml"
    expires = datetime.now(UTC).date() + timedelta(days=300)
    settings.write_text(re.sub(r"expires: \S+", f"expires: {expires}", SETTINGS.read_text()))
    report = Path(folder) / "report.json"
    chosen = [word for service in SERVICES for word in ("--service", service)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WATERLINE")}
    subprocess.run([program, "audit", "-q", "--endpoint-url", moto.url, "--region", REGION, "--config", settings,
                    *chosen, "-o", f"json={report}"], check=True, cwd=folder, env=environment)
    return json.loads(report.read_text())


def judge(document):
    """Every failure is accepted by an exception, every exception accepts one, and much was judged."""
    counts = {}
    for result in document["results"]:
        counts.setdefault(result["verdict"], []).append(result)
        if result["verdict"] == "fail":
            problems.append(f"{result['check']}: {result['message']}")
    kinds = {result["kind"] for verdict in ("pass", "excepted") for result in counts.get(verdict, [])}
    for kind in ("s3.bucket", "iam.role", "iam.policy", "kms.key", "logs.log_group", "sns.topic"):
        if kind not in kinds:
            problems.append(f"nothing of {kind} was judged")
    for exception in document["exceptions"]:
        if exception["standing"] != "in_force":
            problems.append(f"an exception is {exception['standing']}: {exception}")
    return ", ".join(f"{len(results)} {verdict}" for verdict, results in sorted(counts.items()))


def inputs(one, every):
    """What the parameters say reaches the function: by its environment, and by the schedules, as JSON."""
    for stack in (one, every):
        bucket, key = (stack.resolver.attributes[name][kind] for name, kind in (("Reports", "Ref"), ("Key", "Arn")))
        wanted = {"WATERLINE_BUCKET": bucket, "WATERLINE_PREFIX": "waterline", "WATERLINE_FORMATS": "json,html",
                  "WATERLINE_TOPIC_ARN": stack.resolver.attributes["Topic"]["Ref"], "WATERLINE_SEVERITY": "high",
                  "WATERLINE_KMS_KEY_ID": key, "WATERLINE_SECURITY_HUB": "false", "WATERLINE_HUB_REGION": "eu-west-1",
                  "WATERLINE_REGIONS": "eu-west-1,us-east-1", "WATERLINE_FRAMEWORKS": "cis-aws-7.0",
                  "WATERLINE_SETTINGS": f"s3://{bucket}/waterline/waterline.yaml"}
        found = stack.made["Function"]["Environment"]["Variables"]
        if found != wanted:
            problems.append(f"the function of {stack.name} has {found}, expected {wanted}")
    organization = {"role_name": "waterline-read", "external_id": "an-id-of-ours", "ous": ["ou-1", "ou-2"],
                    "exclude": ["000000000009"]}
    event = {"event": {"action": "audit"}}
    wanted = [event, {**event, "max_concurrency": 20, "tolerated_failure_percentage": 10, "organization": organization}]
    found = [json.loads(stack.made["Daily"]["Target"]["Input"]) for stack in (one, every)]
    if found != wanted:
        problems.append(f"the schedules send {found}, expected {wanted}")


def main():
    program = os.path.abspath(sys.argv[1])
    common = {"Regions": "eu-west-1,us-east-1", "Frameworks": "cis-aws-7.0", "SettingsKey": "waterline/waterline.yaml",
              "NotifyEmail": "security@example.com", "HubRegion": "eu-west-1"}
    with Moto() as moto, tempfile.TemporaryDirectory() as folder:
        account, organization, member = (templates.load(file) for file in templates.TEMPLATES)
        one = Stack(moto, account, "waterline", **common)
        every = Stack(moto, organization, "waterline-all", ExternalId="an-id-of-ours", OrganizationalUnits="ou-1,ou-2",
                      ExcludedAccounts="000000000009", **common)
        Stack(moto, member, "waterline-member", ExternalId="an-id-of-ours", SecurityHub="true",
              AuditorRoleArn="arn:aws:iam::999988887777:role/waterline-organization")
        inputs(one, every)
        told = judge(audited(program, moto, folder))
    for problem in problems:
        print(problem)
    print(f"stacks: {told}; {len(problems)} problems")
    sys.exit(bool(problems))


main()
