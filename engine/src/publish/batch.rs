//! Batches within Security Hub's limits.

use super::finding::bytes;
use super::{Plan, Step};

/// The most findings of a batch. This and the sizes: partner guide, "Guidelines for using the
/// BatchImportFindings API".
pub const MOST_FINDINGS: usize = 100;
/// The largest finding, in bytes: 240 KB, read as the smaller of what that can mean.
pub const LARGEST_FINDING: usize = 240_000;
/// The largest batch, in bytes: 6 MB.
pub const LARGEST_BATCH: usize = 6_000_000;

const HEAD: &[u8] = br#"{"Findings":["#;
const TAIL: &[u8] = b"]}";

/// Findings that go to one Region in one call.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// The Region.
    pub region: String,
    /// The ids of the findings, and the findings as they are sent.
    pub findings: Vec<(String, Vec<u8>)>,
}

impl Batch {
    /// The body of the request.
    pub fn body(&self) -> Vec<u8> {
        let findings: Vec<&[u8]> = self.findings.iter().map(|(_, bytes)| &**bytes).collect();
        [HEAD, &findings.join(&b','), TAIL].concat()
    }

    /// The size of the body, in bytes.
    fn size(&self) -> usize {
        let findings = self.findings.iter().map(|(_, bytes)| bytes.len() + 1);
        HEAD.len() + TAIL.len() + findings.sum::<usize>()
    }

    /// Each finding alone.
    pub fn alone(self) -> impl Iterator<Item = Batch> {
        self.findings.into_iter().map(move |finding| Batch {
            region: self.region.clone(),
            findings: vec![finding],
        })
    }
}

/// All that a plan sends, in its order: first what is created, then what is updated, then what
/// is resolved, Region by Region.
pub fn batches(plan: &Plan) -> Vec<Batch> {
    let mut batches: Vec<Batch> = Vec::new();
    for Step {
        region,
        id,
        finding,
        ..
    } in &plan.steps
    {
        let Some(finding) = finding else { continue };
        let finding = bytes(finding);
        match batches.last_mut() {
            Some(batch)
                if batch.region == *region
                    && batch.findings.len() < MOST_FINDINGS
                    && batch.size() + finding.len() < LARGEST_BATCH =>
            {
                batch.findings.push((id.clone(), finding));
            }
            _ => batches.push(Batch {
                region: region.clone(),
                findings: vec![(id.clone(), finding)],
            }),
        }
    }
    batches
}
