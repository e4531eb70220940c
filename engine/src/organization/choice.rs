//! Which of an organization's accounts are read.

use super::directory::{Directory, Unit};
use crate::catalog::did_you_mean;

/// Which accounts are read: all, unless units or accounts are named. What is named adds up; what
/// is excluded goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Units, each with all below it: by id, by path (`Root/Workloads`), or by name where only one
    /// has it.
    pub units: Vec<String>,
    /// Accounts, by number.
    pub accounts: Vec<String>,
    /// Accounts and units that are not read.
    pub exclude: Vec<String>,
}

/// Why an account that nobody named is not read.
const NOT_CHOSEN: &str = "not chosen";
/// Why an account that was excluded is not read.
const EXCLUDED: &str = "excluded";

/// Whether this is an account's number.
pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl Directory {
    /// Leaves out what is not chosen. An error names the account or the unit that there is not,
    /// or says that nothing is left.
    pub fn choose(&mut self, choice: &Choice) -> Result<(), String> {
        let mut units = Vec::new();
        for unit in &choice.units {
            units.push(self.unit(unit)?.id.clone());
        }
        for account in &choice.accounts {
            self.known(account)?;
        }
        let (mut without_units, mut without) = (Vec::new(), Vec::new());
        for one in &choice.exclude {
            if is_account(one) {
                without.push(self.known(one)?);
            } else {
                without_units.push(self.unit(one)?.id.clone());
            }
        }
        let all = units.is_empty() && choice.accounts.is_empty();
        let tree = self.tree();
        let reasons: Vec<Option<&str>> = self
            .accounts
            .iter()
            .map(|account| {
                let line = account.unit.as_deref().map(|unit| tree.line(unit));
                let within = |units: &[String]| {
                    let mut line = line.iter().flatten();
                    line.any(|unit| units.iter().any(|known| known == unit))
                };
                if without.contains(&account.id) || within(&without_units) {
                    Some(EXCLUDED)
                } else if all || choice.accounts.contains(&account.id) || within(&units) {
                    None
                } else {
                    Some(NOT_CHOSEN)
                }
            })
            .collect();
        for (account, reason) in self.accounts.iter_mut().zip(reasons) {
            // What cannot be read cannot be read, chosen or not.
            if account.left_out.is_none() {
                account.left_out = reason.map(str::to_owned);
            }
        }
        match self
            .accounts
            .iter()
            .all(|account| account.left_out.is_some())
        {
            true => Err(self.nothing_left()),
            false => Ok(()),
        }
    }

    fn nothing_left(&self) -> String {
        let mut why: Vec<&str> = self
            .accounts
            .iter()
            .filter_map(|account| account.left_out.as_deref())
            .collect();
        why.sort_unstable();
        why.dedup();
        match why.as_slice() {
            [] => "there is no account to read".to_owned(),
            why => format!("no account is left to read: all are {}", why.join(", or ")),
        }
    }

    fn known(&self, account: &str) -> Result<String, String> {
        match self.accounts.iter().find(|known| known.id == account) {
            Some(known) => Ok(known.id.clone()),
            None if is_account(account) => Err(format!(
                "account {account} is not among the {} accounts that are known",
                self.accounts.len()
            )),
            None => Err(format!("`{account}` is not an account: twelve digits")),
        }
    }

    fn unit(&self, text: &str) -> Result<&Unit, String> {
        if self.units.is_empty() {
            return Err(format!(
                "`{text}` cannot be found: the organizational units are not known"
            ));
        }
        let tree = self.tree();
        let path = |unit: &&Unit| tree.path(&unit.id) == text;
        let units = || self.units.iter();
        if let Some(unit) = units().find(|unit| unit.id == text).or(units().find(path)) {
            return Ok(unit);
        }
        let named: Vec<&Unit> = units().filter(|unit| unit.name == text).collect();
        match named.as_slice() {
            [unit] => Ok(unit),
            [] => {
                let paths: Vec<String> = units().map(|unit| tree.path(&unit.id)).collect();
                let names = units().flat_map(|unit| [unit.name.as_str(), unit.id.as_str()]);
                let hint = did_you_mean(text, names.chain(paths.iter().map(String::as_str)));
                let hint = hint.unwrap_or_else(|| format!("There are: {}.", paths.join(", ")));
                Err(format!("there is no organizational unit `{text}`. {hint}"))
            }
            several => {
                let ids: Vec<String> = several
                    .iter()
                    .map(|unit| format!("{} ({})", tree.path(&unit.id), unit.id))
                    .collect();
                Err(format!(
                    "several organizational units are called `{text}`: {}; name one by its path or its id",
                    ids.join(", ")
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::directory::Member;
    use super::*;

    fn directory() -> Directory {
        let unit = |id: &str, name: &str, parent: Option<&str>| Unit {
            id: id.to_owned(),
            name: name.to_owned(),
            parent: parent.map(str::to_owned),
        };
        let account = |id: &str, unit: &str, left_out: Option<&str>| Member {
            id: id.to_owned(),
            unit: Some(unit.to_owned()),
            left_out: left_out.map(str::to_owned),
            ..Member::default()
        };
        Directory {
            units: vec![
                unit("r-1", "Root", None),
                unit("ou-1-work", "Workloads", Some("r-1")),
                unit("ou-1-prod", "Production", Some("ou-1-work")),
                unit("ou-1-sand", "Sandbox", Some("r-1")),
                unit("ou-1-old", "Production", Some("ou-1-sand")),
            ],
            accounts: vec![
                account("111111111111", "r-1", None),
                account("222222222222", "ou-1-work", None),
                account("333333333333", "ou-1-prod", None),
                account("444444444444", "ou-1-prod", Some("suspended")),
                account("555555555555", "ou-1-old", None),
            ],
            ..Directory::default()
        }
    }

    fn chosen(units: &[&str], accounts: &[&str], exclude: &[&str]) -> Result<Vec<String>, String> {
        let texts = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect();
        let mut directory = directory();
        directory.choose(&Choice {
            units: texts(units),
            accounts: texts(accounts),
            exclude: texts(exclude),
        })?;
        let left = directory.accounts.into_iter();
        let left = left.filter(|account| account.left_out.is_none());
        Ok(left.map(|account| account.id).collect())
    }

    #[test]
    fn what_is_named_adds_up_and_what_is_excluded_goes() {
        let of = |units: &[&str], accounts: &[&str], exclude: &[&str]| {
            let chosen = chosen(units, accounts, exclude).unwrap();
            let first = |id: &String| id.chars().next().unwrap();
            chosen.iter().map(first).collect::<String>()
        };
        assert_eq!(of(&[], &[], &[]), "1235");
        assert_eq!(of(&["ou-1-work"], &[], &[]), "23");
        assert_eq!(of(&["Workloads"], &["111111111111"], &[]), "123");
        assert_eq!(of(&["Root/Sandbox/Production"], &[], &[]), "5");
        assert_eq!(of(&[], &[], &["Sandbox"]), "123");
        assert_eq!(of(&["Root"], &[], &["ou-1-prod", "111111111111"]), "25");
        assert_eq!(of(&[], &["333333333333"], &[]), "3");
    }

    #[test]
    fn what_there_is_not_is_told() {
        let wrong = |units: &[&str], accounts: &[&str], exclude: &[&str]| {
            chosen(units, accounts, exclude).unwrap_err()
        };
        let near = wrong(&["Worklods"], &[], &[]);
        assert!(near.contains("did you mean `Workloads`?"), "{near}");
        let two = wrong(&["Production"], &[], &[]);
        assert!(two.contains("Root/Sandbox/Production (ou-1-old)"), "{two}");
        let unknown = wrong(&[], &["999999999999"], &[]);
        assert!(unknown.contains("not among the 5 accounts"), "{unknown}");
        let none = wrong(&[], &["prod"], &[]);
        assert!(none.contains("`prod` is not an account"), "{none}");
        let left = wrong(&[], &["444444444444"], &[]);
        assert_eq!(
            left,
            "no account is left to read: all are not chosen, or suspended"
        );
        let without = Directory {
            units: Vec::new(),
            ..directory()
        };
        let choice = Choice {
            units: vec!["Sandbox".to_owned()],
            ..Choice::default()
        };
        let unknown = without.clone().choose(&choice).unwrap_err();
        assert!(unknown.contains("units are not known"), "{unknown}");
    }
}
