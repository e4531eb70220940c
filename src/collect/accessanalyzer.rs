//! Reads IAM Access Analyzer: the analyzers of each Region.

use super::convert::{tags, time};
use super::{Collector, Cx};
use crate::model::accessanalyzer::{Analyzer, Region};
use crate::model::{Facet, GapId, Scope, Tags};
use aws_sdk_accessanalyzer::types as sdk;

pub(super) static COLLECTORS: &[Collector] = &[Collector {
    gives: &["accessanalyzer.region"],
    scope: Scope::Regional,
    run: |cx| Box::pin(region(cx)),
}];

async fn region(cx: Cx) {
    let arn = cx.arn("access-analyzer", "region-settings");
    let analyzers = if cx.wants("accessanalyzer.region.analyzers") {
        analyzers(&cx).await.into()
    } else {
        Facet::not_asked()
    };
    // Those of the organization are listed in other accounts: a run over it adds them.
    let none = |fact: &str| match cx.wants(fact) {
        true => Facet::Known(Vec::new()),
        false => Facet::not_asked(),
    };
    let facts = Region {
        analyzers,
        management_analyzers: none("accessanalyzer.region.management_analyzers"),
        delegated_analyzers: none("accessanalyzer.region.delegated_analyzers"),
    };
    let meta = cx.meta(arn, cx.region.clone(), Facet::Known(Tags::default()));
    cx.emit(meta, facts);
    cx.listed(&["accessanalyzer.region"], &Ok(()));
}

async fn analyzers(cx: &Cx) -> Result<Vec<Analyzer>, GapId> {
    let clients = cx.clients();
    let mut analyzers = Vec::new();
    cx.pages(
        "accessanalyzer:ListAnalyzers",
        None,
        |token| {
            clients
                .accessanalyzer()
                .list_analyzers()
                .set_next_token(token)
                .send()
        },
        |page| {
            analyzers.extend(page.analyzers.into_iter().map(analyzer));
            page.next_token
        },
    )
    .await?;
    analyzers.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(analyzers)
}

fn analyzer(analyzer: sdk::AnalyzerSummary) -> Analyzer {
    Analyzer {
        name: analyzer.name,
        kind: analyzer.r#type.as_str().to_owned(),
        status: analyzer.status.as_str().to_owned(),
        status_reason: analyzer
            .status_reason
            .map(|reason| reason.code.as_str().to_owned()),
        last_resource_analyzed_at: analyzer.last_resource_analyzed_at.as_ref().and_then(time),
        tags: tags(analyzer.tags.unwrap_or_default()),
    }
}
