//! The limits that AWS publishes, of what is read and delivered here.

/// Calls a second, and how many may go at once.
pub(super) struct Published {
    /// A service, or one operation that has a limit apart from the others of its service.
    pub(super) name: &'static str,
    pub(super) rate: f64,
    pub(super) burst: f64,
}

const fn limit(name: &'static str, rate: f64, burst: f64) -> Published {
    Published { name, rate, burst }
}

/// Where no burst is told, it is what may go in a second. Services that are not here publish
/// none, or one that a run does not come near.
const PUBLISHED: &[Published] = &[
    // "Quotas for AWS Account Management" (Account Management reference guide).
    limit("account:GetAlternateContact", 10.0, 15.0),
    limit("account:GetContactInformation", 10.0, 15.0),
    // "Quotas in AWS CloudTrail" (user guide): get, describe and list APIs.
    limit("cloudtrail", 10.0, 10.0),
    // "CloudWatch service quotas" (user guide).
    limit("cloudwatch:DescribeAlarms", 9.0, 9.0),
    // "Request throttling for the Amazon EC2 API" (developer guide): non-mutating actions.
    limit("ec2", 20.0, 100.0),
    // Security Hub API reference: told for each action; the lowest of the reads in use, and what
    // is lower still by itself.
    limit("securityhub", 10.0, 30.0),
    limit("securityhub:GetFindings", 3.0, 6.0),
];

/// What is published of an operation, or else of its service; and under which name its calls are
/// counted together.
pub(super) fn of(operation: &'static str) -> (&'static str, Option<&'static Published>) {
    let find = |name| PUBLISHED.iter().find(|known| known.name == name);
    if let Some(own) = find(operation) {
        return (operation, Some(own));
    }
    let service = operation.split(':').next().unwrap_or(operation);
    (service, find(service))
}
