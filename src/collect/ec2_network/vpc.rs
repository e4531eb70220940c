//! VPCs, subnets, VPC Block Public Access.

use super::super::Cx;
use super::super::convert::time;
use super::{foreign, list, meta, sorted, tagged, word};
use crate::model::Facet;
use crate::model::ec2_network::{Subnet, Vpc, VpcBlockPublicAccess};
use aws_sdk_ec2::types as sdk;

pub(super) async fn vpcs(cx: Cx) {
    list!(
        cx,
        "ec2:DescribeVpcs",
        describe_vpcs(1000),
        vpcs,
        "ec2.vpc",
        |item| vpc(&cx, item)
    );
}

fn vpc(cx: &Cx, item: sdk::Vpc) {
    let Some(id) = cx.named("ec2.vpc", "ec2:DescribeVpcs", item.vpc_id) else {
        return;
    };
    let owner = item.owner_id.as_ref();
    let v4 = item.cidr_block_association_set.unwrap_or_default();
    let v6 = item.ipv6_cidr_block_association_set.unwrap_or_default();
    let gone = |state: Option<&sdk::VpcCidrBlockState>| {
        let state = state.and_then(|state| state.state.as_ref());
        state.is_some_and(|state| {
            use sdk::VpcCidrBlockStateCode as Code;
            matches!(state, Code::Disassociated | Code::Failed | Code::Failing)
        })
    };
    let facts = Vpc {
        foreign_owner: foreign(cx, owner),
        state: word(item.state),
        is_default: item.is_default.unwrap_or(false),
        cidr_block: item.cidr_block,
        cidr_blocks: sorted(
            v4.into_iter()
                .filter(|block| !gone(block.cidr_block_state.as_ref()))
                .filter_map(|block| block.cidr_block),
        ),
        ipv6_cidr_blocks: sorted(
            v6.into_iter()
                .filter(|block| !gone(block.ipv6_cidr_block_state.as_ref()))
                .filter_map(|block| block.ipv6_cidr_block),
        ),
        internet_gateway_block_mode: block_mode(item.block_public_access_states),
        flow_logs: Facet::not_asked(),
        endpoint_services: Facet::not_asked(),
        network_interface_count: Facet::not_asked(),
    };
    cx.emit(meta(cx, owner, "vpc", &id, tagged(item.tags)), facts);
}

pub(super) async fn subnets(cx: Cx) {
    list!(
        cx,
        "ec2:DescribeSubnets",
        describe_subnets(1000),
        subnets,
        "ec2.subnet",
        |item| {
            subnet(&cx, item);
        }
    );
}

fn subnet(cx: &Cx, item: sdk::Subnet) {
    let Some(id) = cx.named("ec2.subnet", "ec2:DescribeSubnets", item.subnet_id) else {
        return;
    };
    let owner = item.owner_id.as_ref();
    let v6 = item.ipv6_cidr_block_association_set.unwrap_or_default();
    let gone = |state: Option<&sdk::SubnetCidrBlockState>| {
        let state = state.and_then(|state| state.state.as_ref());
        state.is_some_and(|state| {
            use sdk::SubnetCidrBlockStateCode as Code;
            matches!(state, Code::Disassociated | Code::Failed | Code::Failing)
        })
    };
    let facts = Subnet {
        foreign_owner: foreign(cx, owner),
        vpc_id: item.vpc_id,
        state: word(item.state),
        cidr_block: item.cidr_block,
        ipv6_cidr_blocks: sorted(
            v6.into_iter()
                .filter(|block| !gone(block.ipv6_cidr_block_state.as_ref()))
                .filter_map(|block| block.ipv6_cidr_block),
        ),
        availability_zone: item.availability_zone,
        default_for_az: item.default_for_az.unwrap_or(false),
        map_public_ip_on_launch: item.map_public_ip_on_launch.unwrap_or(false),
        assign_ipv6_address_on_creation: item.assign_ipv6_address_on_creation.unwrap_or(false),
        internet_gateway_block_mode: block_mode(item.block_public_access_states),
        route_table_id: Facet::not_asked(),
        public: Facet::not_asked(),
        flow_logs: Facet::not_asked(),
    };
    cx.emit(meta(cx, owner, "subnet", &id, tagged(item.tags)), facts);
}

fn block_mode(states: Option<sdk::BlockPublicAccessStates>) -> Option<String> {
    word(states.and_then(|states| states.internet_gateway_block_mode))
}

/// One for each Region: the list of this kind has one item.
pub(super) async fn block_public_access(cx: Cx) {
    const OPERATION: &str = "ec2:DescribeVpcBlockPublicAccessOptions";
    let clients = cx.clients();
    let call = || {
        clients
            .ec2()
            .describe_vpc_block_public_access_options()
            .send()
    };
    let result = cx.once(OPERATION, None, call).await.and_then(|reply| {
        reply
            .vpc_block_public_access_options
            .ok_or_else(|| cx.malformed(OPERATION, None, "the answer holds no options".to_owned()))
    });
    let result = result.map(|options| {
        let facts = VpcBlockPublicAccess {
            internet_gateway_block_mode: word(options.internet_gateway_block_mode),
            state: word(options.state),
            set_by: word(options.managed_by),
            exclusions_allowed: word(options.exclusions_allowed),
            last_update_timestamp: options.last_update_timestamp.as_ref().and_then(time),
        };
        // AWS gives the options no ARN and no tags.
        let arn = cx.arn("ec2", "vpc-block-public-access-options");
        cx.emit(cx.meta(arn, cx.region.clone(), tagged(None)), facts);
    });
    cx.listed(&["ec2.vpc_block_public_access"], &result);
}
