//! From an output to a reply.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value};

use super::xml::XmlWriter;
use super::{Asked, Wire, cbor, json, rest, scalar};
use crate::model::{Bound, Kind, Namespace, Operation, Protocol, Service, data};

/// S3 wraps its replies in this namespace.
const S3_NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// The reply with an operation's output.
pub(crate) fn write(asked: &Asked, output: &Value, request_id: &str) -> Wire {
    let service = &*asked.service;
    let Some(operation) = asked.model() else {
        return Wire {
            status: 500,
            headers: Vec::new(),
            body: Vec::new(),
        };
    };
    let bound = operation.output.as_ref().map(|at| service.resolve(at));
    let mut wire = match asked.protocol {
        Protocol::Ec2 | Protocol::Query => write_form(asked, operation, bound, output, request_id),
        Protocol::Json => {
            let version = service.json_version.as_deref().unwrap_or("1.1");
            let body = bound
                .map(|b| json::members(service, b, output))
                .unwrap_or_default();
            plain(
                &format!("application/x-amz-json-{version}"),
                Value::Object(body).to_string(),
            )
        }
        Protocol::Cbor => {
            let body = bound.map_or(ciborium::Value::Map(Vec::new()), |b| {
                cbor::write(service, b, output)
            });
            let mut wire = plain("application/cbor", cbor::bytes(&body));
            wire.headers
                .push(("smithy-protocol".to_owned(), "rpc-v2-cbor".to_owned()));
            wire
        }
        Protocol::RestJson | Protocol::RestXml => write_rest(asked, operation, bound, output),
    };
    if let Some(status) = operation.http.status {
        wire.status = status;
    }
    wire.headers
        .extend(super::errors::id_headers(service, request_id));
    wire
}

fn plain(content_type: &str, body: impl Into<Vec<u8>>) -> Wire {
    let headers = vec![("content-type".to_owned(), content_type.to_owned())];
    Wire {
        status: 200,
        headers,
        body: body.into(),
    }
}

fn write_form(
    asked: &Asked,
    operation: &Operation,
    bound: Option<Bound<'_>>,
    output: &Value,
    request_id: &str,
) -> Wire {
    let service = &*asked.service;
    let mut xml = XmlWriter::new(service, asked.protocol);
    let root = format!("{}Response", asked.operation);
    xml.open(&root, service.xml_namespace.as_deref());
    if asked.protocol == Protocol::Ec2 {
        xml.text("requestId", request_id);
        if let Some(bound) = bound {
            xml.members(bound, output);
        }
    } else {
        if let Some(wrapper) = &operation.wrapper {
            xml.open(wrapper, None);
        }
        if let Some(bound) = bound {
            xml.members(bound, output);
        }
        if let Some(wrapper) = &operation.wrapper {
            xml.close(wrapper);
        }
        xml.open("ResponseMetadata", None);
        xml.text("RequestId", request_id);
        xml.close("ResponseMetadata");
    }
    xml.close(&root);
    plain("text/xml;charset=UTF-8", xml.finish())
}

fn write_rest(
    asked: &Asked,
    operation: &Operation,
    bound: Option<Bound<'_>>,
    output: &Value,
) -> Wire {
    let service = &*asked.service;
    let Some(bound) = bound else {
        return Wire {
            status: 200,
            headers: Vec::new(),
            body: Vec::new(),
        };
    };
    let (headers, status) = rest::headers(service, bound, output);
    let mut wire = match bound.shape.payload.as_deref() {
        Some(payload) => write_payload(asked, bound, payload, output),
        None if asked.protocol == Protocol::RestJson => {
            let body: Map<String, Value> = json::members(service, bound, output);
            plain("application/json", Value::Object(body).to_string())
        }
        None => write_xml_body(asked, operation, bound, output),
    };
    wire.headers.extend(headers);
    wire.status = status.unwrap_or(200);
    wire
}

/// The one member that is the body.
fn write_payload(asked: &Asked, bound: Bound<'_>, payload: &str, output: &Value) -> Wire {
    let service = &*asked.service;
    let (Some(at), Some(value)) = (bound.shape.members.get(payload), output.get(payload)) else {
        return Wire {
            status: 200,
            headers: Vec::new(),
            body: Vec::new(),
        };
    };
    let inner = service.resolve(at);
    match (inner.kind(), asked.protocol) {
        (Kind::Blob, _) => plain("binary/octet-stream", blob(value)),
        (Kind::String, _) => plain(
            "application/json",
            scalar::text(service, inner, value, "iso8601"),
        ),
        (_, Protocol::RestJson) => plain(
            "application/json",
            json::write(service, inner, value).to_string(),
        ),
        _ => {
            let mut xml = XmlWriter::new(service, asked.protocol);
            let root = inner.name().unwrap_or(&at.shape);
            xml.open(root, root_namespace(service, inner));
            xml.members(inner, value);
            xml.close(root);
            plain("application/xml", xml.finish())
        }
    }
}

fn blob(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap_or_default();
    BASE64
        .decode(text)
        .unwrap_or_else(|_| text.as_bytes().to_vec())
}

fn write_xml_body(asked: &Asked, operation: &Operation, bound: Bound<'_>, output: &Value) -> Wire {
    let service = &*asked.service;
    if !bound.shape.members.values().any(|at| at.location.is_none()) {
        return Wire {
            status: 200,
            headers: Vec::new(),
            body: Vec::new(),
        };
    }
    let key = format!("{}:{}", service.name, asked.operation);
    let named = data().roots.get(&key).map(String::as_str);
    let shape = operation.output.as_ref().map_or("", |at| at.shape.as_str());
    let root = named.or(bound.name()).unwrap_or(shape);
    let mut xml = XmlWriter::new(service, asked.protocol);
    xml.open(root, root_namespace(service, bound));
    // S3 answers a bucket's Region as the root's text, without an element for the member.
    if key == "s3:GetBucketLocation" {
        let region = output.get("LocationConstraint").and_then(Value::as_str);
        xml.raw_text(region.unwrap_or_default());
    } else {
        xml.members(bound, output);
    }
    xml.close(root);
    plain("application/xml", xml.finish())
}

fn root_namespace<'a>(service: &Service, bound: Bound<'a>) -> Option<&'a str> {
    match bound.namespace() {
        Some(Namespace::Plain(uri) | Namespace::Full { prefix: None, uri }) => Some(uri),
        _ if service.name == "s3" => Some(S3_NAMESPACE),
        _ => None,
    }
}
