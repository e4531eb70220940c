//! IAM Access Analyzer: analyzers.

use super::Service;

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "accessanalyzer",
    kinds: &[],
    reads: &[],
};
