//! What covers a VPC or a subnet: flow logs, endpoints; and whether anything is in it.

use super::{Lists, Place, place};
use crate::model::ec2_network::{
    CoveringFlowLog, EndpointService, FlowLog, NetworkInterface, Subnet, Vpc, VpcEndpoint,
};
use crate::model::{Facet, Kind, Snapshot};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The flow logs by what they were made for.
struct FlowLogs {
    lists: Lists,
    logs: BTreeMap<(Place, String), Vec<CoveringFlowLog>>,
}

impl FlowLogs {
    fn of(snapshot: &Snapshot) -> FlowLogs {
        let mut logs: BTreeMap<_, Vec<CoveringFlowLog>> = BTreeMap::new();
        for (meta, log) in snapshot.of::<FlowLog>() {
            let Some(resource_id) = log.resource_id.clone() else {
                continue;
            };
            let covering = CoveringFlowLog {
                flow_log_id: meta.id.to_string(),
                resource_id: resource_id.clone(),
                flow_log_status: log.flow_log_status.clone(),
                traffic_type: log.traffic_type.clone(),
                deliver_logs_status: log.deliver_logs_status.clone(),
                log_destination_type: log.log_destination_type.clone(),
            };
            logs.entry((place(meta), resource_id))
                .or_default()
                .push(covering);
        }
        FlowLogs {
            lists: Lists::of(snapshot, FlowLog::NAME),
            logs,
        }
    }

    /// The flow logs of these resources. AWS tells each account its own flow logs only: what
    /// covers the network of another account is not known here.
    fn covering<'a>(
        &self,
        place: &Place,
        foreign: bool,
        ids: impl Iterator<Item = &'a str>,
    ) -> Facet<Vec<CoveringFlowLog>> {
        if let Some(gaps) = self.lists.gaps(place) {
            return Facet::Unread(gaps);
        }
        if foreign {
            return Facet::not_asked();
        }
        let logs = ids.filter_map(|id| self.logs.get(&(place.clone(), id.to_owned())));
        let mut logs: Vec<CoveringFlowLog> = logs.flatten().cloned().collect();
        logs.sort();
        Facet::Known(logs)
    }
}

pub(super) fn vpc_flow_logs(snapshot: &mut Snapshot) {
    let logs = FlowLogs::of(snapshot);
    for (meta, vpc) in snapshot.of_mut::<Vpc>() {
        let ids = std::iter::once(&*meta.id);
        vpc.flow_logs = logs.covering(&place(meta), vpc.foreign_owner.is_some(), ids);
    }
}

pub(super) fn subnet_flow_logs(snapshot: &mut Snapshot) {
    let logs = FlowLogs::of(snapshot);
    for (meta, subnet) in snapshot.of_mut::<Subnet>() {
        let ids = std::iter::once(&*meta.id).chain(subnet.vpc_id.as_deref());
        let facet = logs.covering(&place(meta), subnet.foreign_owner.is_some(), ids);
        subnet.flow_logs = facet;
    }
}

pub(super) fn endpoint_services(snapshot: &mut Snapshot) {
    let lists = Lists::of(snapshot, VpcEndpoint::NAME);
    let mut found: BTreeMap<(Place, Arc<str>), Vec<EndpointService>> = BTreeMap::new();
    for (meta, endpoint) in snapshot.of::<VpcEndpoint>() {
        let (Some(vpc), Some(name)) = (&endpoint.vpc_id, &endpoint.service_name) else {
            continue;
        };
        let key = (place(meta), vpc.as_str().into());
        found.entry(key).or_default().push(EndpointService {
            service: short_service(name, &meta.region).to_owned(),
            vpc_endpoint_id: meta.id.to_string(),
            vpc_endpoint_type: endpoint.vpc_endpoint_type.clone(),
            state: endpoint.state.clone(),
            private_dns_enabled: endpoint.private_dns_enabled,
        });
    }
    for (meta, vpc) in snapshot.of_mut::<Vpc>() {
        let place = place(meta);
        vpc.endpoint_services = match lists.gaps(&place) {
            Some(gaps) => Facet::Unread(gaps),
            // The owner's endpoints are not shown to those who share a subnet.
            None if vpc.foreign_owner.is_some() => Facet::not_asked(),
            None => {
                let mut services = found.remove(&(place, meta.id.clone())).unwrap_or_default();
                services.sort();
                Facet::Known(services)
            }
        };
    }
}

/// `com.amazonaws.eu-west-1.ecr.api` is `ecr.api` in eu-west-1; in China the name begins with
/// `cn.com.amazonaws.`.
pub(super) fn short_service<'a>(name: &'a str, region: &str) -> &'a str {
    let rest = name.strip_prefix("cn.").unwrap_or(name);
    rest.strip_prefix("com.amazonaws.")
        .and_then(|rest| rest.strip_prefix(region))
        .and_then(|rest| rest.strip_prefix('.'))
        .unwrap_or(name)
}

pub(super) fn network_interface_count(snapshot: &mut Snapshot) {
    let lists = Lists::of(snapshot, NetworkInterface::NAME);
    let mut counts: BTreeMap<(Place, Arc<str>), i64> = BTreeMap::new();
    for (meta, interface) in snapshot.of::<NetworkInterface>() {
        if let Some(vpc) = interface.vpc_id.as_deref() {
            *counts.entry((place(meta), vpc.into())).or_default() += 1;
        }
    }
    for (meta, vpc) in snapshot.of_mut::<Vpc>() {
        let place = place(meta);
        vpc.network_interface_count = match lists.gaps(&place) {
            Some(gaps) => Facet::Unread(gaps),
            None => {
                let count = counts.get(&(place, meta.id.clone()));
                Facet::Known(count.copied().unwrap_or(0))
            }
        };
    }
}
