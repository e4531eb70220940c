"""S3 and KMS."""

from reading import Call, Kind, Untold
from same import policy


def buckets(where):
    """The buckets that lie in the Regions that were read. S3 tells where each is when it is asked
    for a page."""
    for item in where.read("s3api list-buckets --page-size 1000", "Buckets") or []:
        ask = "s3api get-bucket-location --bucket {name}"
        found = where.read(ask, "LocationConstraint", name=item["Name"])
        region = {None: "us-east-1", "EU": "eu-west-1"}.get(found, found)
        if region in where.regions:
            yield item, where.at(region)


def region(item, where):
    """The bucket's Region, as the list tells it; from moto's, ours must take the home Region."""
    if "BucketRegion" not in item:
        raise Untold("the list of buckets does not tell it")
    return where.region


def of_bucket(operation, path, none=None, then=None):
    """A setting of a bucket."""
    return Call(f"s3api {operation} --bucket {{name}}", path, none=none, then=then, name="Name")


def encryption(rules):
    """The rules of the default encryption."""
    return [
        {
            "sse_algorithm": rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"],
            "kms_master_key_id": rule["ApplyServerSideEncryptionByDefault"].get("KMSMasterKeyID"),
            "bucket_key_enabled": rule.get("BucketKeyEnabled", False),
        }
        for rule in rules
        if "ApplyServerSideEncryptionByDefault" in rule
    ]


def grants(found):
    """The grants of an access control list."""
    return [
        {
            "grantee_type": grant["Grantee"]["Type"],
            "grantee": grant["Grantee"].get("URI")
            or grant["Grantee"].get("ID")
            or grant["Grantee"].get("EmailAddress"),
            "permission": grant["Permission"],
        }
        for grant in found
    ]


def lifecycle(rules):
    """Lifecycle rules."""
    return [
        {
            "id": rule.get("ID"),
            "status": rule["Status"],
            "whole_bucket": not rule.get("Prefix")
            and not any(value for value in rule.get("Filter", {}).values()),
            "expiration_days": rule.get("Expiration", {}).get("Days"),
            "noncurrent_version_expiration_days": rule.get("NoncurrentVersionExpiration", {}).get(
                "NoncurrentDays"
            ),
            "abort_incomplete_multipart_upload_days": rule.get(
                "AbortIncompleteMultipartUpload", {}
            ).get("DaysAfterInitiation"),
            "transitions": [each["StorageClass"] for each in rule.get("Transitions", [])],
        }
        for rule in rules
    ]


def object_lock(found):
    """Object Lock."""
    retention = found.get("Rule", {}).get("DefaultRetention", {})
    return {
        "enabled": found.get("ObjectLockEnabled") == "Enabled",
        "mode": retention.get("Mode"),
        "days": retention.get("Days"),
        "years": retention.get("Years"),
    }


def replication(rules):
    """Replication rules."""
    return [
        {
            "id": rule.get("ID"),
            "status": rule["Status"],
            "destination_bucket": rule["Destination"]["Bucket"],
            "destination_account": rule["Destination"].get("Account"),
        }
        for rule in rules
    ]


def notification(found):
    """Where events go."""
    sorts = (
        ("TopicConfigurations", "TopicArn"),
        ("QueueConfigurations", "QueueArn"),
        ("LambdaFunctionConfigurations", "LambdaFunctionArn"),
    )
    return {
        "event_bridge": "EventBridgeConfiguration" in found,
        "destinations": [each[arn] for sort, arn in sorts for each in found.get(sort, [])],
    }


def access_points(where):
    """The access points of a Region."""
    found = where.read(
        "s3control list-access-points --account-id {account}", "AccessPointList", account=where.account
    )
    return [({**item, "Account": where.account}, where) for item in found or []]


def of_point(operation, path, none=None, then=None):
    """A setting of an access point."""
    command = f"s3control {operation} --account-id {{account}} --name {{name}}"
    return Call(command, path, none=none, then=then, account="Account", name="Name")


def multi_region(where):
    """The multi-Region access points, which are asked for in us-west-2."""
    found = where.at("us-west-2").read(
        "s3control list-multi-region-access-points --account-id {account}",
        "AccessPoints",
        account=where.account,
    )
    return [(item, where) for item in found or []]


def metadata(found):
    """What a key is; moto says only of multi-Region keys whether they are."""
    return {
        "MultiRegion": False,
        "MultiRegionKeyType": found.get("MultiRegionConfiguration", {}).get("MultiRegionKeyType"),
        **found,
    }


