//! Findings of checks that have another id now. Their own id hangs on the old one, so the same
//! failure would be there twice.

use super::finding::{Stamp, is_archived, is_list};
use crate::report::asff::{self, AwsSecurityFinding};
use crate::report::v1;
use std::collections::{BTreeMap, BTreeSet};

/// The active findings under ids that checks of this run once had.
pub(super) struct Renamed<'a> {
    aliases: BTreeSet<&'a str>,
    by_resource: BTreeMap<Key, &'a AwsSecurityFinding>,
}

/// What a finding keeps when its check gets another id: the product, the former id of the check,
/// the Region and the resource, and whether it is about a list.
type Key = (String, String, String, String, bool);

impl<'a> Renamed<'a> {
    /// Those among the findings that Security Hub has, unless a later run wrote them.
    pub(super) fn among(
        held: &BTreeMap<(String, String), &'a AwsSecurityFinding>,
        document: &'a v1::Document,
        stamp: &Stamp,
    ) -> Renamed<'a> {
        let checks = document.checks.iter();
        let aliases = checks.flat_map(|check| check.aliases.iter().map(String::as_str));
        let mut renamed = Renamed {
            aliases: aliases.collect(),
            by_resource: BTreeMap::new(),
        };
        for old in held.values().copied() {
            if renamed.is(old) && !is_archived(old) && !stamp.is_later(old) {
                renamed.by_resource.insert(key(old, check_of(old)), old);
            }
        }
        renamed
    }

    /// Whether a finding is of a check by an id that it no longer has.
    pub(super) fn is(&self, old: &AwsSecurityFinding) -> bool {
        self.aliases.contains(check_of(old))
    }

    /// What is there of a new finding's resource under the former ids of its check; each once.
    pub(super) fn take(
        &mut self,
        new: &AwsSecurityFinding,
        aliases: &[String],
    ) -> Vec<&'a AwsSecurityFinding> {
        let keys = aliases.iter().map(|alias| key(new, alias));
        keys.filter_map(|key| self.by_resource.remove(&key))
            .collect()
    }
}

fn key(finding: &AwsSecurityFinding, check: &str) -> Key {
    let region = finding.product_fields.get(&asff::field("Region"));
    let resource = finding.resources.first().map(|one| one.id.clone());
    (
        finding.product_arn.clone(),
        check.to_owned(),
        region.cloned().unwrap_or_default(),
        resource.unwrap_or_default(),
        is_list(finding),
    )
}

/// The id that the check of a finding had when it was sent.
pub(super) fn check_of(finding: &AwsSecurityFinding) -> &str {
    let check = finding.generator_id.strip_prefix(&asff::field(""));
    check.unwrap_or_default()
}
