//! A file that names accounts one by one: for those that no organization lists.
//!
//! Either a number a line, with `#` before comments, or a YAML or JSON list, of numbers or of
//! mappings with `id` and, if need be, `name`, `role_arn` and `external_id`.

use super::choice::is_account;
use crate::catalog::fields::{Fields, Found, scalar};
use crate::catalog::{Place, Problem, Problems};
use std::collections::BTreeMap;
use waterline_yaml::{self as yaml, Value, Yaml};

/// The keys of an account.
const KEYS: &[&str] = &["id", "name", "role_arn", "external_id"];

/// An account of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// The number.
    pub id: String,
    /// A name, for reports.
    pub name: Option<String>,
    /// The role to assume, where it is another than in all accounts.
    pub role_arn: Option<String>,
    /// What the role's trust policy asks for, where it is another than in all accounts.
    pub external_id: Option<String>,
}

/// Reads such a file. `file` is its path, for messages; all that is wrong is told at once.
pub fn read_accounts(file: &str, text: &str) -> Result<Vec<Named>, Problems> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut found = Found::default();
    let placed = if is_list(text) {
        of_list(text, &mut found)
    } else {
        of_lines(text, &mut found)
    };
    let mut seen: BTreeMap<&str, Place> = BTreeMap::new();
    for (place, account) in &placed {
        if let Some(first) = seen.insert(&account.id, *place) {
            let message = format!("account {} stands here twice", account.id);
            let help = format!("it stands in line {} already", first.line);
            found.add(Problem::new(*place, message).help(help));
        }
    }
    if placed.is_empty() && found.0.is_empty() {
        let help = "write the number of an account on each line";
        found.add(Problem::new(Place::START, "there is no account in it").help(help));
    }
    if found.0.is_empty() {
        return Ok(placed.into_iter().map(|(_, account)| account).collect());
    }
    let problems = found.0.into_iter();
    let mut problems: Vec<Problem> = problems.map(|one| one.in_file(file)).collect();
    problems.sort();
    Err(Problems(problems))
}

/// Whether what stands first, comments aside, begins a list in YAML or JSON.
fn is_list(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_start);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| line.starts_with(['-', '[', '{']))
}

fn of_lines(text: &str, found: &mut Found) -> Vec<(Place, Named)> {
    let mut accounts = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let kept = line.split('#').next().unwrap_or_default();
        let id = kept.trim();
        if id.is_empty() {
            continue;
        }
        let before = kept.chars().take_while(|c| c.is_whitespace()).count();
        let place = Place {
            line: number,
            column: before + 1,
        };
        match number_of(id) {
            Ok(id) => accounts.push((
                place,
                Named {
                    id,
                    ..Named::default()
                },
            )),
            Err((message, help)) => found.add(Problem::new(place, message).help(help)),
        }
    }
    accounts
}

fn of_list(text: &str, found: &mut Found) -> Vec<(Place, Named)> {
    let root = match yaml::parse_within(text, yaml::ACCOUNTS) {
        Ok(root) => root,
        Err(problem) => {
            found.add(problem);
            return Vec::new();
        }
    };
    let Some(root) = root else {
        return Vec::new();
    };
    let Value::List(items) = &root.value else {
        let message = format!("expected a list of accounts, found {}", root.what());
        found.add(Problem::new(root.place, message).help("begin each account with `- `"));
        return Vec::new();
    };
    let accounts = items.iter();
    accounts
        .filter_map(|item| Some((item.place, account(item, found)?)))
        .collect()
}

fn account(item: &Yaml, found: &mut Found) -> Option<Named> {
    if item.text().is_some() {
        return Some(Named {
            id: id(item, found)?,
            ..Named::default()
        });
    }
    let fields = Fields::of(item, KEYS, found)?;
    let node = fields.require("id", found);
    let account = Named {
        name: fields.optional_text("name", found),
        role_arn: fields.get("role_arn").and_then(|node| role(node, found)),
        external_id: fields.optional_text("external_id", found),
        id: id(node?, found)?,
    };
    if let Some(arn) = &account.role_arn
        && arn.split(':').nth(4) != Some(account.id.as_str())
        && let Some(node) = fields.get("role_arn")
    {
        let message = format!("the role is not one of account {}", account.id);
        let help = "the number in the ARN is the account that the role is in";
        found.add(Problem::new(node.place, message).help(help));
    }
    Some(account)
}