def rotation(item, where):
    """Automatic rotation: only symmetric keys whose material KMS made have any."""
    key = where.read("kms describe-key --key-id {id}", "KeyMetadata", id=item["KeyId"])
    able = key["KeySpec"] == "SYMMETRIC_DEFAULT" and key["Origin"] == "AWS_KMS"
    if key["KeyManager"] != "CUSTOMER" or not able:
        return None
    return where.read("kms get-key-rotation-status --key-id {id}", id=item["KeyId"])


def key_policy(item, where):
    """The policy of a key. AWS has but the one name; moto wants it spelt out."""
    if key_manager(item, where) == "aws":
        raise Untold("ours does not ask for the policies of AWS's own keys")
    return policy(
        where.read("kms get-key-policy --key-id {id} --policy-name default", "Policy", id=item["KeyId"])
    )


def key_manager(item, where):
    """Whether a key is one that AWS made for a service."""
    found = where.read("kms describe-key --key-id {id}", "KeyMetadata.KeyManager", id=item["KeyId"])
    return found.lower()


KINDS = {
    "s3.bucket": Kind(
        buckets,
        id="Name",
        arn=lambda item, where: f"arn:aws:s3:::{item['Name']}",
        scope="global",
        everywhere=True,
        facts={
            "region": region,
            "encryption": of_bucket(
                "get-bucket-encryption",
                "ServerSideEncryptionConfiguration.Rules",
                none={"ServerSideEncryptionConfigurationNotFoundError": []},
                then=encryption,
            ),
            "versioning": of_bucket(
                "get-bucket-versioning",
                "{status: Status, mfa_delete: MFADelete}",
            ),
            "public_access_block": of_bucket(
                "get-public-access-block",
                "PublicAccessBlockConfiguration",
                none={"NoSuchPublicAccessBlockConfiguration": None},
            ),
            "policy": of_bucket(
                "get-bucket-policy", "Policy", none={"NoSuchBucketPolicy": None}, then=policy
            ),
            "policy_status": of_bucket(
                "get-bucket-policy-status", "PolicyStatus", none={"NoSuchBucketPolicy": None}
            ),
            "acl": of_bucket("get-bucket-acl", "Grants", then=grants),
            "object_ownership": of_bucket(
                "get-bucket-ownership-controls",
                "OwnershipControls.Rules[0].ObjectOwnership",
                none={"OwnershipControlsNotFoundError": None},
            ),
            "logging": of_bucket("get-bucket-logging", "LoggingEnabled"),
            "lifecycle_rules": of_bucket(
                "get-bucket-lifecycle-configuration",
                "Rules",
                none={"NoSuchLifecycleConfiguration": []},
                then=lifecycle,
            ),
            "object_lock": of_bucket(
                "get-object-lock-configuration",
                "ObjectLockConfiguration",
                none={"ObjectLockConfigurationNotFoundError": None},
                then=object_lock,
            ),
            "replication_rules": of_bucket(
                "get-bucket-replication",
                "ReplicationConfiguration.Rules",
                none={"ReplicationConfigurationNotFoundError": []},
                then=replication,
            ),
            "notification": of_bucket(
                "get-bucket-notification-configuration", None, then=notification
            ),
            "tags": of_bucket("get-bucket-tagging", "TagSet", none={"NoSuchTagSet": []}),
        },
        
    ),
    "s3.access_point": Kind(
        access_points,
        id="Name",
        arn="AccessPointArn",
        facts={
            "vpc_id": "VpcConfiguration.VpcId",
            "public_access_block": of_point("get-access-point", "PublicAccessBlockConfiguration"),
            "policy": of_point(
                "get-access-point-policy",
                "Policy",
                none={"NoSuchAccessPointPolicy": None},
                then=policy,
            ),
            "tags": Call(
                "s3control list-tags-for-resource --account-id {account} --resource-arn {arn}",
                "Tags",
                account="Account",
                arn="AccessPointArn",
            ),
        },
    ),
    "s3.multi_region_access_point": Kind(
        multi_region,
        id="Name",
        arn=lambda item, where: where.arn("s3", f"accesspoint/{item['Alias']}"),
        scope="global",
        skip={"tags": "it cannot have any"},
    ),
    "kms.key": Kind(
        "kms list-keys",
        "Keys",
        id="KeyId",
        arn="KeyArn",
        facts={
            "metadata": Call(
                "kms describe-key --key-id {id}",
                "KeyMetadata",
                then=metadata,
                id="KeyId",
            ),
            "rotation": rotation,
            "policy": key_policy,
            "managed_by": key_manager,
            "aliases": Call("kms list-aliases --key-id {id}", "Aliases[].AliasName", id="KeyId"),
            "tags": Call("kms list-resource-tags --key-id {id}", "Tags", id="KeyId"),
        },
    ),
}
