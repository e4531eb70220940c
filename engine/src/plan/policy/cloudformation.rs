//! The documents as a CloudFormation template.

use super::{ABOUT, Document, about, json};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Template<'a> {
    #[serde(rename = "AWSTemplateFormatVersion")]
    version: &'static str,
    description: &'static str,
    resources: BTreeMap<String, Resource<'a>>,
    outputs: BTreeMap<String, Output>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Resource<'a> {
    #[serde(rename = "Type")]
    kind: &'static str,
    properties: Properties<'a>,
}

// No name: CloudFormation makes one, and the stack then needs CAPABILITY_IAM only.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Properties<'a> {
    description: String,
    policy_document: &'a Document,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Output {
    description: String,
    value: Reference,
}

#[derive(Serialize)]
struct Reference {
    #[serde(rename = "Ref")]
    to: String,
}

pub(super) fn render(documents: &[Document]) -> String {
    let mut resources = BTreeMap::new();
    let mut outputs = BTreeMap::new();
    for (number, document) in (1..).zip(documents) {
        // Two digits, so that the order of the names is that of the numbers.
        let name = format!("WaterlineRead{number:02}");
        outputs.insert(
            format!("{name}Arn"),
            Output {
                description: format!("ARN of policy {number} of {}", documents.len()),
                value: Reference { to: name.clone() },
            },
        );
        let properties = Properties {
            description: about(number, documents.len()),
            policy_document: document,
        };
        let kind = "AWS::IAM::ManagedPolicy";
        resources.insert(name, Resource { kind, properties });
    }
    let template = Template {
        version: "2010-09-09",
        description: ABOUT,
        resources,
        outputs,
    };
    json(&template, true)
}
