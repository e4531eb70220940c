//! What the emulator must know and the service models do not say; each file explains itself.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::Value;

use super::Paginator;
use crate::Fault;

/// All of it.
#[derive(Debug, Default)]
pub(crate) struct Data {
    /// Root elements of rest-xml replies, by `service:Operation`.
    pub(crate) roots: BTreeMap<String, String>,
    pub(crate) prefixes: BTreeMap<String, String>,
    pub(crate) actions: BTreeMap<String, String>,
    pub(crate) paging: Paging,
    pub(crate) filters: BTreeMap<String, Vec<Filter>>,
    /// Paths of EC2's filters, by operation and name.
    pub(crate) ec2_names: BTreeMap<String, BTreeMap<String, String>>,
    pub(crate) absent: Absents,
}

#[derive(Debug, Deserialize)]
struct WireData {
    roots: BTreeMap<String, String>,
    prefixes: BTreeMap<String, String>,
    actions: BTreeMap<String, String>,
}

/// `models/paging.json`.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Paging {
    pub(crate) paginators: BTreeMap<String, Paginator>,
    pub(crate) sizes: BTreeMap<String, Size>,
    pub(crate) tokens: BTreeMap<String, Fault>,
}

/// Items of a page.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(crate) struct Size {
    pub(crate) default: Option<usize>,
    pub(crate) least: Option<usize>,
    pub(crate) most: Option<usize>,
    #[serde(default)]
    pub(crate) strict: bool,
}

/// `models/absent.json`.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Absents {
    pub(crate) needs: BTreeMap<String, Vec<Need>>,
    pub(crate) answers: BTreeMap<String, BTreeMap<String, Absent>>,
}

/// What must be there for a request to make sense.
#[derive(Debug, Deserialize)]
pub(crate) struct Need {
    /// Only for this operation; otherwise for all that have the input.
    pub(crate) operation: Option<String>,
    pub(crate) input: Option<String>,
    pub(crate) list: String,
    pub(crate) path: Option<String>,
    pub(crate) error: Fault,
}

/// The answer for what is not in an account's files.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Absent {
    Output(Value),
    Error(Fault),
}

/// One input that narrows a list: see `models/filters.json`.
#[derive(Debug, Deserialize)]
pub(crate) struct Filter {
    pub(crate) input: String,
    #[serde(default)]
    pub(crate) field: String,
    #[serde(default, rename = "match")]
    pub(crate) how: How,
    #[serde(default)]
    pub(crate) lists: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) words: BTreeMap<String, String>,
    pub(crate) missing: Option<Fault>,
    #[serde(default)]
    pub(crate) exclusive: bool,
}

/// How a filter compares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum How {
    #[default]
    Equal,
    Prefix,
    ArnOrName,
    NonZero,
    Versions,
    SelectLists,
}

impl Data {
    /// The IAM action that an operation asks for.
    pub(crate) fn action(&self, service: &str, operation: &str) -> String {
        let key = format!("{service}:{operation}");
        self.actions.get(&key).cloned().unwrap_or_else(|| {
            let prefix = self.prefixes.get(service).map_or(service, String::as_str);
            format!("{prefix}:{operation}")
        })
    }
}

/// The data, read once. The files are in the crate and a test reads each, so that the empty
/// default stands for nothing.
pub(crate) fn data() -> &'static Data {
    static DATA: OnceLock<Data> = OnceLock::new();
    DATA.get_or_init(|| load().unwrap_or_default())
}

fn load() -> serde_json::Result<Data> {
    let wire: WireData = serde_json::from_str(include_str!("../../models/wire.json"))?;
    let mut filters: BTreeMap<String, Value> =
        serde_json::from_str(include_str!("../../models/filters.json"))?;
    filters.remove("about");
    let ec2_names = filters.remove("ec2-names").unwrap_or_default();
    let filters = filters
        .into_iter()
        .map(|(key, value)| Ok((key, serde_json::from_value(value)?)))
        .collect::<serde_json::Result<_>>()?;
    Ok(Data {
        roots: wire.roots,
        prefixes: wire.prefixes,
        actions: wire.actions,
        paging: serde_json::from_str(include_str!("../../models/paging.json"))?,
        filters,
        ec2_names: serde_json::from_value(ec2_names)?,
        absent: serde_json::from_str(include_str!("../../models/absent.json"))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Kind, by_name, services};

    #[test]
    fn the_data_speaks_of_operations_and_members_that_exist() {
        let data = load().unwrap();
        let known = |key: &str| {
            let (service, operation) = key.split_once(':').unwrap();
            by_name(service).is_some_and(|s| s.operations.contains_key(operation))
        };
        let paging = &data.paging;
        let keys = data
            .roots
            .keys()
            .chain(data.actions.keys())
            .chain(paging.paginators.keys());
        for key in keys.chain(paging.sizes.keys().filter(|k| k.contains(':'))) {
            assert!(known(key), "{key}");
        }
        for key in data.prefixes.keys().chain(paging.tokens.keys()) {
            assert!(by_name(key).is_some(), "{key}");
        }
        for (key, filters) in &data.filters {
            let (service, operation) = key.split_once(':').unwrap();
            let service = by_name(service).unwrap();
            let input = service.operations[operation].input.as_ref().unwrap();
            for filter in filters {
                let shape = service.shape(&input.shape);
                assert!(
                    shape.members.contains_key(&filter.input),
                    "{key} {}",
                    filter.input
                );
            }
        }
        for operation in data.ec2_names.keys() {
            assert!(known(&format!("ec2:{operation}")), "{operation}");
        }
        for (service, answers) in &data.absent.answers {
            for operation in answers.keys() {
                assert!(
                    known(&format!("{service}:{operation}")),
                    "{service}:{operation}"
                );
            }
        }
        for (service, needs) in &data.absent.needs {
            for need in needs {
                assert!(known(&format!("{service}:{}", need.list)));
                if let Some(operation) = &need.operation {
                    assert!(known(&format!("{service}:{operation}")));
                }
            }
        }
    }

    /// An operation that neither lists nor has an absent answer would answer nothing at all.
    #[test]
    fn every_operation_without_a_list_has_an_answer_for_what_is_absent() {
        let data = load().unwrap();
        for name in services().filter(|name| *name != "sts") {
            let service = by_name(name).unwrap();
            for (operation, model) in &service.operations {
                let Some(output) = &model.output else {
                    continue;
                };
                let lists = service
                    .shape(&output.shape)
                    .members
                    .values()
                    .any(|at| matches!(service.shape(&at.shape).kind, Kind::List | Kind::Map));
                let answered = data
                    .absent
                    .answers
                    .get(name)
                    .is_some_and(|a| a.contains_key(operation));
                assert!(lists || answered, "{name}:{operation}");
            }
        }
    }

    #[test]
    fn actions_have_iams_words() {
        let data = data();
        assert_eq!(data.action("s3", "ListBuckets"), "s3:ListAllMyBuckets");
        assert_eq!(
            data.action("efs", "DescribeFileSystems"),
            "elasticfilesystem:DescribeFileSystems"
        );
        assert_eq!(data.action("ec2", "DescribeVpcs"), "ec2:DescribeVpcs");
    }
}
