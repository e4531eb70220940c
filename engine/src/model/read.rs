//! The reads: which API operation gives which facts, and which IAM actions it needs.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Every declared read by its operation.
static BY_OPERATION: LazyLock<HashMap<&str, &Read>> =
    LazyLock::new(|| super::reads().map(|read| (read.operation, read)).collect());

/// The declared read that makes this call; none for what is no read of the model.
pub fn read(operation: &str) -> Option<&'static Read> {
    BY_OPERATION.get(operation).copied()
}

/// Where an operation is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Once for an account.
    Global,
    /// In every Region that is audited.
    Regional,
}

/// One API operation that only reads, with what it gives and what it needs.
///
/// Declared once, beside the kinds that it fills: the plan, the read-only guard, the IAM
/// policy and the reports all come from this table.
#[derive(Debug)]
pub struct Read {
    /// `service:Operation`, the service as the `aws` command line spells it.
    pub operation: &'static str,
    /// The IAM actions that the caller must be allowed; often not the operation's name.
    pub actions: &'static [&'static str],
    /// The kinds (`s3.bucket`) whose list it gives, and the facets (`s3.bucket.encryption`).
    pub gives: &'static [&'static str],
    /// The kinds, or other facets, that must be read before it can be asked. Where two operations
    /// give one fact, a list and what is asked of each of its items, the second needs that fact,
    /// too: what the first one gives of it.
    pub needs: &'static [&'static str],
    /// Where it is called.
    pub scope: Scope,
}

impl Read {
    /// The service of the operation.
    pub fn service(&self) -> &'static str {
        self.operation.split(':').next().unwrap_or(self.operation)
    }
}

/// What opening a session asks. No fact comes from it.
///
/// `sts:GetCallerIdentity` needs no permission: its API reference says that it can be called
/// even where a policy denies it.
pub static SESSION_READS: &[Read] = &[
    session("sts:GetCallerIdentity", &[]),
    session("ec2:DescribeRegions", &["ec2:DescribeRegions"]),
];

/// What `waterline preflight` asks besides, and publishing to Security Hub beforehand: what the
/// caller may do, and which role that is.
pub static PREFLIGHT_READS: &[Read] = &[
    session(
        "iam:SimulatePrincipalPolicy",
        &["iam:SimulatePrincipalPolicy"],
    ),
    session("iam:GetRole", &["iam:GetRole"]),
];

/// What publishing to Security Hub asks, apart from the reads of the model: only a session that
/// was opened for delivery can. The only one here that writes is `BatchImportFindings`.
pub static SECURITY_HUB_DELIVERY: &[Read] = &[
    session("securityhub:DescribeHub", &["securityhub:DescribeHub"]),
    session("securityhub:GetFindings", &["securityhub:GetFindings"]),
    session(
        "securityhub:BatchImportFindings",
        &["securityhub:BatchImportFindings"],
    ),
];

/// What becoming a role in another account asks.
pub static ROLE_OPENING: &[Read] = &[session("sts:AssumeRole", &["sts:AssumeRole"])];

/// What listing the accounts of an organization asks, apart from the reads of the model: only a
/// session that was opened for that can. (`organizations:DescribeOrganization` and
/// `organizations:ListRoots` are reads of the model, too.)
pub static ORGANIZATION_LISTING: &[Read] = &[
    session(
        "organizations:DescribeOrganization",
        &["organizations:DescribeOrganization"],
    ),
    session(
        "organizations:ListAccounts",
        &["organizations:ListAccounts"],
    ),
    session("organizations:ListRoots", &["organizations:ListRoots"]),
    session(
        "organizations:ListOrganizationalUnitsForParent",
        &["organizations:ListOrganizationalUnitsForParent"],
    ),
    session(
        "organizations:ListAccountsForParent",
        &["organizations:ListAccountsForParent"],
    ),
];

/// What keeping reports in a bucket asks: only a client that was made for that can. The only one
/// here that writes is `PutObject`, and it is sent so that nothing is ever overwritten. Of a
/// bucket that is encrypted by a KMS key, S3 asks KMS on behalf of the caller (User Guide, "Using
/// server-side encryption with AWS KMS keys").
pub static BUCKET_DELIVERY: &[Read] = &[
    session("s3:PutObject", &["s3:PutObject", "kms:GenerateDataKey"]),
    session("s3:GetObject", &["s3:GetObject", "kms:Decrypt"]),
    session("s3:ListObjectsV2", &["s3:ListBucket"]),
];

/// What telling a topic of new findings asks: only a client that was made for that can. Of a topic
/// that is encrypted by a KMS key, SNS asks KMS on behalf of the caller (Developer Guide,
/// "Managing Amazon SNS encryption keys").
pub static TOPIC_DELIVERY: &[Read] = &[session(
    "sns:Publish",
    &["sns:Publish", "kms:GenerateDataKey", "kms:Decrypt"],
)];

/// What signing evidence by a key of KMS asks: only a client that was made for that can.
pub static EVIDENCE_SIGNING: &[Read] = &[
    session("kms:GetPublicKey", &["kms:GetPublicKey"]),
    session("kms:Sign", &["kms:Sign"]),
];

const fn session(operation: &'static str, actions: &'static [&'static str]) -> Read {
    Read {
        operation,
        actions,
        gives: &[],
        needs: &[],
        scope: Scope::Global,
    }
}
