//! Reads AWS Security Hub CSPM: the hub of each Region and its standards.

use super::{Collector, Cx};
use crate::model::securityhub::{EnabledStandard, Hub, Region};
use crate::model::{Facet, Scope, Tags};
use aws_sdk_securityhub::types as sdk;
use tokio::join;

pub(super) static COLLECTORS: &[Collector] = &[Collector {
    gives: &["securityhub.region"],
    scope: Scope::Regional,
    run: |cx| Box::pin(region(cx)),
}];

/// What Security Hub answers where it is off: "Account … is not subscribed to AWS Security
/// Hub". A caller without permission gets `AccessDeniedException`.
const NOT_SUBSCRIBED: &str = "InvalidAccessException";

async fn region(cx: Cx) {
    let arn = cx.arn("securityhub", "region-settings");
    let clients = cx.clients();
    let securityhub = clients.securityhub();
    let hub = cx.facet_or(
        "securityhub:DescribeHub",
        &arn,
        &[NOT_SUBSCRIBED, "ResourceNotFoundException"],
        None,
        || securityhub.describe_hub().send(),
        |reply| {
            Ok(Some(Hub {
                hub_arn: reply.hub_arn,
                subscribed_at: reply.subscribed_at,
                auto_enable_controls: reply.auto_enable_controls,
                control_finding_generator: reply
                    .control_finding_generator
                    .map(|generator| generator.as_str().to_owned()),
            }))
        },
    );
    let enabled_standards = cx.facet_or(
        "securityhub:GetEnabledStandards",
        &arn,
        &[NOT_SUBSCRIBED],
        Vec::new(),
        || securityhub.get_enabled_standards().max_results(100).send(),
        |reply| {
            if reply.next_token.is_some_and(|token| !token.is_empty()) {
                return Err("more standards than one page holds".to_owned());
            }
            let mut standards: Vec<EnabledStandard> = reply
                .standards_subscriptions
                .unwrap_or_default()
                .into_iter()
                .filter_map(standard)
                .collect();
            standards.sort_by(|a, b| a.standards_arn.cmp(&b.standards_arn));
            Ok(standards)
        },
    );
    let (hub, enabled_standards) = join!(hub, enabled_standards);
    let meta = cx.meta(arn, cx.region.clone(), Facet::Known(Tags::default()));
    cx.emit(
        meta,
        Region {
            hub,
            enabled_standards,
        },
    );
    cx.listed(&["securityhub.region"], &Ok(()));
}

fn standard(standard: sdk::StandardsSubscription) -> Option<EnabledStandard> {
    Some(EnabledStandard {
        standards_arn: standard.standards_arn?,
        standards_status: standard
            .standards_status
            .map(|status| status.as_str().to_owned()),
        status_reason_code: standard
            .standards_status_reason
            .and_then(|reason| reason.status_reason_code)
            .map(|code| code.as_str().to_owned()),
    })
}
