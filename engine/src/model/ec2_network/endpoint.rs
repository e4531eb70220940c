//! VPC endpoints, and the endpoint services that the account offers to others.

use crate::model::policy::PolicyDocument;
use crate::model::{Facet, Kind};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A VPC endpoint (`ec2:DescribeVpcEndpoints`). What an AWS service made and manages is that
/// service's (`RequesterManaged`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct VpcEndpoint {
    /// The VPC that it is in.
    pub vpc_id: Option<String>,
    /// The service's full name, such as `com.amazonaws.eu-west-1.s3`.
    pub service_name: Option<String>,
    /// `Interface`, `Gateway`, `GatewayLoadBalancer`, `Resource` or `ServiceNetwork`.
    pub vpc_endpoint_type: Option<String>,
    /// `Available`, or another state: `PendingAcceptance`, `Pending`, `Deleting`, `Deleted`,
    /// `Rejected`, `Failed`, `Expired`, `Partial`.
    pub state: Option<String>,
    /// The endpoint policy; `null` when the sort of endpoint has none.
    pub policy: Facet<Option<PolicyDocument>>,
    /// Whether the service's public names lead to this endpoint inside the VPC.
    pub private_dns_enabled: Option<bool>,
    /// The subnets of an interface endpoint; sorted.
    pub subnet_ids: Vec<String>,
    /// The route tables of a gateway endpoint; sorted.
    pub route_table_ids: Vec<String>,
    /// The security groups of an interface endpoint; sorted.
    pub security_group_ids: Vec<String>,
    /// The network interfaces of an interface endpoint; sorted.
    pub network_interface_ids: Vec<String>,
    /// When it was made.
    pub creation_timestamp: Option<DateTime<Utc>>,
}

impl Kind for VpcEndpoint {
    const NAME: &'static str = "ec2.vpc_endpoint";
}

/// A VPC endpoint, as its VPC sees it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct EndpointService {
    /// The service, for one of AWS's in this Region without prefix and Region: `ec2`,
    /// `ecr.api`, `s3`; else the full name.
    pub service: String,
    /// The endpoint's id.
    pub vpc_endpoint_id: String,
    /// `Interface`, `Gateway`, `GatewayLoadBalancer`, `Resource` or `ServiceNetwork`.
    pub vpc_endpoint_type: Option<String>,
    /// `Available`, or another state.
    pub state: Option<String>,
    /// Whether the service's public names lead to this endpoint inside the VPC.
    pub private_dns_enabled: Option<bool>,
}

/// An endpoint service (`ec2:DescribeVpcEndpointServiceConfigurations`): something of this
/// account that others can reach by a VPC endpoint of theirs.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct VpcEndpointService {
    /// The full name, `com.amazonaws.vpce.<region>.vpce-svc-…`.
    pub service_name: Option<String>,
    /// `Interface`, `Gateway` or `GatewayLoadBalancer`; sorted.
    pub service_types: Vec<String>,
    /// `Pending`, `Available`, `Deleting`, `Deleted` or `Failed`.
    pub service_state: Option<String>,
    /// Whether each connection must be accepted by hand.
    pub acceptance_required: Option<bool>,
    /// The load balancers behind it, by ARN; sorted.
    pub load_balancer_arns: Vec<String>,
    /// The private DNS name; `null` when none.
    pub private_dns_name: Option<String>,
    /// Who may find it and ask for a connection, by ARN, or `*` for everyone; sorted
    /// (`ec2:DescribeVpcEndpointServicePermissions`). Empty: only this account.
    pub allowed_principals: Facet<Vec<String>>,
}

impl Kind for VpcEndpointService {
    const NAME: &'static str = "ec2.vpc_endpoint_service";
}
