//! Security Hub as its documentation tells it: one finding for each product and id, an update
//! is ignored unless its time is later, and what is the customer's stays.

use super::super::{Batch, Plan, batches};
use super::{AwsSecurityFinding, BTreeMap};
use serde_json::Value;

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Hub {
    pub(super) findings: BTreeMap<(String, String), AwsSecurityFinding>,
}

impl Hub {
    pub(super) fn held(&self) -> Vec<AwsSecurityFinding> {
        self.findings.values().cloned().collect()
    }

    pub(super) fn import(&mut self, batch: &Batch) {
        let body: Value = serde_json::from_slice(&batch.body()).unwrap();
        let findings = body["Findings"].as_array().unwrap();
        assert!((1..=100).contains(&findings.len()));
        for finding in findings {
            let theirs = ["Workflow", "Note", "UserDefinedFields", "VerificationState"];
            let others = [
                "Severity",
                "Types",
                "Confidence",
                "Criticality",
                "RelatedFindings",
            ];
            for key in theirs.iter().chain(&others) {
                assert!(finding.get(key).is_none(), "{key} is the customer's");
            }
            let new: AwsSecurityFinding = serde_json::from_value(finding.clone()).unwrap();
            assert!(new.product_arn.contains(&format!(":{}:", batch.region)));
            let key = (new.product_arn.clone(), new.id.clone());
            match self.findings.get(&key) {
                Some(old) if old.updated_at >= new.updated_at => {}
                _ => drop(self.findings.insert(key, new)),
            }
        }
    }

    /// Carries out a plan up to so many batches.
    pub(super) fn apply(&mut self, plan: &Plan, most: usize) {
        for batch in batches(plan).iter().take(most) {
            self.import(batch);
        }
    }

    /// Findings one by one up to so many: as a process that is killed anywhere leaves it.
    pub(super) fn apply_some(&mut self, plan: &Plan, most: usize) {
        let alone = batches(plan).into_iter().flat_map(Batch::alone);
        for batch in alone.take(most) {
            self.import(&batch);
        }
    }
}
