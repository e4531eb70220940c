//! Identifiers: UUIDs of version 5 from stable names, and tokens for controls.

use sha1::{Digest, Sha1};
use uuid::{Builder, Uuid};

/// The namespace of all names here: made once, at random, and never to be changed.
const NAMESPACE: Uuid = Uuid::from_u128(0xf58f_e06d_fe8a_4397_93a2_67c5_a612_3c02);

/// The UUID of a thing of some kind, by what names it.
pub(super) fn id(kind: &str, parts: &[&str]) -> String {
    let mut name = name();
    for part in [kind].iter().chain(parts) {
        name.update(part.as_bytes());
        name.update([0]);
    }
    uuid(&name.finalize())
}

/// The hash that names a thing, before the name.
pub(super) fn name() -> Sha1 {
    Sha1::new_with_prefix(NAMESPACE.as_bytes())
}

/// The UUID of the thing whose name has this hash: RFC 9562, section 5.5, takes the first 16 bytes
/// of the hash over namespace and name.
pub(super) fn uuid(hash: &[u8]) -> String {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    let uuid = Builder::from_sha1_bytes(bytes).into_uuid();
    uuid.hyphenated().to_string()
}

/// The id of a control, as a token that is unique over all frameworks.
///
/// NIST publishes SP 800-53 and the CSF in OSCAL, and their ids are those: `ac-2.1`, `PR.AA-01`.
/// For others there is no such catalogue: the framework's id stands before the control's, with
/// dots in place of parentheses: `hipaa-security-rule-164.308.a.1.ii.A`.
pub(super) fn control(framework: &str, control: &str) -> String {
    let plain = |text: &str| {
        let mut token = String::new();
        for c in text.chars() {
            match c {
                ')' => {}
                '(' => token.push('.'),
                c if c.is_ascii_alphanumeric() || "._-".contains(c) => token.push(c),
                _ => token.push('-'),
            }
        }
        token
    };
    match framework {
        "nist-800-53-r5" => plain(&control.to_ascii_lowercase()),
        "nist-csf-2.0" => plain(control),
        _ => plain(&format!("{framework}-{control}")),
    }
}

/// What of a control a finding is about: the kind of target, and its id.
///
/// NIST's catalogue of SP 800-53 names the objective of each control `ac-2.1_obj`, that of the
/// CSF each statement `PR.AA-01_statement`; `_smt` is NIST's way to name statements elsewhere.
pub(super) fn target(framework: &str, control: &str) -> (&'static str, String) {
    let control = self::control(framework, control);
    match framework {
        "nist-800-53-r5" => ("objective-id", format!("{control}_obj")),
        "nist-csf-2.0" => ("statement-id", format!("{control}_statement")),
        _ => ("statement-id", format!("{control}_smt")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;
    use crate::catalog::BUILTIN;
    use std::collections::BTreeSet;

    #[test]
    fn every_control_of_every_framework_has_a_token_of_its_own() {
        // NIST's data type `token`.
        let token = regex::Regex::new(r"^(\p{L}|_)(\p{L}|\p{N}|[.\-_])*$").unwrap();
        let mut seen = BTreeSet::new();
        for framework in BUILTIN.frameworks.values() {
            for id in framework.ids() {
                let control = control(&framework.id, id);
                let target = target(&framework.id, id).1;
                assert!(token.is_match(&control), "{control}");
                assert!(token.is_match(&target), "{target}");
                assert!(seen.insert(control.clone()), "{control} is there twice");
            }
        }
        for (framework, id, expected) in [
            ("nist-800-53-r5", "AC-2(1)", "ac-2.1"),
            ("nist-csf-2.0", "PR.AA-01", "PR.AA-01"),
            ("cis-aws-7.0", "2.21", "cis-aws-7.0-2.21"),
            (
                "hipaa-security-rule",
                "164.308(a)(1)(ii)(A)",
                "hipaa-security-rule-164.308.a.1.ii.A",
            ),
        ] {
            assert!(seen.contains(expected), "{expected}");
            assert_eq!(control(framework, id), expected);
        }
    }

    #[test]
    fn a_name_has_one_uuid_and_its_parts_do_not_run_together() {
        assert_eq!(id("a", &["b"]), id("a", &["b"]));
        let all = [
            id("a", &["b"]),
            id("ab", &[]),
            id("a", &["b", ""]),
            id("", &["a", "b"]),
        ];
        let different: BTreeSet<&String> = all.iter().collect();
        assert_eq!(different.len(), all.len());
        assert!(all.iter().all(|id| id.as_bytes()[14] == b'5'), "{all:?}");
        // Whoever keeps our UUIDs must find them again in later versions.
        assert_eq!(
            id("activity", &["x"]),
            "2e363e78-743d-518f-9f1e-761bdb939855"
        );
    }
}
