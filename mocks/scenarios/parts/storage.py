"""S3: buckets in both Regions, with and without each protection; KMS keys."""

import json

from .base import ACCOUNT, HOME, OTHER, PARTNER, tags
from .identity import allow, document


def make(world):
    """Makes keys and buckets."""
    keys(world)
    buckets(world)
    policies(world)
    lists(world)
    protection(world)
    logging(world)
    access(world)


def keys(world):
    """KMS keys: rotated, not rotated, asymmetric, doomed, open to anyone."""
    owner = allow("kms:*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
    for region in (HOME, OTHER):
        kms = world.aws("kms", region)
        where = "home" if region == HOME else "other"
        key = kms.create_key(Description="rotated", Policy=document(owner), Tags=[])
        rotated = world.called(f"key.rotated.{where}", key["KeyMetadata"]["KeyId"])
        kms.enable_key_rotation(KeyId=rotated)
        kms.create_alias(AliasName="alias/rotated", TargetKeyId=rotated)
    kms = world.aws("kms")

    def key(name, statements=(owner,), **more):
        made = kms.create_key(Description=name, Policy=document(*statements), **more)
        return world.called(f"key.{name}", made["KeyMetadata"]["KeyId"])

    key("unrotated", Tags=[{"TagKey": "team", "TagValue": "storage"}])
    key("signing", KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")
    key("everywhere", MultiRegion=True)
    anyone = allow(["kms:Encrypt", "kms:Decrypt"], Principal="*")
    key("public", (owner, anyone))
    here = {"StringEquals": {"kms:CallerAccount": ACCOUNT}}
    key("public-narrowed", (owner, {**anyone, "Condition": here}))
    key("partner", (owner, {**anyone, "Principal": {"AWS": PARTNER}}))
    kms.schedule_key_deletion(KeyId=key("doomed"), PendingWindowInDays=14)
    kms.disable_key(KeyId=key("disabled"))


BUCKETS = {
    "wl-plain": HOME,
    "wl-secure": OTHER,
    "wl-public-policy": HOME,
    "wl-public-narrowed": HOME,
    "wl-public-blocked": HOME,
    "wl-public-read": HOME,
    "wl-public-write": HOME,
    "wl-authenticated-read": HOME,
    "wl-locked": OTHER,
    "wl-replicated": HOME,
    "wl-replica": OTHER,
    "wl-logs": OTHER,
    "wl-logs-home": HOME,
    "wl-trail": HOME,
    "wl-config": HOME,
    "wl-service-unguarded": HOME,
    "wl-partner-admin": HOME,
    "wl-tls-only": HOME,
    "wl-tls-objects-only": HOME,
    "wl-suspended": HOME,
}


def buckets(world):
    """The buckets themselves."""
    for name, region in BUCKETS.items():
        request = {"Bucket": name}
        if region != HOME:
            request["CreateBucketConfiguration"] = {"LocationConstraint": region}
        if name == "wl-locked":
            request["ObjectLockEnabledForBucket"] = True
        world.aws("s3", region).create_bucket(**request)


def s3(world, bucket):
    """The client for a bucket."""
    return world.aws("s3", BUCKETS[bucket])


def both(bucket):
    """A bucket and its objects, by ARN."""
    return [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]


def tls(resource):
    """Refuses requests that are not encrypted."""
    return {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": resource,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def policies(world):
    """Bucket policies."""

    def policy(bucket, *statements):
        s3(world, bucket).put_bucket_policy(Bucket=bucket, Policy=document(*statements))

    def reads(bucket, **more):
        return allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*", Principal="*", **more)

    policy("wl-secure", tls(both("wl-secure")))
    policy("wl-tls-only", tls(both("wl-tls-only")))
    # The bucket itself is left out: listing it in clear text is not refused.
    policy("wl-tls-objects-only", tls("arn:aws:s3:::wl-tls-objects-only/*"))
    policy("wl-public-policy", reads("wl-public-policy"))
    office = {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24"]}}
    policy("wl-public-narrowed", reads("wl-public-narrowed", Condition=office))
    policy("wl-public-blocked", reads("wl-public-blocked"))
    partner = {"AWS": f"arn:aws:iam::{PARTNER}:root"}
    policy("wl-partner-admin", allow("s3:*", both("wl-partner-admin"), Principal=partner))
    service = {"Service": "logging.s3.amazonaws.com"}
    writes = allow("s3:PutObject", "arn:aws:s3:::wl-service-unguarded/*", Principal=service)
    policy("wl-service-unguarded", writes)
    trail = {"Service": "cloudtrail.amazonaws.com"}
    source = {"StringLike": {"aws:SourceArn": f"arn:aws:cloudtrail:*:{ACCOUNT}:trail/*"}}
    policy(
        "wl-trail",
        allow("s3:GetBucketAcl", "arn:aws:s3:::wl-trail", Principal=trail, Condition=source),
        allow("s3:PutObject", "arn:aws:s3:::wl-trail/*", Principal=trail, Condition=source),
        tls(both("wl-trail")),
    )


def lists(world):
    """Access control lists and object ownership."""
    for bucket, acl in (
        ("wl-public-read", "public-read"),
        ("wl-public-write", "private"),
        ("wl-authenticated-read", "authenticated-read"),
        ("wl-logs", "log-delivery-write"),
    ):
        s3(world, bucket).put_bucket_ownership_controls(
            Bucket=bucket,
            OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]},
        )
        s3(world, bucket).put_bucket_acl(Bucket=bucket, ACL=acl)
    # Written out: moto shows only the first grant of the list called public-read-write.
    client = s3(world, "wl-public-write")
    owner = client.get_bucket_acl(Bucket="wl-public-write")["Owner"]
    everyone = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}
    client.put_bucket_acl(
        Bucket="wl-public-write",
        AccessControlPolicy={
            "Owner": owner,
            "Grants": [
                {
                    "Grantee": {"Type": "CanonicalUser", "ID": owner["ID"]},
                    "Permission": "FULL_CONTROL",
                },
                {"Grantee": everyone, "Permission": "READ"},
                {"Grantee": everyone, "Permission": "WRITE"},
            ],
        },
    )
    for bucket in ("wl-secure", "wl-locked", "wl-replicated"):
        s3(world, bucket).put_bucket_ownership_controls(
            Bucket=bucket,
            OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        )


def protection(world):
    """Encryption, versions, locks, replication, lifecycle."""

    def encrypt(bucket, algorithm, key=None):
        default = {"SSEAlgorithm": algorithm}
        if key:
            default["KMSMasterKeyID"] = key
        rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": bool(key)}
        s3(world, bucket).put_bucket_encryption(
            Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]}
        )

    encrypt("wl-secure", "aws:kms", world.ids.get("key.rotated.other"))
    encrypt("wl-replicated", "AES256")
    encrypt("wl-trail", "aws:kms", world.ids.get("key.rotated.home"))
    for bucket in ("wl-secure", "wl-replicated", "wl-replica", "wl-suspended", "wl-trail"):
        s3(world, bucket).put_bucket_versioning(
            Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
        )
    s3(world, "wl-suspended").put_bucket_versioning(
        Bucket="wl-suspended", VersioningConfiguration={"Status": "Suspended"}
    )
    s3(world, "wl-locked").put_object_lock_configuration(
        Bucket="wl-locked",
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 30}},
        },
    )
    s3(world, "wl-replicated").put_bucket_replication(
        Bucket="wl-replicated",
        ReplicationConfiguration={
            "Role": f"arn:aws:iam::{ACCOUNT}:role/backup",
            "Rules": [
                {
                    "ID": "all",
                    "Priority": 1,
                    "Status": "Enabled",
                    "Filter": {"Prefix": ""},
                    "DeleteMarkerReplication": {"Status": "Disabled"},
                    "Destination": {"Bucket": "arn:aws:s3:::wl-replica"},
                }
            ],
        },
    )
    s3(world, "wl-secure").put_bucket_lifecycle_configuration(
        Bucket="wl-secure",
        LifecycleConfiguration={
            "Rules": [
                {
                    "ID": "old-versions",
                    "Status": "Enabled",
                    "Filter": {"Prefix": ""},
                    "NoncurrentVersionExpiration": {"NoncurrentDays": 90},
                    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                    "Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"}],
                },
                {
                    "ID": "reports",
                    "Status": "Disabled",
                    "Filter": {"Prefix": "reports/"},
                    "Expiration": {"Days": 365},
                },
            ]
        },
    )


