//! AWS Organizations: the organization that the account manages.

use super::policy::PolicyDocument;
use super::{Facet, Kind, KindInfo, Read, Scope, Service};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "organizations",
    kinds: &[KindInfo::of::<Organization>()],
    reads: &[
        Read {
            operation: "organizations:DescribeOrganization",
            actions: &["organizations:DescribeOrganization"],
            gives: &["organizations.organization", "account.organization"],
            needs: &[],
            scope: Scope::Global,
        },
        read(
            "organizations:ListRoots",
            &["organizations:ListRoots"],
            &["organizations.organization.enabled_policy_types"],
        ),
        read(
            "organizations:ListPolicies",
            &["organizations:ListPolicies"],
            &["organizations.organization.authorization_policies"],
        ),
        Read {
            needs: &["organizations.organization.authorization_policies"],
            ..read(
                "organizations:ListTargetsForPolicy",
                &["organizations:ListTargetsForPolicy"],
                &["organizations.organization.authorization_policies"],
            )
        },
        read(
            "organizations:ListDelegatedAdministrators",
            &["organizations:ListDelegatedAdministrators"],
            &["organizations.organization.delegated_administrators"],
        ),
        Read {
            needs: &["organizations.organization.delegated_administrators"],
            ..read(
                "organizations:ListDelegatedServicesForAccount",
                &["organizations:ListDelegatedServicesForAccount"],
                &["organizations.organization.delegated_administrators"],
            )
        },
        read(
            "organizations:DescribeResourcePolicy",
            &["organizations:DescribeResourcePolicy"],
            &["organizations.organization.resource_policy"],
        ),
    ],
};

const fn read(
    operation: &'static str,
    actions: &'static [&'static str],
    gives: &'static [&'static str],
) -> Read {
    Read {
        operation,
        actions,
        gives,
        needs: &["organizations.organization"],
        scope: Scope::Global,
    }
}

/// An organization (`organizations:DescribeOrganization`). It is a resource of its management
/// account and of no other: a member sees it as `account.organization`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Organization {
    /// `ALL`, or `CONSOLIDATED_BILLING`: then there are no policies over accounts.
    pub feature_set: String,
    /// The account that manages the organization.
    pub management_account_id: String,
    /// The types of policy that are switched on at the root (`organizations:ListRoots`), such
    /// as `SERVICE_CONTROL_POLICY`, `RESOURCE_CONTROL_POLICY`, `TAG_POLICY`; sorted.
    pub enabled_policy_types: Facet<Vec<String>>,
    /// The service control policies and resource control policies that the customer made, with
    /// what they are attached to (`organizations:ListPolicies`,
    /// `organizations:ListTargetsForPolicy`). Left out are AWS's `FullAWSAccess` and
    /// `RCPFullAWSAccess`, which restrict nothing.
    pub authorization_policies: Facet<Vec<AuthorizationPolicy>>,
    /// The accounts that administer services for the organization
    /// (`organizations:ListDelegatedAdministrators`,
    /// `organizations:ListDelegatedServicesForAccount`).
    pub delegated_administrators: Facet<Vec<DelegatedAdministrator>>,
    /// The policy that delegates the management of the organization's policies to member
    /// accounts (`organizations:DescribeResourcePolicy`); `null` when none.
    pub resource_policy: Facet<Option<PolicyDocument>>,
}

impl Kind for Organization {
    const NAME: &'static str = "organizations.organization";
}

/// A service control policy or resource control policy.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct AuthorizationPolicy {
    /// The policy's id, such as `p-examplepolicyid111`.
    pub id: String,
    /// The policy's name.
    pub name: String,
    /// `SERVICE_CONTROL_POLICY` or `RESOURCE_CONTROL_POLICY`.
    #[serde(rename = "type")]
    pub policy_type: String,
    /// What it is attached to.
    pub targets: Vec<PolicyTarget>,
}

/// What a policy of the organization is attached to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct PolicyTarget {
    /// `ROOT`, `ORGANIZATIONAL_UNIT` or `ACCOUNT`.
    #[serde(rename = "type")]
    pub target_type: String,
    /// The root's, the unit's or the account's id.
    pub target_id: String,
}

/// A member account that administers services for the organization.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DelegatedAdministrator {
    /// The account.
    pub account_id: String,
    /// The services, by their principals, such as `securityhub.amazonaws.com`; sorted.
    pub service_principals: Vec<String>,
}
