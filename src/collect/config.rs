//! Reads AWS Config: recorders and delivery channels of each Region.

use super::convert::time;
use super::{Collector, Cx};
use crate::model::config::{
    Delivery, DeliveryChannel, DeliveryChannelStatus, Recorder, RecorderStatus, RecordingGroup,
    Region,
};
use crate::model::{Facet, Scope, Tags};
use aws_sdk_config::types as sdk;
use tokio::join;

pub(super) static COLLECTORS: &[Collector] = &[Collector {
    gives: &["config.region"],
    scope: Scope::Regional,
    run: |cx| Box::pin(region(cx)),
}];

async fn region(cx: Cx) {
    let arn = cx.arn("config", "region-settings");
    let clients = cx.clients();
    let config = clients.config_service();
    let recorders = cx.facet(
        "config:DescribeConfigurationRecorders",
        &arn,
        || config.describe_configuration_recorders().send(),
        |reply| Ok(all(reply.configuration_recorders, recorder)),
    );
    let recorder_statuses = cx.facet(
        "config:DescribeConfigurationRecorderStatus",
        &arn,
        || config.describe_configuration_recorder_status().send(),
        |reply| Ok(all(reply.configuration_recorders_status, recorder_status)),
    );
    let delivery_channels = cx.facet(
        "config:DescribeDeliveryChannels",
        &arn,
        || config.describe_delivery_channels().send(),
        |reply| Ok(all(reply.delivery_channels, delivery_channel)),
    );
    let delivery_channel_statuses = cx.facet(
        "config:DescribeDeliveryChannelStatus",
        &arn,
        || config.describe_delivery_channel_status().send(),
        |reply| Ok(all(reply.delivery_channels_status, delivery_channel_status)),
    );
    let (recorders, recorder_statuses, delivery_channels, delivery_channel_statuses) = join!(
        recorders,
        recorder_statuses,
        delivery_channels,
        delivery_channel_statuses
    );
    let meta = cx.meta(arn, cx.region.clone(), Facet::Known(Tags::default()));
    cx.emit(
        meta,
        Region {
            recorders,
            recorder_statuses,
            delivery_channels,
            delivery_channel_statuses,
            global_resources_recorded_in: Facet::not_asked(),
        },
    );
    cx.listed(&["config.region"], &Ok(()));
}

fn all<T, U>(items: Option<Vec<T>>, map: impl Fn(T) -> U) -> Vec<U> {
    items.unwrap_or_default().into_iter().map(map).collect()
}

fn recorder(recorder: sdk::ConfigurationRecorder) -> Recorder {
    Recorder {
        name: recorder.name.unwrap_or_default(),
        role_arn: recorder.role_arn,
        recording_group: recorder.recording_group.map(recording_group),
        recording_frequency: recorder
            .recording_mode
            .map(|mode| mode.recording_frequency.as_str().to_owned()),
    }
}

fn recording_group(group: sdk::RecordingGroup) -> RecordingGroup {
    let excluded = group
        .exclusion_by_resource_types
        .and_then(|by| by.resource_types);
    RecordingGroup {
        all_supported: group.all_supported,
        include_global_resource_types: group.include_global_resource_types,
        resource_types: types(group.resource_types),
        excluded_resource_types: types(excluded),
        recording_strategy: group
            .recording_strategy
            .and_then(|strategy| strategy.use_only)
            .map(|only| only.as_str().to_owned()),
    }
}

fn types(types: Option<Vec<sdk::ResourceType>>) -> Vec<String> {
    let mut names = all(types, |name| name.as_str().to_owned());
    names.sort();
    names
}

fn recorder_status(status: sdk::ConfigurationRecorderStatus) -> RecorderStatus {
    RecorderStatus {
        name: status.name.unwrap_or_default(),
        recording: status.recording,
        last_status: status.last_status.map(|last| last.as_str().to_owned()),
        last_error_code: status.last_error_code,
        last_start_time: status.last_start_time.as_ref().and_then(time),
        last_stop_time: status.last_stop_time.as_ref().and_then(time),
        last_status_change_time: status.last_status_change_time.as_ref().and_then(time),
    }
}

fn delivery_channel(channel: sdk::DeliveryChannel) -> DeliveryChannel {
    DeliveryChannel {
        name: channel.name.unwrap_or_default(),
        s3_bucket_name: channel.s3_bucket_name,
        s3_key_prefix: channel.s3_key_prefix,
        s3_kms_key_arn: channel.s3_kms_key_arn,
        sns_topic_arn: channel.sns_topic_arn,
        delivery_frequency: channel
            .config_snapshot_delivery_properties
            .and_then(|properties| properties.delivery_frequency)
            .map(|frequency| frequency.as_str().to_owned()),
    }
}

fn delivery_channel_status(status: sdk::DeliveryChannelStatus) -> DeliveryChannelStatus {
    DeliveryChannelStatus {
        name: status.name.unwrap_or_default(),
        history: status.config_history_delivery_info.map(export),
        snapshot: status.config_snapshot_delivery_info.map(export),
        stream: status
            .config_stream_delivery_info
            .map(|stream| delivery(stream.last_status, stream.last_error_code)),
    }
}

fn export(info: sdk::ConfigExportDeliveryInfo) -> Delivery {
    delivery(info.last_status, info.last_error_code)
}

fn delivery(status: Option<sdk::DeliveryStatus>, last_error_code: Option<String>) -> Delivery {
    Delivery {
        last_status: status.map(|status| status.as_str().to_owned()),
        last_error_code,
    }
}
