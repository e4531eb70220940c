//! Reads Amazon EC2, compute and storage: instances, launch templates, volumes, snapshots,
//! images and the settings of each Region.

mod instance;
mod launch_template;
mod region;
mod storage;

use super::{Collector, Cx};
use crate::model::{CUSTOMER, Facet, Meta, Scope, Tags};
use aws_sdk_ec2::types as sdk;
use chrono::{DateTime, Utc};
use std::sync::Arc;

pub(super) static COLLECTORS: &[Collector] = &[
    Collector {
        gives: &["ec2.region"],
        scope: Scope::Regional,
        run: |cx| Box::pin(region::region(cx)),
    },
    Collector {
        gives: &["ec2.instance"],
        scope: Scope::Regional,
        run: |cx| Box::pin(instance::instances(cx)),
    },
    Collector {
        gives: &["ec2.launch_template"],
        scope: Scope::Regional,
        run: |cx| Box::pin(launch_template::launch_templates(cx)),
    },
    Collector {
        gives: &["ec2.volume"],
        scope: Scope::Regional,
        run: |cx| Box::pin(storage::volumes(cx)),
    },
    Collector {
        gives: &["ec2.snapshot"],
        scope: Scope::Regional,
        run: |cx| Box::pin(storage::snapshots(cx)),
    },
    Collector {
        gives: &["ec2.image"],
        scope: Scope::Regional,
        run: |cx| Box::pin(storage::images(cx)),
    },
];

/// The largest page of the lists of instances, volumes, snapshots and images.
const PAGE: i32 = 1000;

fn meta(
    cx: &Cx,
    arn: String,
    id: String,
    tags: Option<Vec<sdk::Tag>>,
    operator: Option<&sdk::OperatorResponse>,
) -> Meta {
    let tags: Tags = super::convert::tags(
        tags.unwrap_or_default()
            .into_iter()
            .map(|tag| (tag.key, tag.value)),
    );
    let mut meta = cx.meta(arn, id, Facet::Known(tags));
    meta.managed_by = managed_by(operator);
    meta
}

/// Who runs it: `eks` for `eks.amazonaws.com`, the account where no service does.
fn managed_by(operator: Option<&sdk::OperatorResponse>) -> Arc<str> {
    match operator {
        Some(operator) if operator.managed == Some(true) => {
            let principal = operator.principal.as_deref().unwrap_or("aws");
            principal.split('.').next().unwrap_or(principal).into()
        }
        _ => CUSTOMER.into(),
    }
}

/// An enumeration's value in AWS's spelling.
fn word(value: Option<impl AsRef<str>>) -> Option<String> {
    value.map(|value| value.as_ref().to_owned())
}

/// A moment that EC2 writes as text.
fn moment(text: Option<String>) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text.as_deref()?)
        .ok()
        .map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_that_runs_an_instance_is_named_by_its_first_word() {
        let by = |managed: bool, principal: &str| {
            let operator = sdk::OperatorResponse::builder()
                .managed(managed)
                .principal(principal)
                .build();
            managed_by(Some(&operator)).to_string()
        };
        assert_eq!(by(true, "eks.amazonaws.com"), "eks");
        assert_eq!(by(false, ""), "customer");
        assert_eq!(&*managed_by(None), "customer");
    }
}
