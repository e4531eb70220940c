//! From a request to an operation with its input.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Incoming, Scope, cbor, json, query, rest};
use crate::model::{self, Kind, Operation, Protocol, Service};

/// What a client asked for.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) service: Arc<Service>,
    pub(crate) protocol: Protocol,
    pub(crate) operation: String,
    pub(crate) input: Value,
}

impl Asked {
    /// The operation's model. Always there: `read` found it.
    pub(crate) fn model(&self) -> Option<&Operation> {
        self.service.operations.get(&self.operation)
    }
}

/// Why a request cannot be answered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ReadError {
    /// The operation is not one that is served; its name, or the request line.
    NotServed(String),
    /// The request is not what the protocol asks for.
    Malformed(String),
}

/// The service that a request is for, and the protocol that it speaks.
pub(crate) fn choose_service(
    incoming: &Incoming,
    scope: &Scope,
) -> Option<(Arc<Service>, Protocol)> {
    let candidates = model::by_signing_name(&scope.service);
    let control =
        incoming.header("x-amz-account-id").is_some() || incoming.path.starts_with("/v20180820/");
    let service = match candidates.as_slice() {
        [] => return None,
        [one] => Arc::clone(one),
        several => {
            let name = if control { "s3control" } else { "s3" };
            Arc::clone(
                several
                    .iter()
                    .find(|s| s.name == name)
                    .unwrap_or(&several[0]),
            )
        }
    };
    let protocol = protocol_of(incoming, &service);
    Some((service, protocol))
}

fn protocol_of(incoming: &Incoming, service: &Service) -> Protocol {
    let spoken = if incoming.header("smithy-protocol") == Some("rpc-v2-cbor") {
        Protocol::Cbor
    } else if incoming.header("x-amz-target").is_some() {
        Protocol::Json
    } else {
        Protocol::Query
    };
    if service.protocols.contains(&spoken) {
        return spoken;
    }
    service.protocols.first().copied().unwrap_or(spoken)
}

/// Reads a request to a service.
pub(crate) fn read(
    service: &Arc<Service>,
    protocol: Protocol,
    incoming: &Incoming,
) -> Result<Asked, ReadError> {
    let (operation, input) = match protocol {
        Protocol::Ec2 | Protocol::Query => read_form(service, protocol, incoming)?,
        Protocol::Json => read_json(service, incoming)?,
        Protocol::Cbor => read_cbor(service, incoming)?,
        Protocol::RestXml | Protocol::RestJson => {
            let path = if service.name == "s3" {
                incoming.s3_path()
            } else {
                incoming.path.clone()
            };
            let line = || format!("{} {}?{}", incoming.method, path, incoming.raw_query);
            let route = rest::route(service, incoming, &path)
                .ok_or_else(|| ReadError::NotServed(line()))?;
            let input = rest::read(service, &route, incoming).map_err(ReadError::Malformed)?;
            (route.name.to_owned(), input)
        }
    };
    Ok(Asked {
        service: Arc::clone(service),
        protocol,
        operation,
        input,
    })
}

fn known<'a>(service: &'a Service, name: &str) -> Result<&'a Operation, ReadError> {
    service
        .operations
        .get(name)
        .ok_or_else(|| ReadError::NotServed(name.to_owned()))
}

fn read_form(
    service: &Service,
    protocol: Protocol,
    incoming: &Incoming,
) -> Result<(String, Value), ReadError> {
    let body = String::from_utf8_lossy(&incoming.body);
    let mut form = query::form(&body);
    form.extend(query::form(&incoming.raw_query));
    let name = form
        .get("Action")
        .cloned()
        .ok_or_else(|| ReadError::Malformed("the request has no Action".to_owned()))?;
    let operation = known(service, &name)?;
    let input = operation
        .input
        .as_ref()
        .and_then(|at| query::read(service, protocol, service.resolve(at), &form, ""));
    Ok((name, input.unwrap_or_else(|| Value::Object(Map::new()))))
}

fn read_json(service: &Service, incoming: &Incoming) -> Result<(String, Value), ReadError> {
    let target = incoming.header("x-amz-target").unwrap_or_default();
    let (prefix, name) = target.rsplit_once('.').unwrap_or(("", target));
    // Clients generated from newer models leave out the name space: CloudTrail's
    // `com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101` comes as `CloudTrail_20131101`.
    let own = service.target_prefix.as_deref().unwrap_or_default();
    let same = own == prefix || own.rsplit_once('.').is_some_and(|(_, last)| last == prefix);
    if prefix.is_empty() || !same {
        return Err(ReadError::NotServed(target.to_owned()));
    }
    let operation = known(service, name)?;
    let body = if incoming.body.is_empty() {
        &b"{}"[..]
    } else {
        &incoming.body[..]
    };
    let body: Value = serde_json::from_slice(body)
        .map_err(|e| ReadError::Malformed(format!("the body is not JSON: {e}")))?;
    let input = match &operation.input {
        Some(at) => json::read(service, service.resolve(at), body),
        None => Value::Object(Map::new()),
    };
    if !input.is_object() {
        return Err(ReadError::Malformed("the body is not an object".to_owned()));
    }
    Ok((name.to_owned(), input))
}

/// `/service/<target>/operation/<name>`, the input in CBOR.
fn read_cbor(service: &Service, incoming: &Incoming) -> Result<(String, Value), ReadError> {
    let name = incoming.path.rsplit('/').next().unwrap_or_default();
    let operation = known(service, name)?;
    if incoming.body.is_empty() || operation.input.is_none() {
        return Ok((name.to_owned(), Value::Object(Map::new())));
    }
    match cbor::read(&incoming.body) {
        Some(input @ Value::Object(_)) => Ok((name.to_owned(), input)),
        _ => Err(ReadError::Malformed(
            "the body is not a CBOR map".to_owned(),
        )),
    }
}

/// The first required member that a request lacks.
pub(crate) fn missing(asked: &Asked) -> Option<&str> {
    let at = asked.model()?.input.as_ref()?;
    let shape = asked.service.shape(&at.shape);
    debug_assert_eq!(shape.kind, Kind::Structure);
    shape
        .required
        .iter()
        .find(|member| asked.input.get(member.as_str()).is_none())
        .map(String::as_str)
}
