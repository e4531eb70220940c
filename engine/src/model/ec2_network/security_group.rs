//! Security groups with their rules, and the prefix lists that rules refer to.

use crate::model::{Facet, Kind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A security group (`ec2:DescribeSecurityGroups`).
///
/// It counts as the customer's also when an AWS service made it. EKS's cluster security groups
/// (`eks-cluster-sg-*`), those of load balancers, EMR, Directory Service or CloudFront's VPC
/// origins are ordinary groups whose rules the account may change: EKS, for one, only puts back
/// the rules from and to the group itself
/// (<https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html>).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SecurityGroup {
    /// The account that owns it, when that is another one than the account that was read;
    /// `null` when it is the account's own. The owner of a VPC sees the groups of those who
    /// share it, and a shared group is seen by those it is shared with.
    pub foreign_owner: Option<String>,
    /// The name; `default` for the group that each VPC is born with and cannot lose.
    pub group_name: String,
    /// The description.
    pub description: Option<String>,
    /// The VPC that it belongs to.
    pub vpc_id: Option<String>,
    /// The inbound rules, sorted by protocol and ports; one entry may have many sources.
    pub ingress: Vec<SecurityGroupRule>,
    /// The outbound rules, sorted by protocol and ports; one entry may have many destinations.
    pub egress: Vec<SecurityGroupRule>,
    /// The inbound rules with the prefix lists that they name replaced by their ranges, in
    /// `cidrs`. Unread only when a rule names a prefix list whose entries are unread. Derived.
    pub resolved_ingress: Facet<Vec<SecurityGroupRule>>,
    /// The outbound rules with the prefix lists that they name replaced by their ranges, in
    /// `cidrs`. Unread only when a rule names a prefix list whose entries are unread. Derived.
    pub resolved_egress: Facet<Vec<SecurityGroupRule>>,
    /// The network interfaces that it is attached to, by id, sorted. Derived.
    pub attached_to: Facet<Vec<String>>,
    /// The other security groups of this account and Region whose rules name it, by id, sorted.
    /// Derived.
    pub referenced_by: Facet<Vec<String>>,
}

impl Kind for SecurityGroup {
    const NAME: &'static str = "ec2.security_group";
}

/// A rule of a security group: one permission, with all its sources or destinations.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct SecurityGroupRule {
    /// `tcp`, `udp`, `icmp`, `icmpv6`, `all`, or the number of another protocol.
    pub protocol: String,
    /// The first port, or for ICMP the type; `null`: all.
    pub from_port: Option<i64>,
    /// The last port, or for ICMP the code; `null`: all.
    pub to_port: Option<i64>,
    /// The address ranges, IPv4 and IPv6; sorted.
    pub cidrs: Vec<String>,
    /// The prefix lists, by id; sorted.
    pub prefix_list_ids: Vec<String>,
    /// The security groups whose members are meant; sorted by id.
    pub referenced_groups: Vec<ReferencedGroup>,
    /// What was written beside the sources or destinations; sorted, each text once.
    pub descriptions: Vec<String>,
}

/// A security group that a rule names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ReferencedGroup {
    /// The group's id.
    pub group_id: Option<String>,
    /// The account that owns the group.
    pub user_id: Option<String>,
    /// The group's VPC, when it is another one.
    pub vpc_id: Option<String>,
    /// The peering connection by which the group's VPC is reached; `null`: the same VPC, or one
    /// reached otherwise.
    pub vpc_peering_connection_id: Option<String>,
    /// The peering connection's status; `null` when there is none.
    pub peering_status: Option<String>,
}

/// A prefix list (`ec2:DescribeManagedPrefixLists`): a named set of address ranges, the
/// account's own, shared by another account, or AWS's.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ManagedPrefixList {
    /// The account that owns it, when that is another one than the account that was read;
    /// `null` when it is the account's own or AWS's.
    pub foreign_owner: Option<String>,
    /// The name; `com.amazonaws.…` for AWS's.
    pub prefix_list_name: Option<String>,
    /// `IPv4` or `IPv6`.
    pub address_family: Option<String>,
    /// `create-complete`, `modify-complete`, `restore-complete`, or a state on the way there.
    pub state: Option<String>,
    /// How many entries it may have, which is what it counts for in a group's quota of rules;
    /// `null` for AWS's.
    pub max_entries: Option<i64>,
    /// The entries, sorted (`ec2:GetManagedPrefixListEntries`). Of AWS's lists only those are
    /// read that a security group names.
    pub entries: Facet<Vec<PrefixListEntry>>,
}

impl Kind for ManagedPrefixList {
    const NAME: &'static str = "ec2.managed_prefix_list";
}

/// An entry of a prefix list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct PrefixListEntry {
    /// The address range.
    pub cidr: String,
    /// What was written beside it.
    pub description: Option<String>,
}
