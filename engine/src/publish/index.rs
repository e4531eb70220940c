//! What results name, by what they name it.

use super::Malformed;
use crate::report::asff::About;
use crate::report::v1;
use std::collections::BTreeMap;

/// The parts of an assessment that its results name.
pub(super) struct Index<'a> {
    checks: BTreeMap<&'a str, &'a v1::Check>,
    gaps: BTreeMap<&'a str, &'a v1::Gap>,
    exceptions: BTreeMap<&'a str, &'a v1::Exception>,
    /// By kind, Region and ARN; they are of one account.
    resources: BTreeMap<(&'a str, &'a str, &'a str), &'a v1::Resource>,
}

impl<'a> Index<'a> {
    pub(super) fn of(document: &'a v1::Document) -> Index<'a> {
        let checks = document.checks.iter();
        let gaps = document.gaps.iter();
        let exceptions = document.exceptions.iter();
        let resources = document.resources.iter();
        Index {
            checks: checks.map(|check| (&*check.id, check)).collect(),
            gaps: gaps.map(|gap| (&*gap.id, gap)).collect(),
            exceptions: exceptions.map(|one| (&*one.id, one)).collect(),
            resources: resources
                .map(|one| ((&*one.kind, &*one.region, &*one.arn), one))
                .collect(),
        }
    }

    pub(super) fn check(&self, result: &v1::Result) -> Result<&'a v1::Check, Malformed> {
        let check = self.checks.get(&*result.check).copied();
        check.ok_or_else(|| Malformed::Check(result.check.clone()))
    }

    pub(super) fn gaps(&self, result: &v1::Result) -> Vec<&'a v1::Gap> {
        let gaps = result.gaps.iter();
        gaps.filter_map(|id| self.gaps.get(&**id).copied())
            .collect()
    }

    /// What a finding tells besides its result.
    pub(super) fn about<'s>(
        &'s self,
        result: &v1::Result,
        gaps: &'s [&'s v1::Gap],
    ) -> Result<About<'s>, Malformed> {
        let exception = result.exception.as_deref();
        let resource = result.arn.as_deref().and_then(|arn| {
            let key = (&*result.kind, &*result.region, arn);
            self.resources.get(&key).copied()
        });
        Ok(About {
            check: self.check(result)?,
            gaps,
            exception: exception.and_then(|id| self.exceptions.get(id).copied()),
            resource,
        })
    }
}
