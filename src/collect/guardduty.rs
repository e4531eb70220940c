//! Reads Amazon GuardDuty: the detector of each Region.

use super::{Collector, Cx};
use crate::model::guardduty::{AdditionalConfiguration, Detector, Feature, Region};
use crate::model::{Facet, GapId, Scope, Tags};
use aws_sdk_guardduty::operation::get_detector::GetDetectorOutput;
use aws_sdk_guardduty::types as sdk;

pub(super) static COLLECTORS: &[Collector] = &[Collector {
    gives: &["guardduty.region"],
    scope: Scope::Regional,
    run: |cx| Box::pin(region(cx)),
}];

async fn region(cx: Cx) {
    let arn = cx.arn("guardduty", "region-settings");
    let detectors = if cx.wants("guardduty.region.detectors") {
        detectors(&cx).await.into()
    } else {
        Facet::not_asked()
    };
    let meta = cx.meta(arn, cx.region.clone(), Facet::Known(Tags::default()));
    cx.emit(meta, Region { detectors });
    cx.listed(&["guardduty.region"], &Ok(()));
}

async fn detectors(cx: &Cx) -> Result<Vec<Detector>, GapId> {
    let clients = cx.clients();
    let guardduty = clients.guardduty();
    let mut ids = Vec::new();
    cx.pages(
        "guardduty:ListDetectors",
        None,
        |token| {
            guardduty
                .list_detectors()
                .max_results(50)
                .set_next_token(token)
                .send()
        },
        |page| {
            ids.extend(page.detector_ids.unwrap_or_default());
            page.next_token
        },
    )
    .await?;
    ids.sort();
    // A Region has one detector at most.
    let mut detectors = Vec::new();
    for id in ids {
        let arn = cx.arn("guardduty", &format!("detector/{id}"));
        let reply = cx
            .once("guardduty:GetDetector", Some(&arn), || {
                guardduty.get_detector().detector_id(&id).send()
            })
            .await?;
        detectors.push(detector(id, reply));
    }
    Ok(detectors)
}

fn detector(detector_id: String, reply: GetDetectorOutput) -> Detector {
    let mut features: Vec<Feature> = reply
        .features
        .unwrap_or_default()
        .into_iter()
        .filter_map(feature)
        .collect();
    features.sort_by(|a, b| a.name.cmp(&b.name));
    Detector {
        detector_id,
        status: reply.status.map(|status| status.as_str().to_owned()),
        finding_publishing_frequency: reply
            .finding_publishing_frequency
            .map(|frequency| frequency.as_str().to_owned()),
        features,
    }
}

fn feature(feature: sdk::DetectorFeatureConfigurationResult) -> Option<Feature> {
    let mut parts: Vec<AdditionalConfiguration> = feature
        .additional_configuration
        .unwrap_or_default()
        .into_iter()
        .filter_map(|part| {
            Some(AdditionalConfiguration {
                name: part.name?.as_str().to_owned(),
                status: part.status.map(|status| status.as_str().to_owned()),
            })
        })
        .collect();
    parts.sort_by(|a, b| a.name.cmp(&b.name));
    Some(Feature {
        name: feature.name?.as_str().to_owned(),
        status: feature.status.map(|status| status.as_str().to_owned()),
        additional_configuration: parts,
    })
}
