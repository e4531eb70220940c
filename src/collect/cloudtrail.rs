//! Reads AWS CloudTrail: trails and event data stores.

mod selectors;

use super::convert::{one_page, tags, time};
use super::{Collector, Cx};
use crate::model::cloudtrail::{
    Account, EventDataStore, EventDataStoreDetails, InsightSelector, Trail, TrailStatus,
};
use crate::model::{Facet, Scope};
use aws_sdk_cloudtrail::operation::get_trail_status::GetTrailStatusOutput;
use aws_sdk_cloudtrail::types as sdk;
use futures_util::future::join_all;
use std::collections::BTreeMap;
use tokio::join;

pub(super) static COLLECTORS: &[Collector] = &[
    // Global, so that a trail that several Regions tell is taken once.
    Collector {
        gives: &["cloudtrail.trail"],
        scope: Scope::Global,
        run: |cx| Box::pin(trails(cx)),
    },
    Collector {
        gives: &["cloudtrail.event_data_store"],
        scope: Scope::Regional,
        run: |cx| Box::pin(event_data_stores(cx)),
    },
    Collector {
        gives: &["cloudtrail.account"],
        scope: Scope::Global,
        run: |cx| Box::pin(account(cx)),
    },
];

/// Every fact of it is derived; it only has to be there.
async fn account(cx: Cx) {
    let arn = cx.arn("cloudtrail", "account");
    let meta = cx.meta(arn, cx.account.clone(), Facet::Known(Default::default()));
    cx.emit(meta, Account::default());
    cx.listed(&["cloudtrail.account"], &Ok(()));
}

async fn trails(cx: Cx) {
    let lists = cx.regions().iter().map(|region| list(cx.in_region(region)));
    let mut known = BTreeMap::new();
    for item in join_all(lists).await.into_iter().flatten() {
        if let Some(arn) = item.trail_arn.clone() {
            known.entry(arn).or_insert(item);
        }
    }
    for (arn, item) in known {
        let name = arn.clone();
        cx.part("cloudtrail.trail", &name, |task| trail(task, arn, item));
    }
}

/// The trails that a Region tells of, those at home in other Regions among them.
async fn list(cx: Cx) -> Vec<sdk::Trail> {
    let clients = cx.clients();
    let result = cx
        .once("cloudtrail:DescribeTrails", None, || {
            clients
                .cloudtrail()
                .describe_trails()
                .include_shadow_trails(true)
                .send()
        })
        .await;
    let (trails, result) = match result {
        Ok(reply) => (reply.trail_list.unwrap_or_default(), Ok(())),
        Err(gap) => (Vec::new(), Err(gap)),
    };
    cx.listed(&["cloudtrail.trail"], &result);
    trails
}

async fn trail(cx: Cx, arn: String, item: sdk::Trail) {
    let mut parts = arn.split(':').skip(3);
    let region = parts.next().unwrap_or_default();
    let owner = parts.next().unwrap_or_default().to_owned();
    // A trail's settings are told in its home Region only, audited or not.
    let home = item.home_region.unwrap_or_else(|| region.to_owned());
    let cx = cx.in_region(&home);
    let clients = cx.clients();
    let client = clients.cloudtrail();
    let custom = item.has_custom_event_selectors.unwrap_or(true);

    let status = cx.facet(
        "cloudtrail:GetTrailStatus",
        &arn,
        || client.get_trail_status().name(&arn).send(),
        status,
    );
    let event_selectors = cx.facet(
        "cloudtrail:GetEventSelectors",
        &arn,
        || client.get_event_selectors().trail_name(&arn).send(),
        |reply| selectors::of(reply, custom),
    );
    let insight_selectors = cx.facet_or(
        "cloudtrail:GetInsightSelectors",
        &arn,
        &["InsightNotEnabledException"],
        Vec::new(),
        || client.get_insight_selectors().trail_name(&arn).send(),
        |reply| {
            let selectors = reply.insight_selectors.unwrap_or_default();
            let mut selectors: Vec<_> = selectors.into_iter().filter_map(insight).collect();
            selectors.sort();
            Ok(selectors)
        },
    );
    let trail_tags = async {
        // Only the owner may read a trail's tags.
        if owner != *cx.account {
            return Facet::not_asked();
        }
        cx.facet(
            "cloudtrail:ListTags",
            &arn,
            || client.list_tags().resource_id_list(&arn).send(),
            |reply| {
                one_page(reply.next_token.as_deref())?;
                let lists = reply.resource_tag_list.unwrap_or_default();
                let pairs = lists
                    .into_iter()
                    .flat_map(|list| list.tags_list.unwrap_or_default());
                Ok(tags(pairs.map(|tag| (tag.key, tag.value))))
            },
        )
        .await
    };
    let (status, event_selectors, insight_selectors, tags) =
        join!(status, event_selectors, insight_selectors, trail_tags);
    let name = item.name.unwrap_or_default();
    let facts = Trail {
        name: name.clone(),
        owner_account: owner.clone(),
        home_region: home.clone(),
        is_multi_region_trail: item.is_multi_region_trail.unwrap_or(false),
        is_organization_trail: item.is_organization_trail.unwrap_or(false),
        include_global_service_events: item.include_global_service_events.unwrap_or(false),
        log_file_validation_enabled: item.log_file_validation_enabled.unwrap_or(false),
        s3_bucket_name: item.s3_bucket_name.unwrap_or_default(),
        s3_key_prefix: item.s3_key_prefix.filter(|text| !text.is_empty()),
        sns_topic_arn: item.sns_topic_arn.filter(|text| !text.is_empty()),
        cloud_watch_logs_log_group_arn: item
            .cloud_watch_logs_log_group_arn
            .filter(|text| !text.is_empty()),
        cloud_watch_logs_role_arn: item
            .cloud_watch_logs_role_arn
            .filter(|text| !text.is_empty()),
        kms_key_id: item.kms_key_id.filter(|text| !text.is_empty()),
        status,
        event_selectors,
        insight_selectors,
    };
    cx.emit(cx.meta(arn.clone(), name, tags), facts);
}

