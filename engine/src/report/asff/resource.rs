//! The resource of a finding: who and where it is, its tags, and what the format has fields for.

use super::finding::{Details, Resource};
use super::{Context, FIELD, details, types};
use crate::model::GLOBAL;
use crate::report::v1;
use crate::report::words::cut;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// In the details of a finding on a list that could not be read.
pub const LIST: &str = "List";

/// The most tags of a resource, and the longest name and value, in characters (Tagging AWS
/// Resources, "Tag naming limits and requirements", which the format's reference points to).
const TAGS: usize = 50;
const TAG_NAME: usize = 128;
const TAG_VALUE: usize = 256;
/// Of AWS's own tags: the same page reserves it.
const RESERVED: &str = "aws:";

/// The resource of a result; of one on a list, the account.
pub(super) fn resource(
    result: &v1::Result,
    known: Option<&v1::Resource>,
    context: &Context<'_>,
) -> Resource {
    let kind = match result.arn {
        Some(_) => types::resource(&result.kind),
        None => "AwsAccount",
    };
    let id = match &result.arn {
        Some(arn) if kind != "AwsAccount" => arn.clone(),
        _ => format!("AWS::::Account:{}", result.account),
    };
    let mut other = BTreeMap::from([("Kind".to_owned(), result.kind.clone())]);
    if let Some(id) = &result.resource_id {
        other.insert("ResourceId".to_owned(), cut(id, FIELD));
        other.insert("ManagedBy".to_owned(), cut(&result.managed_by, FIELD));
        other.insert("Mode".to_owned(), cut(&result.mode, FIELD));
        other.retain(|_, value| !value.trim().is_empty());
    } else {
        other.insert(LIST.to_owned(), "could not be read".to_owned());
    }
    let partition = &context.run.partition;
    Resource {
        kind: kind.into(),
        id,
        partition: types::is_partition(partition).then(|| partition.clone()),
        region: match &*result.region {
            GLOBAL => context.home.clone(),
            region => region.to_owned(),
        },
        tags: known.and_then(|known| known.tags.as_ref()).map(tags),
        details: Details {
            typed: typed(result, known),
            other,
        },
    }
}

/// The tags that the format takes: it has no empty value, and keeps AWS's own for AWS.
fn tags(tags: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let tags = tags.iter().filter(|(name, value)| {
        let blank = name.trim().is_empty() || value.trim().is_empty();
        let fits = name.chars().count() <= TAG_NAME && value.chars().count() <= TAG_VALUE;
        !blank && fits && !name.starts_with(RESERVED)
    });
    tags.take(TAGS)
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// The fields of the resource's type: those that its ARN and id tell, and those that its facts do
/// where they are at hand.
fn typed(
    result: &v1::Result,
    known: Option<&v1::Resource>,
) -> BTreeMap<String, Map<String, Value>> {
    let (Some(arn), Some(id)) = (&result.arn, &result.resource_id) else {
        return BTreeMap::new();
    };
    let details = known.map(|known| &known.details).into_iter().flatten();
    let mut facts: Map<String, Value> = details
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    for (name, value) in [("arn", arn), ("id", id), ("account", &result.account)] {
        facts.insert(name.to_owned(), value.as_str().into());
    }
    let fields = details::fields(&result.kind, &facts);
    match fields.is_empty() {
        true => BTreeMap::new(),
        false => [(types::resource(&result.kind).to_owned(), fields)].into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_that_the_format_does_not_take_are_left_out() {
        let mut given: BTreeMap<String, String> = (0..60)
            .map(|number| (format!("n{number:02}"), "v".to_owned()))
            .collect();
        for (name, value) in [
            ("aws:cloudformation:stack-name", "web"),
            ("blank", " "),
            ("empty", ""),
            ("long", "x".repeat(257).as_str()),
            ("y".repeat(129).as_str(), "v"),
            ("env", "🌊".repeat(256).as_str()),
        ] {
            given.insert(name.to_owned(), value.to_owned());
        }
        let kept = tags(&given);
        assert_eq!(kept.len(), 50);
        assert_eq!(kept["env"].chars().count(), 256);
        let names: Vec<&str> = kept.keys().map(String::as_str).collect();
        assert_eq!(names[..2], ["env", "n00"]);
    }
}
