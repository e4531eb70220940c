//! Conditions: which of them keep the world out.
//!
//! The measure is Amazon S3's "meaning of public" (Amazon S3 User Guide, "Blocking public access
//! to your Amazon S3 storage"): access is not public when it is granted only to *fixed values*,
//! those without a wildcard or a policy variable, of keys that say who asks or from where. It is
//! applied to the policies of other services, too, with the keys of theirs that say the same.
//!
//! A condition narrows only if it cannot hold where the key is absent or has another value. So
//! these do not (IAM User Guide, "Condition operators" and "Multivalued context keys"):
//! * `…IfExists`, which holds where the key is absent, as most of these keys are for somebody;
//! * `ForAllValues:`, which holds of no values, and so where the key is absent;
//! * negated operators, `Null`, and what looks at other keys: `aws:SecureTransport`,
//!   `aws:Referer`, `aws:UserAgent`, dates, tags, `kms:ViaService`.

use super::principal::account_of;
use super::{Condition, Statement, glob};
use crate::model::addresses::{Addresses, parse};
use ipnet::IpNet;

/// `aws:SourceIp` with more public addresses than a /8 of IPv4 or a /32 of IPv6 has is public,
/// says the same page.
const WIDE_V4: u128 = 1 << 24;
const WIDE_V6: u128 = 1 << (128 - 32);

/// Keys that narrow when each value is fixed. The first ten are those of the S3 User Guide (and
/// its "An AWS principal, user, role, or service principal (e.g. `aws:PrincipalOrgID`)").
const FIXED: &[&str] = &[
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourceowner",
    "aws:sourceaccount",
    "aws:userid",
    "s3:dataaccesspointaccount",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "aws:principalorgid",
    "aws:principalaccount",
    "aws:sourceorgid",
    // AWS KMS Developer Guide, "AWS KMS condition keys": the account of the caller.
    "kms:calleraccount",
];

/// Keys whose values are ARNs. One with wildcards narrows if it fixes the account, as the S3 User
/// Guide says of `s3:DataAccessPointArn`: whoever matches is somebody in that account. (For
/// `aws:SourceArn` S3's own evaluation is stricter: `policy_status` has its word.)
///
/// The operators for ARNs compare part by part. Those for text do not: their `*` runs across the
/// colons, and the path of a role may hold colons, so that `arn:*:iam::111122223333:role/*` is
/// met by a role with the path `/:iam::111122223333:role/` of any account. There, what comes
/// before the account must be fixed, too.
const ARNS: &[&str] = &["aws:sourcearn", "aws:principalarn", "s3:dataaccesspointarn"];

/// Keys whose values are paths in an organization, which narrow if they fix the organization.
const ORG_PATHS: &[&str] = &["aws:principalorgpaths", "aws:sourceorgpaths"];

/// An operator, taken apart.
struct Operator {
    /// In lower case, without what is below.
    base: String,
    all_values: bool,
    any_value: bool,
    if_exists: bool,
}

impl Operator {
    fn new(text: &str) -> Operator {
        let text = text.to_ascii_lowercase();
        let (set, rest) = match text.split_once(':') {
            Some((set, rest)) => (set, rest),
            None => ("", text.as_str()),
        };
        let stripped = rest.strip_suffix("ifexists");
        Operator {
            all_values: set == "forallvalues",
            any_value: set == "foranyvalue",
            if_exists: stripped.is_some(),
            base: stripped.unwrap_or(rest).to_owned(),
        }
    }

    /// Whether it can hold only where the key is present with one of the values.
    fn pins(&self) -> bool {
        const POSITIVE: &[&str] = &[
            "stringequals",
            "stringequalsignorecase",
            "stringlike",
            "arnequals",
            "arnlike",
            "ipaddress",
        ];
        !self.all_values && !self.if_exists && POSITIVE.contains(&self.base.as_str())
    }

