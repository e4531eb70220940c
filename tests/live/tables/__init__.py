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
