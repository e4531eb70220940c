//! What keeps verdicts from being given, in as few lines as there are things to do about it.

use super::Report;
use crate::model::{EXPIRED, Gap, Reason};
use std::collections::{BTreeMap, BTreeSet};

/// Codes by which a Region refuses credentials that others accept. The usual cause is a session
/// token of version 1 in a Region that was opted into: no permission would help.
const REFUSED_CREDENTIALS: &[&str] = &[
    "AuthFailure",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
];

/// Gaps with one cause, or with one remedy.
pub(super) struct Missing {
    pub(super) reason: Reason,
    /// The operation; the service, when several of one were asked; else how many services.
    pub(super) operation: String,
    /// How many verdicts hang on it.
    pub(super) verdicts: usize,
    /// Where it happened.
    pub(super) regions: BTreeSet<String>,
    /// One of AWS's messages.
    pub(super) message: String,
    cause: Cause,
}

/// What gaps are grouped by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Cause {
    /// These actions are not granted.
    Actions(Vec<String>),
    /// The session ended before the reading did.
    Expired,
    /// The Region does not accept the credentials.
    Credentials(String),
    /// Something about a service: it throttles, is not there, is switched off.
    Service(String),
    /// The service failed with this code.
    Code(String, String),
    /// What came from the Region, if anything came, was no answer.
    Silence(String),
    /// None that several operations share.
    Operation(String),
}

impl Cause {
    fn of(gap: &Gap) -> Cause {
        let service = gap.operation.split(':').next().unwrap_or(&gap.operation);
        let code = gap.code.as_deref();
        match gap.reason {
            Reason::Denied if code.is_some_and(|code| EXPIRED.contains(&code)) => Cause::Expired,
            Reason::Denied if code.is_some_and(|code| REFUSED_CREDENTIALS.contains(&code)) => {
                Cause::Credentials(gap.region.to_string())
            }
            Reason::Denied if !gap.actions.is_empty() => {
                Cause::Actions(gap.actions.iter().map(ToString::to_string).collect())
            }
            Reason::Throttled | Reason::Unsupported | Reason::Disabled => {
                Cause::Service(service.to_owned())
            }
            // `check:…` is a check that could not be evaluated: AWS has no part in it.
            Reason::Failed if service != "check" => match code {
                Some(code) => Cause::Code(service.to_owned(), code.to_owned()),
                None => Cause::Silence(gap.region.to_string()),
            },
            _ => Cause::Operation(gap.operation.to_string()),
        }
    }
}

impl Missing {
    /// What is the matter, and where it can be, what to do: `grant s3:GetBucketAcl`.
    pub(super) fn what(&self) -> String {
        let operation = &self.operation;
        match &self.cause {
            Cause::Actions(actions) => format!("grant {}", actions.join(", ")),
            Cause::Expired => "the session expired: sign in again".to_owned(),
            Cause::Credentials(region) => format!("credentials not accepted in {region}"),
            Cause::Service(_) if self.reason == Reason::Unsupported => {
                let regions: Vec<&str> = self.regions.iter().map(String::as_str).collect();
                format!("{operation} is not offered in {}", regions.join(", "))
            }
            Cause::Code(_, code) => format!("{operation} failed with {code}"),
            Cause::Silence(region) => format!("no usable answer from {operation} in {region}"),
            Cause::Service(_) | Cause::Operation(_) => {
                format!("{operation} {}", self.reason.word().replace('_', " "))
            }
        }
    }
}

/// The gaps that verdicts hang on, those that cost most first.
pub(super) fn missing(report: &Report<'_>) -> Vec<Missing> {
    let gaps: BTreeMap<&str, &Gap> = report
        .assessment
        .gaps
        .iter()
        .map(|gap| (&*gap.id, gap))
        .collect();
    let mut lines: BTreeMap<(Reason, Cause), (Missing, BTreeSet<&str>)> = BTreeMap::new();
    for finding in &report.assessment.findings {
        // A verdict that hangs on several gaps of one cause counts once for it.
        let mut seen = BTreeSet::new();
        for gap in finding.gaps().iter().filter_map(|id| gaps.get(&**id)) {
            let key = (gap.reason, Cause::of(gap));
            let (line, operations) = lines.entry(key.clone()).or_insert_with(|| {
                let line = Missing {
                    reason: gap.reason,
                    operation: String::new(),
                    verdicts: 0,
                    regions: BTreeSet::new(),
                    message: gap.message.clone(),
                    cause: key.1.clone(),
                };
                (line, BTreeSet::new())
            });
            line.regions.insert(gap.region.to_string());
            operations.insert(&*gap.operation);
            if seen.insert(key) {
                line.verdicts += 1;
            }
        }
    }
    let mut lines: Vec<Missing> = lines
        .into_values()
        .map(|(line, operations)| Missing {
            operation: subject(&operations),
            ..line
        })
        .collect();
    lines.sort_by(|a, b| {
        b.verdicts
            .cmp(&a.verdicts)
            .then_with(|| a.operation.cmp(&b.operation))
    });
    lines
}

