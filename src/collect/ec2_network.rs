//! Reads Amazon EC2, the network: VPCs, subnets, security groups, network ACLs, routes, gateways, endpoints.

use super::Collector;

pub(super) static COLLECTORS: &[Collector] = &[];