fn id(node: &Yaml, found: &mut Found) -> Option<String> {
    let text = scalar(node, found)?;
    match number_of(&text) {
        Ok(id) => Some(id),
        Err((message, help)) => {
            found.add(Problem::new(node.place, message).help(help));
            None
        }
    }
}

fn number_of(text: &str) -> Result<String, (String, &'static str)> {
    if is_account(text) {
        return Ok(text.to_owned());
    }
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let help = match text {
        _ if digits && text.len() < 12 => {
            "an account has twelve digits; was a 0 at its beginning lost?"
        }
        _ if text.contains([',', ' ', '\t', ';']) => {
            "one account stands on a line; for names and roles, write a YAML list of {id, name, role_arn, external_id}"
        }
        _ => "an account has twelve digits, without dashes",
    };
    Err((format!("`{text}` is not an account"), help))
}

fn role(node: &Yaml, found: &mut Found) -> Option<String> {
    let text = scalar(node, found)?;
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let is_role = matches!(parts.as_slice(), ["arn", partition, "iam", "", account, role]
        if partition.starts_with("aws") && is_account(account)
            && role.strip_prefix("role/").is_some_and(|name| !name.is_empty()));
    if !is_role {
        let message = format!("`{text}` is not the ARN of a role");
        let help = "as in arn:aws:iam::111122223333:role/Auditor";
        found.add(Problem::new(node.place, message).help(help));
        return None;
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Vec<String> {
        let accounts = read_accounts("accounts.txt", text).unwrap_or_else(|e| panic!("{e}"));
        accounts.into_iter().map(|account| account.id).collect()
    }

    #[test]
    fn a_number_a_line_and_lists_of_numbers() {
        let two = ["011122223333", "444455556666"];
        assert_eq!(
            ids("# ours\n011122223333\n\n  444455556666   # production\n"),
            two
        );
        assert_eq!(ids("\u{feff}011122223333\r\n444455556666\r\n"), two);
        assert_eq!(ids("- 011122223333\n- \"444455556666\"\n"), two);
        assert_eq!(ids("[\"011122223333\", \"444455556666\"]"), two);
        assert_eq!(
            ids("# json\n[{\"id\": \"011122223333\"}, {\"id\": \"444455556666\"}]"),
            two
        );
    }

    #[test]
    fn what_an_account_has_of_its_own() {
        let text = "- id: 111122223333\n  name: Payments\n  role_arn: arn:aws:iam::111122223333:role/a/Auditor\n  external_id: abc\n- id: 444455556666\n";
        let accounts = read_accounts("a.yaml", text).unwrap();
        assert_eq!(accounts[0].name.as_deref(), Some("Payments"));
        assert_eq!(
            accounts[0].role_arn.as_deref(),
            Some("arn:aws:iam::111122223333:role/a/Auditor")
        );
        assert_eq!(accounts[0].external_id.as_deref(), Some("abc"));
        assert_eq!(
            accounts[1],
            Named {
                id: "444455556666".to_owned(),
                ..Named::default()
            }
        );
    }

    #[test]
    fn everything_that_is_wrong_is_told_with_its_place() {
        let told = |text: &str| read_accounts("accounts", text).unwrap_err().to_string();
        insta::assert_snapshot!(
            "lines",
            told("11122223333\n1111-2222-3333\n444455556666, prod\n444455556666\n  444455556666\n")
        );
        insta::assert_snapshot!(
            "list",
            told(
                "- id: 111122223333\n  rolearn: x\n- name: nameless\n- id: 444455556666\n  role_arn: arn:aws:iam::111122223333:role/Auditor\n- {id: 777788889999, role_arn: Auditor}\n- [1]\n"
            )
        );
        insta::assert_snapshot!("mapping", told("{\"accounts\": []}"));
        insta::assert_snapshot!("nothing", told("# nothing\n"));
    }
}
