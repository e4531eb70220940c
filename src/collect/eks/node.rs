//! Node groups and Fargate profiles of a cluster.

use super::super::convert::time;
use super::cluster::Of;
use super::{described_tags, health_issue, sorted};
use crate::model::eks::{
    FargateProfile, FargateSelector, LaunchTemplate, Nodegroup, ScalingConfig,
};
use crate::model::{Facet, GapId};
use aws_sdk_eks::types as sdk;
use chrono::{DateTime, Datelike, NaiveDate, Utc};

/// Reads the node groups; one that cannot be described leaves the list incomplete.
pub(super) async fn nodegroups(of: &Of<'_>) -> Result<(), GapId> {
    if !of.cx.wants("eks.nodegroup") {
        return Ok(());
    }
    let clients = of.cx.clients();
    of.each(
        "eks:ListNodegroups",
        |token| {
            let request = clients.eks().list_nodegroups().cluster_name(&of.name);
            request.max_results(100).set_next_token(token).send()
        },
        |page| (page.nodegroups, page.next_token),
        |name| nodegroup(of, name),
    )
    .await
}

async fn nodegroup(of: &Of<'_>, name: String) -> Result<(), GapId> {
    let operation = "eks:DescribeNodegroup";
    let asked = of.cx.arn("eks", &format!("nodegroup/{}/{name}", of.name));
    let clients = of.cx.clients();
    let reply = of
        .cx
        .once(operation, Some(&asked), || {
            clients
                .eks()
                .describe_nodegroup()
                .cluster_name(&of.name)
                .nodegroup_name(&name)
                .send()
        })
        .await?;
    let malformed = || {
        let message = "the reply has no node group with an ARN".to_owned();
        of.cx.malformed(operation, Some(&asked), message)
    };
    let group = reply.nodegroup.ok_or_else(malformed)?;
    let arn = group.nodegroup_arn.clone().ok_or_else(malformed)?;
    let tags = Facet::Known(described_tags(group.tags.clone()));
    let meta = of.cx.meta(arn, name.clone(), tags);
    of.cx
        .emit(meta, nodegroup_facts(of.name.clone(), name, group));
    Ok(())
}

fn nodegroup_facts(cluster_name: String, name: String, group: sdk::Nodegroup) -> Nodegroup {
    let resources = group.resources;
    let remote = group.remote_access;
    let mut auto_scaling_groups: Vec<String> = resources
        .iter()
        .flat_map(|resources| resources.auto_scaling_groups.iter().flatten())
        .filter_map(|group| group.name.clone())
        .collect();
    auto_scaling_groups.sort();
    Nodegroup {
        cluster_name,
        nodegroup_name: name,
        status: group.status.map(|status| status.as_str().to_owned()),
        created_at: group.created_at.as_ref().and_then(time),
        version: group.version,
        cluster_version: Facet::not_asked(),
        release_date: group.release_version.as_deref().and_then(release_date),
        release_version: group.release_version,
        ami_type: group.ami_type.map(|ami| ami.as_str().to_owned()),
        capacity_type: group
            .capacity_type
            .map(|capacity| capacity.as_str().to_owned()),
        instance_types: group.instance_types.unwrap_or_default(),
        subnets: sorted(group.subnets),
        public_subnets: Facet::not_asked(),
        ec2_ssh_key: remote
            .as_ref()
            .and_then(|access| access.ec2_ssh_key.clone()),
        source_security_groups: sorted(remote.and_then(|access| access.source_security_groups)),
        remote_access_security_group: resources.and_then(|r| r.remote_access_security_group),
        launch_template: group.launch_template.map(|template| LaunchTemplate {
            id: template.id,
            name: template.name,
            version: template.version,
        }),
        node_role: group.node_role,
        scaling_config: group.scaling_config.map(|scaling| ScalingConfig {
            min_size: scaling.min_size.map(i64::from),
            max_size: scaling.max_size.map(i64::from),
            desired_size: scaling.desired_size.map(i64::from),
        }),
        disk_size: group.disk_size.map(i64::from),
        auto_scaling_groups,
        node_repair_enabled: group.node_repair_config.and_then(|repair| repair.enabled),
        health_issues: group
            .health
            .and_then(|health| health.issues)
            .unwrap_or_default()
            .into_iter()
            .map(|issue| {
                let code = issue.code.as_ref().map(|code| code.as_str());
                health_issue(code, issue.message, issue.resource_ids)
            })
            .collect(),
    }
}

