//! Security groups: attachments, references, rules with their prefix lists resolved.

use super::{Lists, Place, place};
use crate::model::ec2_network::{
    ManagedPrefixList, NetworkInterface, SecurityGroup, SecurityGroupRule,
};
use crate::model::{Facet, GapId, Kind, Snapshot};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Names by which a group is found: its place and its id.
type Key = (Place, Arc<str>);

pub(super) fn attached_to(snapshot: &mut Snapshot) {
    let lists = Lists::of(snapshot, NetworkInterface::NAME);
    let mut attached: BTreeMap<Key, BTreeSet<String>> = BTreeMap::new();
    for (meta, interface) in snapshot.of::<NetworkInterface>() {
        for group in &interface.security_group_ids {
            let ids = attached
                .entry((place(meta), group.as_str().into()))
                .or_default();
            ids.insert(meta.id.to_string());
        }
    }
    for (meta, group) in snapshot.of_mut::<SecurityGroup>() {
        let place = place(meta);
        group.attached_to = match lists.gaps(&place) {
            Some(gaps) => Facet::Unread(gaps),
            None => {
                let ids = attached.remove(&(place, meta.id.clone()));
                Facet::Known(ids.unwrap_or_default().into_iter().collect())
            }
        };
    }
}

pub(super) fn referenced_by(snapshot: &mut Snapshot) {
    let lists = Lists::of(snapshot, SecurityGroup::NAME);
    let mut referenced: BTreeMap<Key, BTreeSet<String>> = BTreeMap::new();
    for (meta, group) in snapshot.of::<SecurityGroup>() {
        let rules = group.ingress.iter().chain(&group.egress);
        let named = rules.flat_map(|rule| &rule.referenced_groups);
        for id in named.filter_map(|named| named.group_id.as_deref()) {
            if id != &*meta.id {
                let ids = referenced.entry((place(meta), id.into())).or_default();
                ids.insert(meta.id.to_string());
            }
        }
    }
    for (meta, group) in snapshot.of_mut::<SecurityGroup>() {
        let place = place(meta);
        group.referenced_by = match lists.gaps(&place) {
            Some(gaps) => Facet::Unread(gaps),
            None => {
                let ids = referenced.remove(&(place, meta.id.clone()));
                Facet::Known(ids.unwrap_or_default().into_iter().collect())
            }
        };
    }
}

pub(super) fn resolved_ingress(snapshot: &mut Snapshot) {
    let lists = PrefixLists::of(snapshot);
    for (meta, group) in snapshot.of_mut::<SecurityGroup>() {
        group.resolved_ingress = lists.resolve(&place(meta), &group.ingress);
    }
}

pub(super) fn resolved_egress(snapshot: &mut Snapshot) {
    let lists = PrefixLists::of(snapshot);
    for (meta, group) in snapshot.of_mut::<SecurityGroup>() {
        group.resolved_egress = lists.resolve(&place(meta), &group.egress);
    }
}

/// The ranges of the prefix lists.
pub(super) struct PrefixLists {
    lists: Lists,
    ranges: BTreeMap<Key, Facet<Vec<String>>>,
}

impl PrefixLists {
    pub(super) fn of(snapshot: &Snapshot) -> PrefixLists {
        let ranges = snapshot
            .of::<ManagedPrefixList>()
            .map(|(meta, list)| {
                let ranges = list.entries.map(|entries| {
                    let ranges = entries.iter().map(|entry| entry.cidr.clone());
                    ranges.collect()
                });
                ((place(meta), meta.id.clone()), ranges)
            })
            .collect();
        PrefixLists {
            lists: Lists::of(snapshot, ManagedPrefixList::NAME),
            ranges,
        }
    }

    /// The ranges of a list, or the gaps that hide them. A list that is named but not shown,
    /// such as one that its owner no longer shares, hides them without a gap.
    pub(super) fn ranges(&self, place: &Place, id: &str) -> Result<&[String], Vec<GapId>> {
        match self.ranges.get(&(place.clone(), id.into())) {
            Some(Facet::Known(ranges)) => Ok(ranges),
            Some(Facet::Unread(gaps)) => Err(gaps.clone()),
            None => Err(self.lists.gaps(place).unwrap_or_default()),
        }
    }

    fn resolve(&self, place: &Place, rules: &[SecurityGroupRule]) -> Facet<Vec<SecurityGroupRule>> {
        let mut hidden: Option<BTreeSet<GapId>> = None;
        let mut resolved = rules.to_vec();
        for rule in &mut resolved {
            let mut cidrs: BTreeSet<String> = rule.cidrs.drain(..).collect();
            for id in &rule.prefix_list_ids {
                match self.ranges(place, id) {
                    Ok(ranges) => cidrs.extend(ranges.iter().cloned()),
                    Err(gaps) => hidden.get_or_insert_default().extend(gaps),
                }
            }
            rule.cidrs = cidrs.into_iter().collect();
        }
        match hidden {
            None => Facet::Known(resolved),
            Some(gaps) => Facet::Unread(gaps.into_iter().collect()),
        }
    }
}
