//! Reads Amazon RDS and Aurora (and, by the same API, DocumentDB and Neptune): DB instances,
//! DB clusters and their snapshots.

mod cluster;
mod instance;
mod snapshot;

use super::{Collector, Cx};
use crate::model::rds::{DbParameter, PARAMETERS};
use crate::model::{Facet, GapId, Meta, Scope};
use aws_sdk_rds::types as sdk;
use std::collections::BTreeMap;

pub(super) static COLLECTORS: &[Collector] = &[
    Collector {
        gives: &["rds.db_instance"],
        scope: Scope::Regional,
        run: |cx| Box::pin(instance::db_instances(cx)),
    },
    Collector {
        gives: &["rds.db_cluster"],
        scope: Scope::Regional,
        run: |cx| Box::pin(cluster::db_clusters(cx)),
    },
    Collector {
        gives: &["rds.db_snapshot"],
        scope: Scope::Regional,
        run: |cx| Box::pin(snapshot::db_snapshots(cx)),
    },
    Collector {
        gives: &["rds.db_cluster_snapshot"],
        scope: Scope::Regional,
        run: |cx| Box::pin(snapshot::db_cluster_snapshots(cx)),
    },
];

/// The largest page of every list.
const PAGE: i32 = 100;

/// What is read of the parameter groups of a Region, by the group's name.
type Parameters = BTreeMap<String, Facet<Vec<DbParameter>>>;

fn meta(cx: &Cx, arn: String, id: String, tags: Option<Vec<sdk::Tag>>) -> Meta {
    let tags = tags
        .unwrap_or_default()
        .into_iter()
        .map(|tag| (tag.key, tag.value));
    cx.meta(arn, id, Facet::Known(super::convert::tags(tags)))
}

/// An enumeration's value in AWS's spelling.
fn word(value: Option<impl AsRef<str>>) -> Option<String> {
    value.map(|value| value.as_ref().to_owned())
}

/// The names of the parameters that are read of a group of this engine.
fn parameter_names(engine: &str) -> &'static [&'static str] {
    PARAMETERS
        .iter()
        .find(|(start, _)| engine.starts_with(start))
        .map_or(&[], |(_, names)| names)
}

/// The filter that asks for these parameters only.
fn by_name(names: &[&str]) -> sdk::Filter {
    sdk::Filter::builder()
        .name("parameter-name")
        .set_values(Some(names.iter().map(|name| (*name).to_owned()).collect()))
        .build()
}

/// The parameters of a page that were asked for. A server that does not filter sends more.
fn wanted(page: Option<Vec<sdk::Parameter>>, names: &[&str]) -> Vec<DbParameter> {
    let page = page.unwrap_or_default().into_iter();
    page.filter_map(|parameter| {
        Some(DbParameter {
            parameter_name: parameter.parameter_name?,
            parameter_value: parameter.parameter_value,
            source: parameter.source,
        })
    })
    .filter(|parameter| names.contains(&parameter.parameter_name.as_str()))
    .collect()
}

/// The facet of a group, once its pages are read.
fn parameters(result: Result<(), GapId>, mut list: Vec<DbParameter>) -> Facet<Vec<DbParameter>> {
    list.sort_by(|a, b| a.parameter_name.cmp(&b.parameter_name));
    result.map(|()| list).into()
}

fn security_groups(groups: Option<Vec<sdk::VpcSecurityGroupMembership>>) -> Vec<String> {
    sorted(
        groups
            .unwrap_or_default()
            .into_iter()
            .filter_map(|g| g.vpc_security_group_id),
    )
}

fn sorted(items: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut items: Vec<String> = items.into_iter().collect();
    items.sort();
    items
}

#[cfg(test)]
mod tests {
    use super::parameter_names;

    #[test]
    fn each_engine_has_its_own_parameters() {
        assert_eq!(parameter_names("postgres"), ["rds.force_ssl"]);
        assert_eq!(parameter_names("sqlserver-se"), ["rds.force_ssl"]);
        assert_eq!(
            parameter_names("aurora-mysql"),
            ["require_secure_transport", "server_audit_logging"]
        );
        assert!(parameter_names("oracle-ee").is_empty());
        assert!(parameter_names("custom-sqlserver-se").is_empty());
    }
}
