//! Which failures are accepted. Only a failure ever becomes *excepted*: a pass stays one, and what
//! was not assessed stays so, whatever an exception covers.

use super::accepted::{Accepted, Standing};
use super::explain::observed;
use super::finding::{Assessment, Finding, Verdict};
use crate::catalog::Catalog;
use crate::model::Resource;
use crate::settings::{Exception, Hit, Place};
use chrono::{Days, NaiveDate};
use std::collections::BTreeMap;
use std::sync::Arc;

/// An exception that covers more failures than this is called broad.
const MANY: usize = 25;

/// One that covers more than half of all failures is called broad, unless there are few.
const FEW: usize = 10;

/// A pattern that matches more checks than this is called broad.
const CHECKS: usize = 10;

/// For how many days an exception may hold before that is called long.
const DAYS: u64 = 366;

/// What an exception did so far.
#[derive(Clone, Default)]
struct Use {
    /// Failures that it accepts.
    accepted: usize,
    /// Failures that it would accept, were it not expired.
    expired: usize,
    /// Failures that it covers, but whose facts are no longer those that it was bound to.
    lapsed: usize,
    /// Failures that it covers, and that an earlier one accepts.
    taken: usize,
    /// Failures of which nobody knows whether it covers them: their tags were not read.
    unknown: usize,
    /// Verdicts that it covers, or may cover, and that were not assessed.
    open: usize,
    /// Verdicts of any kind that it covers.
    met: usize,
}

impl Use {
    /// Failures that it covers.
    fn covered(&self) -> usize {
        self.accepted + self.expired + self.lapsed + self.taken
    }
}

/// Turns the failures that exceptions cover on this day into accepted ones, and writes down what
/// each exception did. Of several that cover a failure, the first one in the file accepts it.
pub fn accept(
    assessment: &mut Assessment,
    resources: &[Resource],
    catalog: &Catalog,
    exceptions: &[Exception],
    today: NaiveDate,
) {
    let about: BTreeMap<&str, Vec<usize>> = catalog
        .checks
        .iter()
        .map(|check| {
            let numbers = exceptions.iter().enumerate();
            let numbers = numbers.filter(|(_, one)| one.names(&check.id));
            (
                check.id.as_str(),
                numbers.map(|(number, _)| number).collect(),
            )
        })
        .collect();
    let places = Places::of(resources, exceptions.is_empty());
    let failures = assessment.count(Verdict::Fail);
    let mut uses = vec![Use::default(); exceptions.len()];
    for finding in &mut assessment.findings {
        let resource = places.find(finding);
        let place = Place {
            account: &finding.about.account,
            region: &finding.about.region,
            arn: finding.about.arn.as_deref(),
            tags: resource.map(|resource| &resource.meta.tags),
        };
        let mut by = None;
        let numbers = about.get(&*finding.check);
        for &number in numbers.into_iter().flatten() {
            let (Some(exception), Some(used)) = (exceptions.get(number), uses.get_mut(number))
            else {
                continue;
            };
            let hit = exception.scope.covers(&place);
            if hit == Hit::No {
                continue;
            }
            match finding.verdict {
                Verdict::NotAssessed => used.open += 1,
                Verdict::Fail if hit == Hit::Unknown => used.unknown += 1,
                Verdict::Fail => {
                    let same = exception.value.as_ref().is_none_or(|value| {
                        let check = catalog.check(&finding.check);
                        let seen = check.zip(resource).map(|(c, r)| observed(c, r));
                        seen.as_ref() == Some(value)
                    });
                    if !same {
                        used.lapsed += 1;
                    } else if exception.expires < today {
                        used.expired += 1;
                    } else if by.is_some() {
                        used.taken += 1;
                    } else {
                        used.accepted += 1;
                        by = Some(exception.id.as_str());
                    }
                }
                Verdict::Excepted | Verdict::Pass | Verdict::Inherited | Verdict::NotApplicable => {
                }
            }
            used.met += usize::from(hit == Hit::Yes);
        }
        if let Some(id) = by {
            finding.verdict = Verdict::Excepted;
            finding.detail_mut().exception = Some(Arc::from(id));
            assessment.causes.remove(&finding.id);
        }
    }
    let ran = |number: usize| about.values().any(|numbers| numbers.contains(&number));
    let told = exceptions.iter().zip(&uses).enumerate();
    assessment.exceptions = told
        .map(|(number, (exception, used))| {
            let covers = |check: &&str| exception.names(check);
            let checks = about.keys().filter(|check| covers(check)).count();
            let mut accepted = tell(exception, used, today);
            accepted.judged = ran(number)
                && used.open == 0
                && used.unknown == 0
                && in_reach(exception, assessment);
            accepted.doubts = doubts(exception, used, &accepted, (checks, failures), today);
            accepted
        })
        .collect();
    assessment.exceptions.sort_by(|a, b| a.id.cmp(&b.id));
}

