//! VPC endpoints and endpoint services.

use super::super::Cx;
use super::super::convert::{policy, time};
use super::{list, meta, sorted, tagged, word, words};
use crate::model::ec2_network::{VpcEndpoint, VpcEndpointService};
use crate::model::{Facet, GapId};
use aws_sdk_ec2::types as sdk;

pub(super) async fn vpc_endpoints(cx: Cx) {
    list!(
        cx,
        "ec2:DescribeVpcEndpoints",
        describe_vpc_endpoints(1000),
        vpc_endpoints,
        "ec2.vpc_endpoint",
        |item| vpc_endpoint(&cx, item)
    );
}

fn vpc_endpoint(cx: &Cx, item: sdk::VpcEndpoint) {
    let Some(id) = cx.named(
        "ec2.vpc_endpoint",
        "ec2:DescribeVpcEndpoints",
        item.vpc_endpoint_id,
    ) else {
        return;
    };
    let mut meta = meta(
        cx,
        item.owner_id.as_ref(),
        "vpc-endpoint",
        &id,
        tagged(item.tags),
    );
    if item.requester_managed == Some(true) {
        meta.managed_by = "aws".into();
    }
    // The policy comes with the list, but its text may be one that cannot be read.
    let policy = item.policy_document.as_deref().map(policy).transpose();
    let policy = policy
        .map_err(|message| cx.malformed("ec2:DescribeVpcEndpoints", Some(&meta.arn), message));
    let groups = item.groups.unwrap_or_default();
    let facts = VpcEndpoint {
        vpc_id: item.vpc_id,
        service_name: item.service_name,
        vpc_endpoint_type: word(item.vpc_endpoint_type),
        state: capitalised(word(item.state)),
        policy: policy.into(),
        private_dns_enabled: item.private_dns_enabled,
        subnet_ids: words(item.subnet_ids),
        route_table_ids: words(item.route_table_ids),
        security_group_ids: sorted(groups.into_iter().filter_map(|group| group.group_id)),
        network_interface_ids: words(item.network_interface_ids),
        creation_timestamp: item.creation_timestamp.as_ref().and_then(time),
    };
    cx.emit(meta, facts);
}

/// EC2's model spells these states `Available`, `PendingAcceptance`; its answers may begin with
/// a small letter.
fn capitalised(state: Option<String>) -> Option<String> {
    state.map(|state| {
        let mut letters = state.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect()
    })
}

pub(super) async fn endpoint_services(cx: Cx) {
    list!(
        cx,
        "ec2:DescribeVpcEndpointServiceConfigurations",
        describe_vpc_endpoint_service_configurations(1000),
        service_configurations,
        "ec2.vpc_endpoint_service",
        |item: sdk::ServiceConfiguration| {
            let name = item.service_id.clone().unwrap_or_default();
            cx.part("ec2.vpc_endpoint_service", &name, |task| {
                endpoint_service(task, item)
            });
        }
    );
}

async fn endpoint_service(cx: Cx, item: sdk::ServiceConfiguration) {
    let Some(id) = cx.named(
        "ec2.vpc_endpoint_service",
        "ec2:DescribeVpcEndpointServiceConfigurations",
        item.service_id,
    ) else {
        return;
    };
    let meta = meta(&cx, None, "vpc-endpoint-service", &id, tagged(item.tags));
    let allowed_principals = if cx.wants("ec2.vpc_endpoint_service.allowed_principals") {
        allowed_principals(&cx, &id, &meta.arn).await.into()
    } else {
        Facet::not_asked()
    };
    let types = item.service_type.unwrap_or_default();
    let network = item.network_load_balancer_arns.unwrap_or_default();
    let gateway = item.gateway_load_balancer_arns.unwrap_or_default();
    let facts = VpcEndpointService {
        service_name: item.service_name,
        service_types: sorted(
            types
                .into_iter()
                .filter_map(|detail| word(detail.service_type)),
        ),
        service_state: capitalised(word(item.service_state)),
        acceptance_required: item.acceptance_required,
        load_balancer_arns: sorted(network.into_iter().chain(gateway)),
        private_dns_name: item.private_dns_name,
        allowed_principals,
    };
    cx.emit(meta, facts);
}

async fn allowed_principals(cx: &Cx, id: &str, arn: &str) -> Result<Vec<String>, GapId> {
    let clients = cx.clients();
    let mut principals = Vec::new();
    cx.pages(
        "ec2:DescribeVpcEndpointServicePermissions",
        Some(arn),
        |token| {
            let call = clients.ec2().describe_vpc_endpoint_service_permissions();
            call.service_id(id)
                .max_results(1000)
                .set_next_token(token)
                .send()
        },
        |page| {
            let allowed = page.allowed_principals.unwrap_or_default();
            principals.extend(allowed.into_iter().filter_map(|one| one.principal));
            page.next_token
        },
    )
    .await?;
    principals.sort();
    Ok(principals)
}

#[cfg(test)]
mod tests {
    use super::capitalised;

    #[test]
    fn states_are_spelled_one_way() {
        let one = |state: &str| capitalised(Some(state.to_owned())).unwrap();
        assert_eq!(one("available"), "Available");
        assert_eq!(one("Available"), "Available");
        assert_eq!(one("pendingAcceptance"), "PendingAcceptance");
        assert_eq!(capitalised(None), None);
    }
}
