//! AWS's service models, as `models/extract.py` writes them.

mod data;
mod registry;

pub(crate) use data::{Absent, Filter, How, data};
pub(crate) use registry::{by_name, by_signing_name, services};

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

/// The wire protocols of AWS's services.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum Protocol {
    #[serde(rename = "ec2")]
    Ec2,
    #[serde(rename = "query")]
    Query,
    #[serde(rename = "rest-xml")]
    RestXml,
    #[serde(rename = "json")]
    Json,
    #[serde(rename = "rest-json")]
    RestJson,
    #[serde(rename = "smithy-rpc-v2-cbor")]
    Cbor,
}

/// One service.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Service {
    #[serde(rename = "service")]
    pub(crate) name: String,
    pub(crate) endpoint_prefix: String,
    pub(crate) protocols: Vec<Protocol>,
    pub(crate) json_version: Option<String>,
    pub(crate) signing_name: Option<String>,
    pub(crate) target_prefix: Option<String>,
    pub(crate) xml_namespace: Option<String>,
    /// JSON and CBOR errors carry the query protocol's error code too.
    #[serde(default)]
    pub(crate) query_compatible: bool,
    pub(crate) operations: BTreeMap<String, Operation>,
    pub(crate) shapes: HashMap<String, Shape>,
}

impl Service {
    /// The name in a request's signature.
    pub(crate) fn signing_name(&self) -> &str {
        self.signing_name
            .as_deref()
            .unwrap_or(&self.endpoint_prefix)
    }

    /// The shape of a name. The extraction keeps every shape that is referred to; should one be
    /// missing, it counts as a string.
    pub(crate) fn shape(&self, name: &str) -> &Shape {
        static STRING: Shape = Shape::string();
        self.shapes.get(name).unwrap_or(&STRING)
    }

    /// Stands in where no service is known: unsigned requests, services that are not served.
    pub(crate) fn nameless() -> Self {
        Self {
            name: String::new(),
            endpoint_prefix: String::new(),
            protocols: Vec::new(),
            json_version: None,
            signing_name: None,
            target_prefix: None,
            xml_namespace: None,
            query_compatible: false,
            operations: BTreeMap::new(),
            shapes: HashMap::new(),
        }
    }

    /// A reference's shape together with the traits in force: the reference's win.
    pub(crate) fn resolve<'a>(&'a self, at: &'a Ref) -> Bound<'a> {
        Bound {
            at,
            shape: self.shape(&at.shape),
        }
    }
}

/// One operation.
#[derive(Debug, Deserialize)]
pub(crate) struct Operation {
    pub(crate) http: Http,
    pub(crate) input: Option<Ref>,
    pub(crate) output: Option<Ref>,
    /// Element around the result in the query protocol.
    pub(crate) wrapper: Option<String>,
    #[serde(default)]
    pub(crate) errors: Vec<String>,
    pub(crate) page: Option<Paginator>,
}

/// Request line and status.
#[derive(Debug, Deserialize)]
pub(crate) struct Http {
    pub(crate) method: String,
    pub(crate) uri: String,
    pub(crate) status: Option<u16>,
}

/// How an operation's list is cut into pages.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Paginator {
    pub(crate) input: Vec<String>,
    pub(crate) output: Vec<String>,
    pub(crate) result: Vec<String>,
    pub(crate) limit: Option<String>,
    pub(crate) more: Option<String>,
}

/// A reference to a shape, with traits of its own.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Ref {
    pub(crate) shape: String,
    pub(crate) location: Option<String>,
    pub(crate) location_name: Option<String>,
    pub(crate) query_name: Option<String>,
    #[serde(default)]
    pub(crate) flattened: bool,
    #[serde(default)]
    pub(crate) xml_attribute: bool,
    pub(crate) timestamp_format: Option<String>,
    pub(crate) xml_namespace: Option<Namespace>,
}

/// An XML namespace, in either of the models' two spellings.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Namespace {
    Plain(String),
    Full { prefix: Option<String>, uri: String },
}

/// Kinds of shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Structure,
    List,
    Map,
    String,
    Character,
    Boolean,
    Integer,
    Long,
    Float,
    Double,
    Timestamp,
    Blob,
}

/// A shape.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Shape {
    #[serde(rename = "type")]
    pub(crate) kind: Kind,
    #[serde(default)]
    pub(crate) members: BTreeMap<String, Ref>,
    pub(crate) member: Option<Ref>,
    pub(crate) key: Option<Ref>,
    pub(crate) value: Option<Ref>,
    #[serde(default)]
    pub(crate) required: Vec<String>,
    pub(crate) payload: Option<String>,
    #[serde(default)]
    pub(crate) flattened: bool,
    #[serde(default)]
    pub(crate) document: bool,
    pub(crate) location_name: Option<String>,
    pub(crate) timestamp_format: Option<String>,
    pub(crate) xml_namespace: Option<Namespace>,
    pub(crate) min: Option<f64>,
    pub(crate) max: Option<f64>,
    pub(crate) error: Option<ErrorTrait>,
}

impl Shape {
    const fn string() -> Self {
        Self {
            kind: Kind::String,
            members: BTreeMap::new(),
            member: None,
            key: None,
            value: None,
            required: Vec::new(),
            payload: None,
            flattened: false,
            document: false,
            location_name: None,
            timestamp_format: None,
            xml_namespace: None,
            min: None,
            max: None,
            error: None,
        }
    }
}

/// What an error shape says of its wire form.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErrorTrait {
    pub(crate) code: Option<String>,
    pub(crate) http_status_code: Option<u16>,
}

/// A shape and the reference that led to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound<'a> {
    pub(crate) at: &'a Ref,
    pub(crate) shape: &'a Shape,
}

impl<'a> Bound<'a> {
    pub(crate) fn kind(self) -> Kind {
        self.shape.kind
    }

    pub(crate) fn name(self) -> Option<&'a str> {
        self.at
            .location_name
            .as_deref()
            .or(self.shape.location_name.as_deref())
    }

    pub(crate) fn flattened(self) -> bool {
        self.at.flattened || self.shape.flattened
    }

    pub(crate) fn timestamp_format(self) -> Option<&'a str> {
        self.at
            .timestamp_format
            .as_deref()
            .or(self.shape.timestamp_format.as_deref())
    }

    pub(crate) fn namespace(self) -> Option<&'a Namespace> {
        self.at
            .xml_namespace
            .as_ref()
            .or(self.shape.xml_namespace.as_ref())
    }
}
