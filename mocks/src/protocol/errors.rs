//! Errors as each protocol words them.

use serde_json::{Value, json};

use super::xml::XmlWriter;
use super::{Wire, cbor};
use crate::Fault;
use crate::model::{Protocol, Service};

/// The reply with an error. Without a service (an unsigned request, a service that is not
/// served) the protocol is a guess.
pub(crate) fn write_fault(
    service: Option<&Service>,
    protocol: Protocol,
    fault: &Fault,
    request_id: &str,
) -> Wire {
    let mut wire = match protocol {
        Protocol::Ec2 | Protocol::Query | Protocol::RestXml => {
            xml_fault(service, protocol, fault, request_id)
        }
        Protocol::Json | Protocol::RestJson => json_fault(service, protocol, fault),
        Protocol::Cbor => cbor_fault(fault),
    };
    if service.is_some_and(|s| s.query_compatible) && protocol != Protocol::Query {
        let side = if fault.status < 500 {
            "Sender"
        } else {
            "Receiver"
        };
        let code = format!("{};{side}", fault.code);
        wire.headers.push(("x-amzn-query-error".to_owned(), code));
    }
    if let Some(service) = service {
        wire.headers.extend(id_headers(service, request_id));
    }
    wire.headers.extend(fault.headers.clone());
    wire
}

/// The request's id, in the headers that the service's clients look at.
pub(crate) fn id_headers(service: &Service, request_id: &str) -> Vec<(String, String)> {
    if service.name == "s3" || service.name == "s3control" {
        let short = request_id.replace('-', "").to_uppercase();
        return vec![
            (
                "x-amz-request-id".to_owned(),
                short.chars().take(16).collect(),
            ),
            ("x-amz-id-2".to_owned(), format!("{short}=")),
        ];
    }
    vec![("x-amzn-requestid".to_owned(), request_id.to_owned())]
}

fn xml_fault(
    service: Option<&Service>,
    protocol: Protocol,
    fault: &Fault,
    request_id: &str,
) -> Wire {
    static NONE: std::sync::OnceLock<Service> = std::sync::OnceLock::new();
    let nameless = NONE.get_or_init(Service::nameless);
    let known = service.unwrap_or(nameless);
    let mut xml = XmlWriter::new(known, protocol);
    let is_s3 = known.name == "s3";
    match protocol {
        Protocol::Ec2 => {
            xml.open("Response", None);
            xml.open("Errors", None);
            xml.open("Error", None);
            xml.text("Code", &fault.code);
            xml.text("Message", &fault.message);
            xml.close("Error");
            xml.close("Errors");
            xml.text("RequestID", request_id);
            xml.close("Response");
        }
        Protocol::RestXml if is_s3 => {
            xml.open("Error", None);
            xml.text("Code", &fault.code);
            xml.text("Message", &fault.message);
            let ids = id_headers(known, request_id);
            xml.text("RequestId", &ids[0].1);
            xml.text("HostId", &ids[1].1);
            xml.close("Error");
        }
        _ => {
            xml.open("ErrorResponse", known.xml_namespace.as_deref());
            xml.open("Error", None);
            xml.text(
                "Type",
                if fault.status < 500 {
                    "Sender"
                } else {
                    "Receiver"
                },
            );
            xml.text("Code", &fault.code);
            xml.text("Message", &fault.message);
            xml.close("Error");
            xml.text("RequestId", request_id);
            xml.close("ErrorResponse");
        }
    }
    let kind = if is_s3 {
        "application/xml"
    } else {
        "text/xml;charset=UTF-8"
    };
    wire(fault, kind, xml.finish().into_bytes())
}

fn wire(fault: &Fault, content_type: &str, body: Vec<u8>) -> Wire {
    let headers = vec![("content-type".to_owned(), content_type.to_owned())];
    Wire {
        status: fault.status,
        headers,
        body,
    }
}

fn json_fault(service: Option<&Service>, protocol: Protocol, fault: &Fault) -> Wire {
    if protocol == Protocol::RestJson {
        let body = json!({"message": fault.message});
        let mut wire = wire(fault, "application/json", body.to_string().into_bytes());
        wire.headers
            .push(("x-amzn-errortype".to_owned(), fault.code.clone()));
        return wire;
    }
    let body: Value = json!({"__type": fault.code, "message": fault.message});
    let version = service
        .and_then(|s| s.json_version.as_deref())
        .unwrap_or("1.1");
    wire(
        fault,
        &format!("application/x-amz-json-{version}"),
        body.to_string().into_bytes(),
    )
}

fn cbor_fault(fault: &Fault) -> Wire {
    let body = ciborium::Value::Map(vec![
        ("__type".into(), fault.code.as_str().into()),
        ("message".into(), fault.message.as_str().into()),
    ]);
    let mut wire = wire(fault, "application/cbor", cbor::bytes(&body));
    wire.headers
        .push(("smithy-protocol".to_owned(), "rpc-v2-cbor".to_owned()));
    wire
}
