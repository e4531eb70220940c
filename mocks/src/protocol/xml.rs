//! Writing values as XML, for the ec2, query and rest-xml protocols.

use serde_json::Value;

use super::scalar;
use crate::model::{Bound, Kind, Namespace, Protocol, Service};

/// Writes values by their shapes.
pub(crate) struct XmlWriter<'a> {
    service: &'a Service,
    protocol: Protocol,
    out: String,
}

impl<'a> XmlWriter<'a> {
    pub(crate) fn new(service: &'a Service, protocol: Protocol) -> Self {
        let out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        Self {
            service,
            protocol,
            out,
        }
    }

    pub(crate) fn finish(self) -> String {
        self.out
    }

    /// Opens an element, with a default namespace if given.
    pub(crate) fn open(&mut self, name: &str, namespace: Option<&str>) {
        self.out.push('<');
        self.out.push_str(name);
        if let Some(namespace) = namespace {
            self.attribute("xmlns", namespace);
        }
        self.out.push('>');
    }

    pub(crate) fn close(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// A whole element with text in it.
    pub(crate) fn text(&mut self, name: &str, text: &str) {
        self.open(name, None);
        escape(&mut self.out, text);
        self.close(name);
    }

    /// Text within the open element.
    pub(crate) fn raw_text(&mut self, text: &str) {
        escape(&mut self.out, text);
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape(&mut self.out, value);
        self.out.push('"');
    }

    /// The members of a structure, without the element around them. Members that go into headers
    /// are left out.
    pub(crate) fn members(&mut self, bound: Bound<'a>, value: &Value) {
        for (member, at) in &bound.shape.members {
            if at.location.is_some() || at.xml_attribute {
                continue;
            }
            if let Some(value) = value.get(member).filter(|v| !v.is_null()) {
                let inner = self.service.resolve(at);
                let name = self.member_name(inner, member);
                self.value(inner, &name, value);
            }
        }
    }

    /// The element's name of a structure's member: for a flattened list, the list's own word for
    /// its items goes first.
    fn member_name(&self, bound: Bound<'a>, member: &str) -> String {
        let items = bound.shape.member.as_ref().filter(|_| bound.flattened());
        if let Some(name) = items.and_then(|items| items.location_name.clone()) {
            return name;
        }
        bound.name().unwrap_or(member).to_owned()
    }

    /// A value as an element of this name, or as several for a flattened list or map.
    pub(crate) fn value(&mut self, bound: Bound<'a>, name: &str, value: &Value) {
        match (bound.kind(), value) {
            (Kind::Structure, Value::Object(_)) => {
                self.structure(bound, name, value);
            }
            (Kind::List, Value::Array(items)) => self.list(bound, name, items),
            (Kind::Map, Value::Object(entries)) => {
                if !bound.flattened() {
                    self.open(name, None);
                }
                for (key, value) in entries {
                    self.entry(bound, name, key, value);
                }
                if !bound.flattened() {
                    self.close(name);
                }
            }
            _ => {
                let text = scalar::text(self.service, bound, value, "iso8601");
                self.open(name, plain_namespace(bound));
                escape(&mut self.out, &text);
                self.close(name);
            }
        }
    }

    fn structure(&mut self, bound: Bound<'a>, name: &str, value: &Value) {
        self.out.push('<');
        self.out.push_str(name);
        match bound.namespace() {
            Some(Namespace::Plain(uri) | Namespace::Full { prefix: None, uri }) => {
                self.attribute("xmlns", uri);
            }
            Some(Namespace::Full {
                prefix: Some(prefix),
                uri,
            }) => {
                self.attribute(&format!("xmlns:{prefix}"), uri);
            }
            None => {}
        }
        for (member, at) in bound
            .shape
            .members
            .iter()
            .filter(|(_, at)| at.xml_attribute)
        {
            if let Some(value) = value.get(member).filter(|v| !v.is_null()) {
                let inner = self.service.resolve(at);
                let text = scalar::text(self.service, inner, value, "iso8601");
                self.attribute(inner.name().unwrap_or(member), &text);
            }
        }
        self.out.push('>');
        self.members(bound, value);
        self.close(name);
    }

    fn list(&mut self, bound: Bound<'a>, name: &str, items: &[Value]) {
        let Some(member) = &bound.shape.member else {
            return;
        };
        let inner = self.service.resolve(member);
        if bound.flattened() {
            for item in items {
                self.value(inner, name, item);
            }
            return;
        }
        let default = if self.protocol == Protocol::Ec2 {
            "item"
        } else {
            "member"
        };
        let item_name = member.location_name.as_deref().unwrap_or(default);
        self.open(name, plain_namespace(bound));
        for item in items {
            self.value(inner, item_name, item);
        }
        self.close(name);
    }

    fn entry(&mut self, bound: Bound<'a>, name: &str, key: &str, value: &Value) {
        let (Some(key_at), Some(value_at)) = (&bound.shape.key, &bound.shape.value) else {
            return;
        };
        let around = if bound.flattened() { name } else { "entry" };
        self.open(around, None);
        self.text(key_at.location_name.as_deref().unwrap_or("key"), key);
        let value_name = value_at.location_name.as_deref().unwrap_or("value");
        self.value(self.service.resolve(value_at), value_name, value);
        self.close(around);
    }
}

fn plain_namespace(bound: Bound<'_>) -> Option<&str> {
    match bound.namespace() {
        Some(Namespace::Plain(uri) | Namespace::Full { prefix: None, uri }) => Some(uri),
        _ => None,
    }
}

/// Appends text with what XML reserves escaped. Carriage returns are kept as references, as
/// parsers would turn them into line feeds; what XML 1.0 cannot hold becomes U+FFFD.
fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#xD;"),
            '\n' | '\t' => out.push(c),
            '\u{0}'..='\u{1f}' => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
}