/// The operation, the service that they share, or how many services they are of.
fn subject(operations: &BTreeSet<&str>) -> String {
    let services: BTreeSet<&str> = operations
        .iter()
        .map(|operation| operation.split(':').next().unwrap_or(operation))
        .collect();
    let mut names = operations.iter();
    match (names.next(), names.next(), services.first()) {
        (Some(only), None, _) => (*only).to_owned(),
        (_, _, Some(service)) if services.len() == 1 => (*service).to_owned(),
        _ => format!("{} services", services.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gap(operation: &str, region: &str, reason: Reason, code: Option<&str>) -> Gap {
        Gap {
            id: "1".into(),
            account: "111122223333".into(),
            region: region.into(),
            operation: operation.into(),
            actions: vec![operation.into()],
            reason,
            resource: None,
            code: code.map(str::to_owned),
            message: String::new(),
        }
    }

    fn what(gaps: &[Gap]) -> String {
        let causes: BTreeSet<Cause> = gaps.iter().map(Cause::of).collect();
        assert_eq!(causes.len(), 1, "several causes");
        let operations = gaps.iter().map(|gap| &*gap.operation).collect();
        let line = Missing {
            reason: gaps[0].reason,
            operation: subject(&operations),
            verdicts: 1,
            regions: gaps.iter().map(|gap| gap.region.to_string()).collect(),
            message: String::new(),
            cause: Cause::of(&gaps[0]),
        };
        line.what()
    }

    #[test]
    fn gaps_are_grouped_by_what_helps() {
        let (here, there) = ("eu-west-1", "us-east-1");
        let said = what(&[
            gap(
                "s3:GetBucketAcl",
                here,
                Reason::Denied,
                Some("AccessDenied"),
            ),
            gap("s3:GetBucketAcl", there, Reason::Denied, None),
        ]);
        assert_eq!(said, "grant s3:GetBucketAcl");
        let said = what(&[
            gap(
                "kms:ListKeys",
                here,
                Reason::Denied,
                Some("UnrecognizedClientException"),
            ),
            gap(
                "ec2:DescribeVpcs",
                here,
                Reason::Denied,
                Some("AuthFailure"),
            ),
        ]);
        assert_eq!(said, "credentials not accepted in eu-west-1");
        let said = what(&[
            gap(
                "s3:GetBucketAcl",
                here,
                Reason::Denied,
                Some("ExpiredToken"),
            ),
            gap(
                "ec2:DescribeVpcs",
                there,
                Reason::Denied,
                Some("RequestExpired"),
            ),
        ]);
        assert_eq!(said, "the session expired: sign in again");
        let said = what(&[
            gap(
                "ec2:DescribeVpcs",
                here,
                Reason::Throttled,
                Some("RequestLimitExceeded"),
            ),
            gap("ec2:DescribeVolumes", there, Reason::Throttled, None),
        ]);
        assert_eq!(said, "ec2 throttled");
        let said = what(&[
            gap("macie2:GetMacieSession", here, Reason::Unsupported, None),
            gap("macie2:GetMacieSession", there, Reason::Unsupported, None),
        ]);
        assert_eq!(
            said,
            "macie2:GetMacieSession is not offered in eu-west-1, us-east-1"
        );
        let said = what(&[
            gap("kms:ListKeys", here, Reason::Failed, None),
            gap("ec2:DescribeVpcs", here, Reason::Failed, None),
        ]);
        assert_eq!(said, "no usable answer from 2 services in eu-west-1");
        let said = what(&[gap(
            "kms:ListKeys",
            here,
            Reason::Failed,
            Some("KMSInternalException"),
        )]);
        assert_eq!(said, "kms:ListKeys failed with KMSInternalException");
        let said = what(&[gap("check:x", here, Reason::Failed, None)]);
        assert_eq!(said, "check:x failed");
    }
}
