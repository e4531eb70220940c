//! The rest-xml and rest-json protocols: which operation a request line means, and what of the
//! input is in the path, the query and the headers.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::query::typed;
use super::{Incoming, json, scalar};
use crate::model::{Bound, Kind, Operation, Protocol, Service};

/// What a request line means.
#[derive(Debug)]
pub(crate) struct Route<'a> {
    pub(crate) name: &'a str,
    pub(crate) operation: &'a Operation,
    /// Values of the labels in the operation's URI.
    labels: Vec<(String, String)>,
}

/// Finds the operation of a request: the one whose URI matches with the most words of its own.
/// `path` is the request's, still encoded, with S3's bucket put before it if it was in the host.
pub(crate) fn route<'a>(
    service: &'a Service,
    incoming: &Incoming,
    path: &str,
) -> Option<Route<'a>> {
    let query = incoming.query();
    let named = query
        .iter()
        .find(|(key, _)| key == "x-id")
        .map(|(_, value)| value.as_str());
    let mut best: Option<(usize, Route<'a>)> = None;
    for (name, operation) in &service.operations {
        if operation.http.method != incoming.method || named.is_some_and(|named| named != name) {
            continue;
        }
        let (pattern, wanted) = operation
            .http
            .uri
            .split_once('?')
            .unwrap_or((&operation.http.uri, ""));
        let Some((labels, mut words)) = match_path(pattern, path) else {
            continue;
        };
        let wanted: Vec<&str> = wanted.split('&').filter(|w| !w.is_empty()).collect();
        if !wanted.iter().all(|word| has_word(&query, word)) {
            continue;
        }
        // S3's sub-resources are in the query: a word that this operation does not know makes it
        // another, not served one.
        if service.name == "s3" && !known_words(service, operation, &wanted, &query) {
            continue;
        }
        words += wanted.len();
        if best.as_ref().is_none_or(|(most, _)| words > *most) {
            best = Some((
                words,
                Route {
                    name,
                    operation,
                    labels,
                },
            ));
        }
    }
    best.map(|(_, route)| route)
}

fn has_word(query: &[(String, String)], word: &str) -> bool {
    match word.split_once('=') {
        Some((key, value)) => query.iter().any(|(k, v)| k == key && v == value),
        None => query.iter().any(|(k, _)| k == word),
    }
}

fn known_words(
    service: &Service,
    operation: &Operation,
    wanted: &[&str],
    query: &[(String, String)],
) -> bool {
    let members = operation.input.as_ref().map(|at| service.shape(&at.shape));
    query.iter().all(|(key, _)| {
        key == "x-id"
            || key.starts_with("X-Amz-")
            || wanted
                .iter()
                .any(|word| word.split('=').next() == Some(key))
            || members.is_some_and(|shape| {
                shape
                    .members
                    .values()
                    .any(|at| at.location_name.as_deref() == Some(key))
            })
    })
}

/// Labels of the path, and how many of the pattern's segments are words.
fn match_path(pattern: &str, path: &str) -> Option<(Vec<(String, String)>, usize)> {
    let mut labels = Vec::new();
    let mut words = 0;
    let mut segments = path.split('/').filter(|s| !s.is_empty());
    for part in pattern.split('/').filter(|s| !s.is_empty()) {
        let segment = segments.next()?;
        match part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
            None if part == segment => words += 1,
            None => return None,
            Some(label) => {
                let (label, value) = match label.strip_suffix('+') {
                    Some(label) => {
                        let rest: Vec<&str> =
                            std::iter::once(segment).chain(segments.by_ref()).collect();
                        (label, rest.join("/"))
                    }
                    None => (label, segment.to_owned()),
                };
                let value = percent_decode_str(&value).decode_utf8_lossy().into_owned();
                labels.push((label.to_owned(), value));
            }
        }
    }
    segments.next().is_none().then_some((labels, words))
}

/// The input of a request.
pub(crate) fn read(
    service: &Service,
    route: &Route<'_>,
    incoming: &Incoming,
) -> Result<Value, String> {
    let Some(at) = &route.operation.input else {
        return Ok(Value::Object(Map::new()));
    };
    let bound = service.resolve(at);
    let mut out = read_body(service, route, incoming, bound)?;
    let query = incoming.query();
    for (member, at) in &bound.shape.members {
        let inner = service.resolve(at);
        let name = at.location_name.as_deref().unwrap_or(member);
        let value = match at.location.as_deref() {
            Some("uri") => {
                let found = route.labels.iter().find(|(label, _)| label == name);
                found.map(|(_, value)| typed(inner.kind(), value))
            }
            Some("querystring") => from_query(service, inner, name, &query),
            Some("header") => incoming.header(name).map(|text| typed(inner.kind(), text)),
            _ => None,
        };
        if let Some(value) = value {
            out.insert(member.clone(), value);
        }
    }
    Ok(Value::Object(out))
}

fn from_query(
    service: &Service,
    bound: Bound<'_>,
    name: &str,
    query: &[(String, String)],
) -> Option<Value> {
    let mut values = query
        .iter()
        .filter(|(key, _)| key == name)
        .map(|(_, value)| value);
    if let (Kind::List, Some(member)) = (bound.kind(), &bound.shape.member) {
        let kind = service.resolve(member).kind();
        let items: Vec<Value> = values.map(|value| typed(kind, value)).collect();
        return (!items.is_empty()).then_some(Value::Array(items));
    }
    values.next().map(|value| typed(bound.kind(), value))
}

/// Members in the body. No operation served has an XML body.
fn read_body(
    service: &Service,
    route: &Route<'_>,
    incoming: &Incoming,
    bound: Bound<'_>,
) -> Result<Map<String, Value>, String> {
    if incoming.body.is_empty() || service.protocols.first() != Some(&Protocol::RestJson) {
        return Ok(Map::new());
    }
    let body: Value = serde_json::from_slice(&incoming.body)
        .map_err(|e| format!("{}: the body is not JSON: {e}", route.name))?;
    if let Some(payload) = &bound.shape.payload {
        let mut out = Map::new();
        if let Some(at) = bound.shape.members.get(payload) {
            out.insert(
                payload.clone(),
                json::read(service, service.resolve(at), body),
            );
        }
        return Ok(out);
    }
    match json::read(service, bound, body) {
        Value::Object(members) => Ok(members),
        _ => Err(format!("{}: the body is not an object", route.name)),
    }
}

/// The headers, and the status if it is a member, of an output.
pub(crate) fn headers(
    service: &Service,
    bound: Bound<'_>,
    output: &Value,
) -> (Vec<(String, String)>, Option<u16>) {
    let mut headers = Vec::new();
    let mut status = None;
    for (member, at) in &bound.shape.members {
        let Some(value) = output.get(member).filter(|v| !v.is_null()) else {
            continue;
        };
        let name = at.location_name.as_deref().unwrap_or(member);
        match (at.location.as_deref(), value) {
            (Some("header"), _) => {
                let text = scalar::text(service, service.resolve(at), value, "rfc822");
                headers.push((name.to_owned(), text));
            }
            (Some("headers"), Value::Object(entries)) => {
                for (key, value) in entries {
                    let text = value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned);
                    headers.push((format!("{name}{key}"), text));
                }
            }
            (Some("statusCode"), _) => {
                status = value.as_u64().and_then(|s| u16::try_from(s).ok());
            }
            _ => {}
        }
    }
    (headers, status)
}