def logging(world):
    """Access logs, notifications, tags."""
    for bucket, target in (("wl-secure", "wl-logs"), ("wl-trail", "wl-logs-home")):
        if target == "wl-logs-home":
            s3(world, target).put_bucket_policy(
                Bucket=target,
                Policy=document(
                    allow(
                        "s3:PutObject",
                        f"arn:aws:s3:::{target}/*",
                        Principal={"Service": "logging.s3.amazonaws.com"},
                        Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}},
                    )
                ),
            )
        s3(world, bucket).put_bucket_logging(
            Bucket=bucket,
            BucketLoggingStatus={
                "LoggingEnabled": {"TargetBucket": target, "TargetPrefix": f"{bucket}/"}
            },
        )
    topic = world.aws("sns").create_topic(Name="objects")["TopicArn"]
    s3(world, "wl-plain").put_bucket_notification_configuration(
        Bucket="wl-plain",
        NotificationConfiguration={
            "TopicConfigurations": [
                {"Id": "made", "TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}
            ],
            "EventBridgeConfiguration": {},
        },
    )
    for bucket in ("wl-secure", "wl-trail"):
        s3(world, bucket).put_bucket_tagging(
            Bucket=bucket, Tagging={"TagSet": tags(owner="platform", data="internal")}
        )


ALL_BLOCKED = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}


def access(world):
    """Public access blocks, of buckets and of the account; access points."""
    for bucket in ("wl-secure", "wl-public-blocked", "wl-locked"):
        s3(world, bucket).put_public_access_block(
            Bucket=bucket, PublicAccessBlockConfiguration=ALL_BLOCKED
        )
    s3(world, "wl-trail").put_public_access_block(
        Bucket="wl-trail",
        PublicAccessBlockConfiguration={**ALL_BLOCKED, "IgnorePublicAcls": False},
    )
    control = world.aws("s3control")
    # New lists are refused in the whole account; what was public before stays so.
    control.put_public_access_block(
        AccountId=ACCOUNT,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": False,
            "BlockPublicPolicy": False,
            "RestrictPublicBuckets": False,
        },
    )
    control.create_access_point(
        AccountId=ACCOUNT,
        Name="reports",
        Bucket="wl-plain",
        PublicAccessBlockConfiguration=ALL_BLOCKED,
    )
    partner = allow(
        "s3:GetObject",
        f"arn:aws:s3:{HOME}:{ACCOUNT}:accesspoint/reports/object/*",
        Principal={"AWS": PARTNER},
    )
    control.put_access_point_policy(
        AccountId=ACCOUNT,
        Name="reports",
        Policy=json.dumps({"Version": "2012-10-17", "Statement": [partner]}),
    )