    /// Whether it holds wherever the key is absent or has none of the values, as a statement needs
    /// it that denies all others (`ForAnyValue:` does not hold of a key that is absent).
    fn excludes(&self) -> bool {
        const NEGATED: &[&str] = &[
            "stringnotequals",
            "stringnotequalsignorecase",
            "stringnotlike",
            "arnnotequals",
            "arnnotlike",
        ];
        !self.any_value && NEGATED.contains(&self.base.as_str())
    }

    /// How it is told that a value is met by ARNs of one account only.
    fn arn_pins(&self) -> fn(&str) -> bool {
        match self.base.starts_with("arn") {
            true => pins_arn,
            false => pins_arn_as_text,
        }
    }
}

fn is_fixed(value: &str) -> bool {
    !value.is_empty() && !value.contains(['*', '?']) && !value.contains("${")
}

/// Whether an operator for ARNs is met only by ARNs of one account.
fn pins_arn(value: &str) -> bool {
    is_fixed(value) || (value.starts_with("arn:") && account_of(value).is_some())
}

/// The same of an operator for text.
fn pins_arn_as_text(value: &str) -> bool {
    let mut before = value.split(':').take(4);
    is_fixed(value) || (pins_arn(value) && before.all(|part| !part.contains(['*', '?', '$'])))
}

/// Whether it is met by trails of one account only, though its Region is a wildcard and the operator
/// is for text, so that the wildcard may pass over colons: the name of a trail holds none (CloudTrail
/// User Guide, "Naming requirements for CloudTrail resources"), so no foreign trail's ARN goes on like
/// one of this account. AWS's own examples for multi-Region trails are written so.
fn is_any_trail_of_one(value: &str) -> bool {
    let parts: Vec<&str> = value.splitn(6, ':').collect();
    let [arn, partition, service, _, _, resource] = parts[..] else {
        return false;
    };
    [arn, partition].into_iter().all(is_fixed)
        && service == "cloudtrail"
        && resource.starts_with("trail/")
        && account_of(value).is_some()
}

/// Whether it is the ARN of one bucket: its name is nobody else's, whatever the account.
fn is_one_bucket(value: &str) -> bool {
    let mut parts = value.splitn(6, ':');
    parts.nth(2) == Some("s3") && parts.nth(2).is_some_and(is_fixed)
}

/// Whether it stands for the account or the organization of the resource itself.
fn names_the_resources_own(value: &str) -> bool {
    ["${aws:ResourceAccount}", "${aws:ResourceOrgID}"]
        .iter()
        .any(|own| value.eq_ignore_ascii_case(own))
}

fn pins_org_path(value: &str) -> bool {
    let org = value.split('/').next().unwrap_or_default();
    org.starts_with("o-") && is_fixed(org) && value.contains('/')
}

/// Whether the addresses are few enough. Private ones are nobody's in particular, yet S3 counts
/// them as not public.
fn pins_addresses(values: &[String]) -> bool {
    let networks: Result<Vec<IpNet>, _> = values.iter().map(|v| parse(v)).collect();
    networks.is_ok_and(|n| !Addresses::new(n).is_wider_than(WIDE_V4, WIDE_V6))
}

/// The account or organization that a value names.
fn party(value: &str) -> Option<&str> {
    let org = value.split('/').next().filter(|org| org.starts_with("o-"));
    account_of(value).or(org)
}

impl Condition {
    /// Whether its key is this one; the names of keys have no case.
    pub fn is_on(&self, key: &str) -> bool {
        self.key.eq_ignore_ascii_case(key)
    }

    /// Whether it keeps the world out.
    pub fn narrows(&self) -> bool {
        let operator = Operator::new(&self.operator);
        if !operator.pins() || self.values.is_empty() {
            return false;
        }
        let key = self.key.to_ascii_lowercase();
        if key == "aws:sourceip" {
            return operator.base == "ipaddress" && pins_addresses(&self.values);
        }
        // One value is enough to let somebody in: each has to narrow.
        let every = |pins: fn(&str) -> bool| self.values.iter().all(|v| pins(v));
        let key = key.as_str();
        (FIXED.contains(&key) && every(is_fixed))
            || (ARNS.contains(&key) && every(operator.arn_pins()))
            || (ORG_PATHS.contains(&key) && every(pins_org_path))
    }