fn tell(exception: &Exception, used: &Use, today: NaiveDate) -> Accepted {
    let (standing, findings) = if exception.expires < today {
        (Standing::Expired, used.expired)
    } else if used.accepted > 0 {
        (Standing::InForce, used.accepted)
    } else if used.lapsed > 0 {
        (Standing::Lapsed, used.lapsed)
    } else {
        (Standing::Unused, 0)
    };
    Accepted {
        id: exception.id.as_str().into(),
        scope: exception.words(),
        owner: exception.owner.clone(),
        reason: exception.reason.clone(),
        expires: exception.expires,
        standing,
        findings,
        doubts: Vec::new(),
        judged: false,
        ticket: exception.ticket.clone(),
    }
}

/// Whether anything was judged where the exception looks: in its accounts and Regions.
fn in_reach(exception: &Exception, assessment: &Assessment) -> bool {
    assessment.findings.iter().any(|finding| {
        let place = Place {
            account: &finding.about.account,
            region: &finding.about.region,
            arn: None,
            tags: None,
        };
        exception.names(&finding.check) && exception.scope.covers(&place) != Hit::No
    })
}

fn doubts(
    exception: &Exception,
    used: &Use,
    told: &Accepted,
    (checks, failures): (usize, usize),
    today: NaiveDate,
) -> Vec<String> {
    let mut doubts = Vec::new();
    if told.standing == Standing::Expired {
        // How broad it was no longer matters.
        return doubts;
    }
    let count = |number: usize| match number {
        1 => "1 failure".to_owned(),
        number => format!("{number} failures"),
    };
    if exception.checks.is_empty() {
        doubts.push("it names no check: it covers the failures of all".to_owned());
    } else if checks > CHECKS && !single(exception) {
        doubts.push(format!("it covers {checks} checks"));
    }
    let covered = used.covered();
    if covered > MANY {
        doubts.push(format!("it covers {}, more than {MANY}", count(covered)));
    } else if covered * 2 > failures && failures > FEW {
        doubts.push(format!(
            "it covers {covered} of all {failures} failures, more than half"
        ));
    }
    let longest = today.checked_add_days(Days::new(DAYS));
    if longest.is_some_and(|longest| exception.expires > longest) {
        doubts.push(format!(
            "it holds until {}, longer than a year",
            exception.expires
        ));
    }
    if used.lapsed > 0 && told.standing == Standing::InForce {
        let lapsed = count(used.lapsed);
        doubts.push(format!(
            "{lapsed} that it covers changed since it was accepted, and count again"
        ));
    }
    if used.unknown > 0 {
        let (unknown, more) = (count(used.unknown), if covered > 0 { " more" } else { "" });
        doubts.push(format!(
            "whether it covers {unknown}{more} is not known: the tags were not read"
        ));
    }
    if used.taken > 0 && told.standing == Standing::Unused {
        let taken = count(used.taken);
        doubts.push(format!(
            "the {taken} that it covers: an earlier exception accepts them"
        ));
    }
    if told.judged && used.met == 0 {
        doubts.push("nothing that was judged matches it: is the ARN or the tag right?".to_owned());
    }
    doubts
}

/// Whether it is about resources that are named one by one.
fn single(exception: &Exception) -> bool {
    let arns = &exception.scope.arns;
    !arns.is_empty() && !arns.iter().any(|arn| arn.contains(['*', '?']))
}

/// The resources, by what findings name them by.
struct Places<'r>(BTreeMap<(&'r str, &'r str, &'r str, &'r str), &'r Resource>);

impl<'r> Places<'r> {
    fn of(resources: &'r [Resource], idle: bool) -> Places<'r> {
        let resources = if idle { &[] } else { resources };
        Places(
            resources
                .iter()
                .map(|resource| (resource.order(), resource))
                .collect(),
        )
    }

    fn find(&self, finding: &Finding) -> Option<&'r Resource> {
        let about = &finding.about;
        let arn = about.arn.as_deref()?;
        let key = (about.kind, &*about.account, &*about.region, arn);
        self.0.get(&key).copied()
    }
}
