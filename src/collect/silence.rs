//! Services that do not answer in a Region: after some calls in vain the others are not made, so
//! that a Region that is out of reach costs minutes and not hours.

use crate::aws::Failure;
use crate::model::Reason;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// So many calls given up one after the other, each after all of its attempts and with no answer
/// to any call in between, are enough.
const ENOUGH: u32 = 8;

/// How many calls were given up since a service last answered, by Region and service.
#[derive(Debug, Default)]
pub(super) struct Silence(Mutex<HashMap<(Arc<str>, &'static str), u32>>);

impl Silence {
    fn with<T>(&self, region: &Arc<str>, service: &'static str, act: impl Fn(&mut u32) -> T) -> T {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        act(counts.entry((region.clone(), service)).or_default())
    }

    /// What a call gets that is not made any more; none while the service is asked.
    pub(super) fn failure(&self, region: &Arc<str>, service: &'static str) -> Option<Failure> {
        let silent = self.with(region, service, |count| *count >= ENOUGH);
        silent.then(|| Failure {
            reason: Reason::Failed,
            code: None,
            message: format!(
                "not asked: {service} had not answered {ENOUGH} calls in a row in {region}"
            ),
            transient: false,
        })
    }

    /// AWS answered, if only to refuse.
    pub(super) fn broken(&self, region: &Arc<str>, service: &'static str) {
        self.with(region, service, |count| *count = 0);
    }

    /// A call was given up, and AWS had answered to none of its attempts.
    pub(super) fn lasts(&self, region: &Arc<str>, service: &'static str) {
        self.with(region, service, |count| *count = count.saturating_add(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_that_never_answers_is_asked_no_more() {
        let silence = Silence::default();
        let (here, there): (Arc<str>, Arc<str>) = ("eu-west-1".into(), "us-east-1".into());
        for _ in 0..ENOUGH {
            assert!(silence.failure(&here, "s3").is_none());
            silence.lasts(&here, "s3");
        }
        assert!(silence.failure(&here, "s3").is_some());
        assert!(silence.failure(&there, "s3").is_none());
        assert!(silence.failure(&here, "kms").is_none());
    }

    #[test]
    fn any_answer_starts_the_count_again() {
        let silence = Silence::default();
        let here: Arc<str> = "eu-west-1".into();
        for _ in 1..ENOUGH {
            silence.lasts(&here, "s3");
        }
        silence.broken(&here, "s3");
        silence.lasts(&here, "s3");
        assert!(silence.failure(&here, "s3").is_none());
    }
}
