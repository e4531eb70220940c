//! Simple values as text.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::time::Moment;
use crate::model::{Bound, Kind, Service};

/// RFC 3986's unreserved characters stand for themselves.
const RFC3986: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A simple value as text, for XML, headers and raw bodies.
///
/// The CLI prints policy documents of IAM as objects; on the wire they are text, percent-encoded
/// (the shape `policyDocumentType`). Any other object where a string is due is its JSON.
pub(crate) fn text(service: &Service, bound: Bound<'_>, value: &Value, time: &str) -> String {
    match (bound.kind(), value) {
        (Kind::Timestamp, _) => timestamp(bound.timestamp_format().unwrap_or(time), value),
        (_, Value::String(text)) => encode(service, bound, text),
        (_, Value::Null) => String::new(),
        (_, other) => encode(service, bound, &other.to_string()),
    }
}

fn encode(service: &Service, bound: Bound<'_>, text: &str) -> String {
    if service.name == "iam" && bound.at.shape == "policyDocumentType" {
        utf8_percent_encode(text, RFC3986).to_string()
    } else {
        text.to_owned()
    }
}

/// A timestamp as text in one of the models' formats.
fn timestamp(format: &str, value: &Value) -> String {
    match (Moment::read(value), format) {
        (Some(moment), "rfc822") => moment.http_date(),
        (Some(moment), "unixTimestamp") => moment.number().to_string(),
        (Some(moment), _) => moment.iso(),
        // Not a time: said as it is, so that the client sees what the file says.
        (None, _) => value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned),
    }
}