fn status(reply: GetTrailStatusOutput) -> Result<TrailStatus, String> {
    let at = |moment: Option<aws_smithy_types::DateTime>| moment.as_ref().and_then(time);
    Ok(TrailStatus {
        is_logging: reply
            .is_logging
            .ok_or("the reply does not say whether the trail logs")?,
        start_logging_time: at(reply.start_logging_time),
        stop_logging_time: at(reply.stop_logging_time),
        latest_delivery_time: at(reply.latest_delivery_time),
        latest_delivery_error: reply.latest_delivery_error.filter(|text| !text.is_empty()),
        latest_digest_delivery_time: at(reply.latest_digest_delivery_time),
        latest_digest_delivery_error: reply
            .latest_digest_delivery_error
            .filter(|text| !text.is_empty()),
        latest_cloud_watch_logs_delivery_time: at(reply.latest_cloud_watch_logs_delivery_time),
        latest_cloud_watch_logs_delivery_error: reply
            .latest_cloud_watch_logs_delivery_error
            .filter(|text| !text.is_empty()),
        latest_notification_time: at(reply.latest_notification_time),
        latest_notification_error: reply
            .latest_notification_error
            .filter(|text| !text.is_empty()),
    })
}

fn insight(selector: sdk::InsightSelector) -> Option<InsightSelector> {
    let categories = selector.event_categories.unwrap_or_default();
    let mut event_categories: Vec<String> = categories
        .iter()
        .map(|category| category.as_str().to_owned())
        .collect();
    event_categories.sort();
    Some(InsightSelector {
        insight_type: selector.insight_type?.as_str().to_owned(),
        event_categories,
    })
}

async fn event_data_stores(cx: Cx) {
    let clients = cx.clients();
    let result = cx
        .pages(
            "cloudtrail:ListEventDataStores",
            None,
            |token| {
                clients
                    .cloudtrail()
                    .list_event_data_stores()
                    .max_results(1000)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for item in page.event_data_stores.unwrap_or_default() {
                    let name = item.event_data_store_arn.clone().unwrap_or_default();
                    cx.part("cloudtrail.event_data_store", &name, |task| {
                        event_data_store(task, item)
                    });
                }
                page.next_token
            },
        )
        .await;
    cx.listed(&["cloudtrail.event_data_store"], &result);
}

async fn event_data_store(cx: Cx, item: sdk::EventDataStore) {
    let Some(arn) = cx.named(
        "cloudtrail.event_data_store",
        "cloudtrail:ListEventDataStores",
        item.event_data_store_arn,
    ) else {
        return;
    };
    let clients = cx.clients();
    let client = clients.cloudtrail();
    let details = cx
        .facet(
            "cloudtrail:GetEventDataStore",
            &arn,
            || client.get_event_data_store().event_data_store(&arn).send(),
            |reply| {
                Ok(EventDataStoreDetails {
                    status: reply.status.map(|status| status.as_str().to_owned()),
                    multi_region_enabled: reply.multi_region_enabled,
                    organization_enabled: reply.organization_enabled,
                    retention_period: reply.retention_period.map(i64::from),
                    termination_protection_enabled: reply.termination_protection_enabled,
                    kms_key_id: reply.kms_key_id.filter(|text| !text.is_empty()),
                    created_timestamp: reply.created_timestamp.as_ref().and_then(time),
                })
            },
        )
        .await;
    let name = item.name.unwrap_or_default();
    let meta = cx.meta(arn, name.clone(), Facet::not_asked());
    cx.emit(meta, EventDataStore { name, details });
}