/// The date in a release version: Amazon Linux writes `1.33.5-20251112`, Windows
/// `1.33-2025.11.12`. Bottlerocket writes a hash there, and one's own AMI has its id.
fn release_date(release: &str) -> Option<DateTime<Utc>> {
    let (version, date) = release.rsplit_once('-')?;
    if !version.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let date = ["%Y%m%d", "%Y.%m.%d"]
        .iter()
        .filter(|_| date.len() == 8 || date.len() == 10)
        .find_map(|format| NaiveDate::parse_from_str(date, format).ok())
        // EKS began in 2018: anything earlier is a hash that looks like a date.
        .filter(|date| date.year() >= 2018)?;
    Some(date.and_hms_opt(0, 0, 0)?.and_utc())
}

/// Reads the Fargate profiles; one that cannot be described leaves the list incomplete.
pub(super) async fn fargate_profiles(of: &Of<'_>) -> Result<(), GapId> {
    if !of.cx.wants("eks.fargate_profile") {
        return Ok(());
    }
    let clients = of.cx.clients();
    of.each(
        "eks:ListFargateProfiles",
        |token| {
            let request = clients.eks().list_fargate_profiles().cluster_name(&of.name);
            request.max_results(100).set_next_token(token).send()
        },
        |page| (page.fargate_profile_names, page.next_token),
        |name| fargate_profile(of, name),
    )
    .await
}

async fn fargate_profile(of: &Of<'_>, name: String) -> Result<(), GapId> {
    let operation = "eks:DescribeFargateProfile";
    let asked = of
        .cx
        .arn("eks", &format!("fargateprofile/{}/{name}", of.name));
    let clients = of.cx.clients();
    let reply = of
        .cx
        .once(operation, Some(&asked), || {
            clients
                .eks()
                .describe_fargate_profile()
                .cluster_name(&of.name)
                .fargate_profile_name(&name)
                .send()
        })
        .await?;
    let malformed = || {
        let message = "the reply has no Fargate profile with an ARN".to_owned();
        of.cx.malformed(operation, Some(&asked), message)
    };
    let profile = reply.fargate_profile.ok_or_else(malformed)?;
    let arn = profile.fargate_profile_arn.ok_or_else(malformed)?;
    let tags = Facet::Known(described_tags(profile.tags));
    let facts = FargateProfile {
        cluster_name: of.name.clone(),
        fargate_profile_name: name.clone(),
        status: profile.status.map(|status| status.as_str().to_owned()),
        created_at: profile.created_at.as_ref().and_then(time),
        pod_execution_role_arn: profile.pod_execution_role_arn,
        subnets: sorted(profile.subnets),
        selectors: profile
            .selectors
            .unwrap_or_default()
            .into_iter()
            .map(|selector| FargateSelector {
                namespace: selector.namespace,
                labels: selector.labels.unwrap_or_default().into_iter().collect(),
            })
            .collect(),
        health_issues: profile
            .health
            .and_then(|health| health.issues)
            .unwrap_or_default()
            .into_iter()
            .map(|issue| {
                let code = issue.code.as_ref().map(|code| code.as_str());
                health_issue(code, issue.message, issue.resource_ids)
            })
            .collect(),
    };
    of.cx.emit(of.cx.meta(arn, name, tags), facts);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::release_date;

    #[test]
    fn release_dates() {
        let day = |release| release_date(release).map(|date| date.format("%F").to_string());
        assert_eq!(day("1.33.5-20251112").as_deref(), Some("2025-11-12"));
        assert_eq!(day("1.33-2025.11.12").as_deref(), Some("2025-11-12"));
        assert_eq!(day("1.49.0-713f44ce"), None);
        assert_eq!(day("1.49.0-11111111"), None);
        assert_eq!(day("ami-0123456789abcdef0"), None);
        assert_eq!(day("ami-20251112"), None);
        assert_eq!(day(""), None);
    }
}