    /// Whether it ties a service to the account or organization that it acts for: by a source of
    /// one account (or one bucket), and not of any. (IAM User Guide, "The confused deputy problem":
    /// what is not known of an ARN may be a wildcard, the account may not.)
    pub fn guards_deputy(&self) -> bool {
        let operator = Operator::new(&self.operator);
        let own = |v: &str| is_fixed(v) || names_the_resources_own(v);
        let ties = |v: &str| match self.key.to_ascii_lowercase().as_str() {
            "aws:sourcearn" => operator.arn_pins()(v) || is_one_bucket(v) || is_any_trail_of_one(v),
            // The third is the forerunner of the second in Amazon SNS.
            "aws:sourceorgid" | "aws:sourceaccount" | "aws:sourceowner" => own(v),
            "aws:sourceorgpaths" => pins_org_path(v),
            _ => false,
        };
        operator.pins() && !self.values.is_empty() && self.values.iter().all(|v| ties(v))
    }

    /// Whether it can hold only where its key has one of its values.
    pub fn requires_value(&self) -> bool {
        Operator::new(&self.operator).pins() && !self.values.is_empty()
    }

    /// Whether its values keep to accounts or organizations that are fixed.
    fn names_parties(&self, operator: &Operator) -> bool {
        let arn = operator.arn_pins();
        let keeps =
            |v: &String| is_fixed(v) || pins_org_path(v) || (v.starts_with("arn:") && arn(v));
        !self.values.is_empty() && self.values.iter().all(keeps)
    }

    /// Whether it holds only where its key is there, with values that are fixed.
    pub(super) fn binds(&self) -> bool {
        let operator = Operator::new(&self.operator);
        operator.pins() && self.names_parties(&operator)
    }

    /// Whether it holds wherever its key is absent, or is none of some fixed values.
    pub(super) fn excludes(&self) -> bool {
        let operator = Operator::new(&self.operator);
        operator.excludes() && self.names_parties(&operator)
    }

    /// Whether it spares AWS's services: it holds of all who are none, as what denies strangers has it.
    pub(super) fn spares_services(&self) -> bool {
        Operator::new(&self.operator).base == "bool"
            && (self.is_on("aws:PrincipalIsAWSService") || self.is_on("aws:ViaAWSService"))
            && !self.values.is_empty()
            && self.values.iter().all(|v| v.eq_ignore_ascii_case("false"))
    }

    /// Whether it holds only of requests that somebody signed, if its key is one that says who. (IAM
    /// User Guide, "AWS global condition context keys": an anonymous request lacks these keys, but
    /// `aws:PrincipalAccount` is `anonymous` there.)
    pub(super) fn asks_for_a_signer(&self) -> bool {
        let is = |v: &String, text: &str| glob(&v.to_ascii_lowercase(), text);
        let present = Operator::new(&self.operator).base == "null"
            && !self.is_on("aws:PrincipalAccount")
            && !self.values.is_empty()
            && self.values.iter().all(|v| is(v, "false"));
        present || (self.requires_value() && !self.values.iter().any(|v| is(v, "anonymous")))
    }

    /// Whether it holds of what comes without TLS, and of that alone. (IAM User Guide, "AWS global
    /// condition context keys": `aws:SecureTransport` is always there.)
    pub(super) fn is_without_tls(&self) -> bool {
        Operator::new(&self.operator).base == "bool"
            && self.is_on("aws:SecureTransport")
            && !self.values.is_empty()
            && self.values.iter().all(|v| v.eq_ignore_ascii_case("false"))
    }

    /// The accounts and organizations that it lets in, if it names such.
    pub(super) fn named_parties(&self) -> Option<Vec<&str>> {
        if !self.narrows() {
            return None;
        }
        let values = self.values.iter();
        values.map(|value| party(value)).collect()
    }
}

impl Statement {
    /// Whether a condition keeps the world out. All conditions must hold, so that one is enough.
    pub fn is_narrowed(&self) -> bool {
        self.conditions.iter().any(Condition::narrows)
    }
}
