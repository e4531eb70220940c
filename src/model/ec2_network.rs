//! Amazon EC2, the network: VPCs, subnets, security groups, network ACLs, routes, gateways, endpoints.

use super::Service;

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "ec2",
    kinds: &[],
    reads: &[],
};
