//! From the SDK's types to the model's: times, tags, policies.

use crate::model::Tags;
use crate::model::policy::PolicyDocument;
use aws_smithy_types::DateTime as SmithyTime;
use chrono::{DateTime, Utc};

/// A moment, to the second as AWS tells it, or finer where it does.
pub(super) fn time(moment: &SmithyTime) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(moment.secs(), moment.subsec_nanos())
}

/// Tags from any SDK's list: `tags(list.iter().map(|tag| (tag.key(), tag.value())))`.
pub(super) fn tags<K, V>(pairs: impl IntoIterator<Item = (K, V)>) -> Tags
where
    K: Into<Option<String>>,
    V: Into<Option<String>>,
{
    pairs
        .into_iter()
        .filter_map(|(key, value)| Some((key.into()?, value.into().unwrap_or_default())))
        .collect()
}

/// Refuses a reply that is only the first page of what AWS has, where one page should hold it all.
pub(super) fn one_page(next: Option<&str>) -> Result<(), String> {
    match next {
        None | Some("") => Ok(()),
        Some(_) => Err("there is more than one page holds".to_owned()),
    }
}

/// A policy document from its text; IAM sends it percent-encoded.
pub(super) fn policy(text: &str) -> Result<PolicyDocument, String> {
    let decoded = if text.trim_start().starts_with('{') {
        text.into()
    } else {
        percent_encoding::percent_decode_str(text)
            .decode_utf8()
            .map_err(|error| format!("the policy is not UTF-8: {error}"))?
    };
    PolicyDocument::parse(&decoded).map_err(|error| error.to_string())
}
