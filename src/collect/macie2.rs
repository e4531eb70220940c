//! Reads Amazon Macie: whether it is on in each Region.

use super::{Collector, Cx};
use crate::aws::Failure;
use crate::model::macie2::{AutomatedDiscovery, Region, Session};
use crate::model::{Facet, Scope, Tags};
use tokio::join;

pub(super) static COLLECTORS: &[Collector] = &[Collector {
    gives: &["macie2.region"],
    scope: Scope::Regional,
    run: |cx| Box::pin(region(cx)),
}];

async fn region(cx: Cx) {
    let arn = cx.arn("macie2", "region-settings");
    let clients = cx.clients();
    let macie = clients.macie2();
    let session = async {
        let operation = "macie2:GetMacieSession";
        if !cx.wants("macie2.region.session") {
            return Facet::not_asked();
        }
        let reply = cx
            .attempt(operation, || macie.get_macie_session().send())
            .await;
        unless_off(&cx, operation, reply, |reply| Session {
            status: reply.status.map(|status| status.as_str().to_owned()),
            finding_publishing_frequency: reply
                .finding_publishing_frequency
                .map(|frequency| frequency.as_str().to_owned()),
        })
    };
    let automated_discovery = async {
        let operation = "macie2:GetAutomatedDiscoveryConfiguration";
        if !cx.wants("macie2.region.automated_discovery") {
            return Facet::not_asked();
        }
        let reply = cx
            .attempt(operation, || {
                macie.get_automated_discovery_configuration().send()
            })
            .await;
        unless_off(&cx, operation, reply, |reply| AutomatedDiscovery {
            status: reply.status.map(|status| status.as_str().to_owned()),
            auto_enable_organization_members: reply
                .auto_enable_organization_members
                .map(|mode| mode.as_str().to_owned()),
        })
    };
    let (session, automated_discovery) = join!(session, automated_discovery);
    let meta = cx.meta(
        arn.as_str(),
        cx.region.clone(),
        Facet::Known(Tags::default()),
    );
    cx.emit(
        meta,
        Region {
            session,
            automated_discovery,
            buckets: Facet::not_asked(),
        },
    );
    cx.listed(&["macie2.region"], &Ok(()));
}

/// Where Macie is off, it refuses every call with the code of a missing permission; only the
/// message tells the two apart: "Macie is not enabled." against "User: … is not authorized to
/// perform: …".
fn is_off(failure: &Failure) -> bool {
    failure.code.as_deref() == Some("AccessDeniedException")
        && failure.message.contains("Macie is not enabled")
}

fn unless_off<O, T>(
    cx: &Cx,
    operation: &'static str,
    reply: Result<O, Failure>,
    map: impl FnOnce(O) -> T,
) -> Facet<Option<T>> {
    match reply {
        Ok(reply) => Facet::Known(Some(map(reply))),
        Err(failure) if is_off(&failure) => Facet::Known(None),
        Err(failure) => Facet::Unread(vec![cx.gap(operation, None, &failure)]),
    }
}
