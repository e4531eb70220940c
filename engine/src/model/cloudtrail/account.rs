//! What CloudTrail records of the account as a whole, and what of it is watched.

use crate::model::{Facet, Kind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What CloudTrail records of the account as a whole, and which of the recorded events raise
/// an alarm. One for each account; all of it is derived.
///
/// The lists of trails hold what is proven: a list that is not empty may lack a trail that
/// could not be read, an empty one is certain.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Account {
    /// The trails that log now, by ARN: the account's own and the organization's. Derived.
    pub logging_trails: Facet<Vec<String>>,
    /// The trails that now log every management event: read and write, of every Region and of
    /// the global services, no event source left out. By ARN. Derived.
    pub management_trails: Facet<Vec<String>>,
    /// The multi-Region trails that now log every object-level write event (`PutObject`,
    /// `DeleteObject`, …) of every S3 bucket, by ARN. Derived.
    pub s3_write_trails: Facet<Vec<String>>,
    /// The multi-Region trails that now log every object-level read event (`GetObject`, …) of
    /// every S3 bucket, by ARN. Derived.
    pub s3_read_trails: Facet<Vec<String>>,
    /// Whether every log group that receives all management events is another account's, as
    /// with an organization's trail: metric filters and alarms on it can only be seen there.
    /// `false` when there is no such log group at all. Derived.
    pub monitored_elsewhere: Facet<bool>,
    /// The metric filters on the log groups, in this account, of the trails that log every
    /// management event, with the alarms on them. Derived.
    pub trail_filters: Facet<Vec<TrailFilter>>,
    /// Which calls that are refused for want of permission are watched: the error codes
    /// `AccessDenied`, `AccessDeniedException` and `Client.UnauthorizedOperation`.
    ///
    /// This and the following: the events that raise an alarm which somebody hears. A metric
    /// filter on the log group of a trail that logs every management event matches sample
    /// events of this name, whoever caused them and in whatever Region; an alarm is on its
    /// metric; an enabled action of the alarm, or of a composite alarm that fires with it,
    /// goes to an SNS topic with a confirmed subscriber. Derived.
    pub watched_unauthorized_calls: Facet<Vec<String>>,
    /// Which sign-ins to the console without MFA are watched: `ConsoleLogin` by an IAM user.
    /// Derived.
    pub watched_sign_in_without_mfa: Facet<Vec<String>>,
    /// Which uses of the root user are watched: `ApiCall`, `ConsoleLogin`. Derived.
    pub watched_root_use: Facet<Vec<String>>,
    /// Which changes of IAM policies are watched: `AttachGroupPolicy`, `AttachRolePolicy`,
    /// `AttachUserPolicy`, `CreatePolicy`, `CreatePolicyVersion`, `DeleteGroupPolicy`,
    /// `DeletePolicy`, `DeletePolicyVersion`, `DeleteRolePolicy`, `DeleteUserPolicy`,
    /// `DetachGroupPolicy`, `DetachRolePolicy`, `DetachUserPolicy`, `PutGroupPolicy`,
    /// `PutRolePolicy`, `PutUserPolicy`, `SetDefaultPolicyVersion`. Derived.
    pub watched_iam_policy_changes: Facet<Vec<String>>,
    /// Which changes of trails are watched: `CreateTrail`, `DeleteTrail`, `PutEventSelectors`,
    /// `StartLogging`, `StopLogging`, `UpdateTrail`. Derived.
    pub watched_trail_changes: Facet<Vec<String>>,
    /// Which failures to sign in to the console are watched: `ConsoleLogin` with the error
    /// message `Failed authentication`. Derived.
    pub watched_sign_in_failures: Facet<Vec<String>>,
    /// Which ways of losing a KMS key are watched: `DisableKey`, `ScheduleKeyDeletion`. Derived.
    pub watched_kms_key_removals: Facet<Vec<String>>,
    /// Which changes of S3 buckets' policies and the like are watched: `DeleteBucketCors`,
    /// `DeleteBucketLifecycle`, `DeleteBucketPolicy`, `DeleteBucketReplication`,
    /// `PutBucketAcl`, `PutBucketCors`, `PutBucketLifecycle`, `PutBucketPolicy`,
    /// `PutBucketReplication`. Derived.
    pub watched_bucket_policy_changes: Facet<Vec<String>>,
    /// Which changes of AWS Config are watched: `DeleteConfigurationRecorder`,
    /// `DeleteDeliveryChannel`, `PutConfigurationRecorder`, `PutDeliveryChannel`,
    /// `StopConfigurationRecorder`. Derived.
    pub watched_config_changes: Facet<Vec<String>>,
    /// Which changes of security groups are watched: `AuthorizeSecurityGroupEgress`,
    /// `AuthorizeSecurityGroupIngress`, `CreateSecurityGroup`, `DeleteSecurityGroup`,
    /// `ModifySecurityGroupRules`, `RevokeSecurityGroupEgress`,
    /// `RevokeSecurityGroupIngress`. Derived.
    pub watched_security_group_changes: Facet<Vec<String>>,
    /// Which changes of network ACLs are watched: `CreateNetworkAcl`, `CreateNetworkAclEntry`,
    /// `DeleteNetworkAcl`, `DeleteNetworkAclEntry`, `ReplaceNetworkAclAssociation`,
    /// `ReplaceNetworkAclEntry`. Derived.
    pub watched_network_acl_changes: Facet<Vec<String>>,
    /// Which changes of network gateways are watched: `AttachInternetGateway`,
    /// `CreateCustomerGateway`, `CreateInternetGateway`, `DeleteCustomerGateway`,
    /// `DeleteInternetGateway`, `DetachInternetGateway`. Derived.
    pub watched_gateway_changes: Facet<Vec<String>>,
    /// Which changes of route tables are watched: `CreateRoute`, `CreateRouteTable`,
    /// `DeleteRoute`, `DeleteRouteTable`, `DisassociateRouteTable`, `ReplaceRoute`,
    /// `ReplaceRouteTableAssociation`. Derived.
    pub watched_route_table_changes: Facet<Vec<String>>,
    /// Which changes of VPCs are watched: `AcceptVpcPeeringConnection`,
    /// `AttachClassicLinkVpc`, `CreateVpc`, `CreateVpcPeeringConnection`, `DeleteVpc`,
    /// `DeleteVpcPeeringConnection`, `DetachClassicLinkVpc`, `DisableVpcClassicLink`,
    /// `EnableVpcClassicLink`, `ModifyVpcAttribute`, `RejectVpcPeeringConnection`. Derived.
    pub watched_vpc_changes: Facet<Vec<String>>,
    /// Which changes of the organization are watched: `AcceptHandshake`, `AttachPolicy`,
    /// `CreateAccount`, `CreateOrganizationalUnit`, `CreatePolicy`, `DeclineHandshake`,
    /// `DeleteOrganization`, `DeleteOrganizationalUnit`, `DeletePolicy`, `DetachPolicy`,
    /// `DisablePolicyType`, `EnablePolicyType`, `InviteAccountToOrganization`,
    /// `LeaveOrganization`, `MoveAccount`, `RemoveAccountFromOrganization`,
    /// `UpdateOrganizationalUnit`, `UpdatePolicy`. Derived.
    pub watched_organization_changes: Facet<Vec<String>>,
}

impl Kind for Account {
    const NAME: &'static str = "cloudtrail.account";
}

/// A metric filter on the log group of a trail.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct TrailFilter {
    /// The log group's name.
    pub log_group: String,
    /// The Region of the log group.
    pub region: String,
    /// The filter's name.
    pub filter: String,
    /// The filter's pattern.
    pub pattern: String,
    /// The metrics that it counts on, as `namespace/name`.
    pub metrics: Vec<String>,
    /// The alarms on those metrics, by name.
    pub alarms: Vec<String>,
    /// Whether one of these alarms tells a confirmed subscriber of an SNS topic; `null` when
    /// that could not be seen, as with a topic of another account.
    pub notified: Option<bool>,
}
