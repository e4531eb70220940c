//! The least IAM policy for a plan, as documents that AWS takes.

mod cloudformation;
mod terraform;
#[cfg(test)]
mod tests;

use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The most characters that a customer-managed policy may have; white space does not count.
/// The IAM user guide's page "IAM and AWS STS quotas" has it; it cannot be raised.
pub const MOST_CHARACTERS: usize = 6144;

/// How many managed policies a role may have unless AWS raised the quota, by the same page.
pub const MOST_POLICIES: usize = 10;

/// A policy document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Document {
    version: &'static str,
    /// One statement for each service, or for a part of a service that is too large for one.
    pub statement: Vec<Statement>,
}

/// One statement: the actions of one service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Statement {
    /// The service in letters and digits, with a number where it takes several statements.
    pub sid: String,
    effect: &'static str,
    /// The actions, sorted.
    pub action: Vec<String>,
    /// Everything: what there is in the account is what is to be found out, so no resource can
    /// be named beforehand, and most of these actions take no narrower one. Roles to assume have
    /// a pattern.
    resource: String,
}

impl Document {
    fn of(statement: Vec<Statement>) -> Document {
        Document {
            version: "2012-10-17",
            statement,
        }
    }

    /// The characters that AWS counts: those of the JSON without white space.
    pub fn characters(&self) -> usize {
        // Nothing in a document has white space inside: neither sids nor actions can.
        json(self, false).chars().count()
    }

    /// The number of actions.
    pub fn actions(&self) -> usize {
        self.statement
            .iter()
            .map(|statement| statement.action.len())
            .sum()
    }
}

/// The documents that together allow these actions, each within AWS's limit of size: as few as
/// whole services can be put into.
pub fn documents<'a>(actions: impl IntoIterator<Item = &'a str>) -> Vec<Document> {
    let mut services: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for action in actions {
        let service = action.split(':').next().unwrap_or(action);
        services.entry(service).or_default().insert(action);
    }
    let mut documents: Vec<Document> = Vec::new();
    for (service, actions) in services {
        for statement in statements(service, actions) {
            put(&mut documents, statement);
        }
    }
    documents
}

/// Adds a statement of its own: what is allowed beside the reads can so be seen, and left out. It is
/// about everything unless a resource is named.
pub fn add<'a>(
    documents: &mut Vec<Document>,
    sid: &str,
    actions: impl IntoIterator<Item = &'a str>,
    resource: Option<String>,
) {
    let mut action: Vec<String> = actions.into_iter().map(str::to_owned).collect();
    action.sort();
    let statement = Statement {
        sid: sid.to_owned(),
        resource: resource.unwrap_or_else(everything),
        ..statement("", action)
    };
    put(documents, statement);
}

/// A service's statements: one, unless it is too large for a document of its own.
fn statements(service: &str, actions: BTreeSet<&str>) -> Vec<Statement> {
    // A sid's number comes later: three characters are kept for it.
    let empty = Document::of(vec![statement(service, Vec::new())]).characters() + 3;
    let mut parts: Vec<Vec<String>> = Vec::new();
    let mut room = 0;
    for action in actions {
        // With its quotes and a comma.
        let long = action.chars().count() + 3;
        match parts.last_mut() {
            Some(part) if long <= room => part.push(action.to_owned()),
            _ => {
                parts.push(vec![action.to_owned()]);
                room = MOST_CHARACTERS.saturating_sub(empty);
            }
        }
        room = room.saturating_sub(long);
    }
    let several = parts.len() > 1;
    (1..)
        .zip(parts)
        .map(|(number, part)| {
            let mut statement = statement(service, part);
            if several {
                statement.sid = format!("{}{number}", statement.sid);
            }
            statement
        })
        .collect()
}

fn statement(service: &str, action: Vec<String>) -> Statement {
    Statement {
        sid: sid(service),
        effect: "Allow",
        action,
        resource: everything(),
    }
}

fn everything() -> String {
    "*".to_owned()
}

/// Into the first document that has room for it, else into a new one.
fn put(documents: &mut Vec<Document>, statement: Statement) {
    for document in documents.iter_mut() {
        document.statement.push(statement.clone());
        if document.characters() <= MOST_CHARACTERS {
            return;
        }
        document.statement.pop();
    }
    documents.push(Document::of(vec![statement]));
}

/// A service as a sid, which may have letters and digits only: `access-analyzer` is
/// `AccessAnalyzer`.
fn sid(service: &str) -> String {
    service
        .split(|c: char| !c.is_ascii_alphanumeric())
        .flat_map(|word| {
            let (first, rest) = word.split_at(word.len().min(1));
            [first.to_ascii_uppercase(), rest.to_owned()]
        })
        .collect()
}

/// How the documents are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// The policy document itself; several of them in a list.
    #[default]
    Json,
    /// A CloudFormation template with a managed policy for each document.
    CloudFormation,
    /// Terraform, with a policy for each document.
    Terraform,
}

/// Writes documents in a format.
pub fn render(documents: &[Document], format: Format) -> String {
    match (format, documents) {
        (Format::Json, [document]) => json(document, true),
        (Format::Json, documents) => json(&documents, true),
        (Format::CloudFormation, documents) => cloudformation::render(documents),
        (Format::Terraform, documents) => terraform::render(documents),
    }
}

/// What the policies are for.
const ABOUT: &str = "What waterline may read";

/// The description of one of several policies.
fn about(number: usize, of: usize) -> String {
    match of {
        1 => ABOUT.to_owned(),
        of => format!("{ABOUT}, {number} of {of}"),
    }
}

/// What has to be known about these documents, in a line or two; nothing for one.
pub fn note(documents: &[Document]) -> Option<String> {
    let count = documents.len();
    if count <= 1 {
        return None;
    }
    let mut note = format!(
        "{count} policies: one would be longer than the {MOST_CHARACTERS} characters that a managed \
         policy may have. Attach all of them."
    );
    if count > MOST_POLICIES {
        note.push_str(&format!(
            "\nA role takes {MOST_POLICIES} managed policies unless AWS raised the quota: divide \
             the checks over several roles, or ask for more."
        ));
    }
    Some(note)
}

fn json(value: &impl Serialize, pretty: bool) -> String {
    let text = if pretty {
        serde_json::to_string_pretty(value).map(|text| text + "\n")
    } else {
        serde_json::to_string(value)
    };
    // Structs of strings and lists always serialise.
    text.unwrap_or_else(|error| unreachable!("a policy does not serialise: {error}"))
}
