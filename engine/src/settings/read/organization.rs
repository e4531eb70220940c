//! The key `organization`.

use super::{Reader, given};
use crate::catalog::fields::Fields;
use crate::settings::Organization;
use waterline_yaml::Yaml;

pub(in crate::settings) const ORGANIZATION_KEYS: &[&str] = &[
    "role_name",
    "external_id",
    "units",
    "accounts",
    "exclude",
    "accounts_in_flight",
];

/// The most accounts that may be read at the same time: each takes the memory of a whole run.
const MOST: u64 = 100;

impl Reader<'_> {
    pub(super) fn organization(&mut self, node: &Yaml) -> Organization {
        let Some(fields) = Fields::of(node, ORGANIZATION_KEYS, &mut self.found) else {
            return Organization::default();
        };
        let mut accounts = Vec::new();
        for (node, text) in self.placed(&fields, "accounts") {
            if text.len() != 12 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
                let help = "twelve digits, best between quotes".to_owned();
                self.wrong(node, format!("`{text}` is not an account"), Some(help));
            }
            accounts.push(text);
        }
        Organization {
            role_name: self.text(&fields, "role_name"),
            external_id: self.text(&fields, "external_id"),
            units: self.texts(&fields, "units"),
            accounts,
            exclude: self.texts(&fields, "exclude"),
            accounts_in_flight: given(&fields, "accounts_in_flight").and_then(|node| {
                let number = node.to_json().as_u64();
                let number = number.filter(|number| (1..=MOST).contains(number));
                if number.is_none() {
                    let message = format!("`accounts_in_flight` is a number from 1 to {MOST}");
                    self.wrong(node, message, None);
                }
                number.and_then(|number| usize::try_from(number).ok())
            }),
        }
    }
}
