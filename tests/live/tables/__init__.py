"""How each kind of resource is read with the `aws` command line: a module for each area, an
entry for each kind."""

from . import account, compute, data, iam, kubernetes, monitoring, network, storage

KINDS = {
    **account.KINDS,
    **compute.KINDS,
    **data.KINDS,
    **iam.KINDS,
    **kubernetes.KINDS,
    **monitoring.KINDS,
    **network.KINDS,
    **storage.KINDS,
}

NOT_COMPARED = {
    "cloudtrail.account": "all of it is derived",
}
"""Kinds that are not compared, and why."""

NOT_LISTED = "moto's server cannot list it"
REFUSED = "moto's server lists it in a form that the SDK refuses: see ENDPOINT_DEFECTS"

LACKING = {
    "backup.protected_resource": NOT_LISTED,
    "backup.recovery_point": NOT_LISTED,
    "cloudtrail.event_data_store": NOT_LISTED,
    "cloudwatch.alarm": REFUSED,
    "ec2.client_vpn_endpoint": NOT_LISTED,
    "ec2.vpc_block_public_access": NOT_LISTED,
    "ec2.vpc_endpoint_service": "the scenario makes none",
    "eks.addon": NOT_LISTED,
    "organizations.organization": "the account of the scenario is in no organization",
    "s3.access_point": REFUSED,
    "s3.multi_region_access_point": REFUSED,
}
"""Kinds of which moto's server has no resource that both sides can read, and why. Of every other kind, one is
compared at least. All of these are compared with the project's emulator."""

UNSERVED = {
    f"{kind}.{fact}"
    for kind, facts in {
        "accessanalyzer.region": ["analyzers"],
        "account": ["contact_information", "organizations_features", "root_user"],
        "backup.plan": ["selections"],
        "backup.region": ["resource_types"],
        "backup.vault": ["access_policy"],
        "config.region": ["delivery_channel_statuses"],
        "ec2.instance": ["image"],
        "ec2.snapshot": ["public"],
        "ec2.volume": ["multi_attach_enabled"],
        "ec2.region": [
            "allowed_images",
            "ebs_default_kms_key_id",
            "image_block_public_access",
            "instance_metadata_defaults",
            "serial_console_access",
            "snapshot_block_public_access",
        ],
        "eks.cluster": [
            "access_entries",
            "authentication_mode",
            "identity_provider_configs",
            "insights",
            "pod_identity_associations",
            "version_support",
        ],
        "iam.policy": ["permissions_boundary_usage_count", "policy_id"],
        "iam.saml_provider": ["tags"],
        "iam.server_certificate": ["tags"],
        "logs.metric_filter": ["apply_on_transformed_logs"],
        "macie2.region": ["automated_discovery", "session"],
        "rds.db_cluster": ["parameters"],
        "s3.bucket": ["notification", "region", "versioning"],
        "securityhub.region": ["enabled_standards"],
    }.items()
    for fact in facts
}
"""Facts of the other kinds that moto's server tells of no resource in AWS's form. They too are
compared with the emulator."""

ENDPOINT_DEFECTS = {
    # A key policy has but one name, which AWS lets requests leave out.
    "kms:GetKeyPolicy": ["No such policy exists"],
    # The SDK speaks CBOR to CloudWatch, moto does not.
    "cloudwatch:DescribeAlarms": ["unexpected type 0x3c"],
    # A time without its offset.
    "macie2:GetMacieSession": ["failed to parse timestamp"],
    "s3:GetBucketVersioning": ["error parsing XML"],
    "s3:GetBucketNotificationConfiguration": ["error parsing XML"],
    "s3control:ListAccessPoints": ["error parsing XML"],
    "s3control:ListMultiRegionAccessPoints": ["error parsing XML"],
}
"""Operations that moto's server answers in a form that is not AWS's and that the SDK rightly
refuses, while the command line lets it pass; with a part of the message. Such a fact counts as
unread."""
