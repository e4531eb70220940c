//! What is known of an account: resources and their facts, the reads that give them, and
//! the gaps where a read failed. A file for each AWS service; none of them judges.

pub mod addresses;
pub mod codec;
mod facet;
mod gap;
mod kind;
pub mod policy;
mod read;
mod resource;
pub mod snapshot;

pub mod accessanalyzer;
pub mod account;
pub mod backup;
pub mod cloudtrail;
pub mod cloudwatch;
pub mod config;
pub mod ec2_compute;
pub mod ec2_network;
pub mod efs;
pub mod eks;
pub mod guardduty;
pub mod iam;
pub mod kms;
pub mod logs;
pub mod macie2;
pub mod organizations;
pub mod rds;
pub mod s3;
pub mod securityhub;
pub mod sns;

pub use facet::{Facet, is_unread};
pub use gap::{EXPIRED, Gap, GapId, INTERRUPTED, Reason};
pub use kind::{Facts, Kind, KindInfo};
pub use read::{
    BUCKET_DELIVERY, EVIDENCE_SIGNING, ORGANIZATION_LISTING, PREFLIGHT_READS, ROLE_OPENING, Read,
    SECURITY_HUB_DELIVERY, SESSION_READS, Scope, TOPIC_DELIVERY, read,
};
pub use resource::{CUSTOMER, GLOBAL, Meta, Resource, Tags};
pub use snapshot::{Header, LedgerLine, Listing, Snapshot};

use serde_json::{Value, json};

/// One AWS service of the model: the kinds of resource it has, and the reads that give them.
pub struct Service {
    /// The service's name as the `aws` command line spells it.
    pub name: &'static str,
    /// The kinds of resource.
    pub kinds: &'static [KindInfo],
    /// Every read that some fact of these kinds needs.
    pub reads: &'static [Read],
}

/// Every service of the model. Adding a service adds a line here.
pub static SERVICES: &[&Service] = &[
    &accessanalyzer::SERVICE,
    &account::SERVICE,
    &backup::SERVICE,
    &cloudtrail::SERVICE,
    &cloudwatch::SERVICE,
    &config::SERVICE,
    &ec2_compute::SERVICE,
    &ec2_network::SERVICE,
    &efs::SERVICE,
    &eks::SERVICE,
    &guardduty::SERVICE,
    &iam::SERVICE,
    &kms::SERVICE,
    &logs::SERVICE,
    &macie2::SERVICE,
    &organizations::SERVICE,
    &rds::SERVICE,
    &s3::SERVICE,
    &securityhub::SERVICE,
    &sns::SERVICE,
];

/// Every kind of resource, in the order of the services.
pub fn kinds() -> impl Iterator<Item = &'static KindInfo> {
    SERVICES.iter().flat_map(|service| service.kinds)
}

/// The kind of this name.
pub fn kind(name: &str) -> Option<&'static KindInfo> {
    kinds().find(|kind| kind.name == name)
}

/// Every declared read.
pub fn reads() -> impl Iterator<Item = &'static Read> {
    SERVICES.iter().flat_map(|service| service.reads)
}

/// The JSON Schema of the model: a definition for each kind under `$defs`, named by the kind.
pub fn schema() -> Value {
    let mut generator = schemars::SchemaGenerator::default();
    let mut defs = serde_json::Map::new();
    for kind in kinds() {
        defs.insert(kind.name.to_owned(), (kind.schema)(&mut generator));
    }
    // What the kinds refer to keeps its Rust type's name; no kind is spelled like one.
    for (name, definition) in generator.take_definitions(true) {
        defs.insert(name, definition);
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "waterline model",
        "description": "The facts that checks can read, a definition for each kind of resource.",
        "$defs": defs,
    })
}
