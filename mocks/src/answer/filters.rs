//! Narrowing lists by a request's input: the table in `models/filters.json`, and EC2's `Filters`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::absent::fill_text;
use super::{Question, path};
use crate::Fault;
use crate::model::{Filter, How, Kind, Ref, Service, Shape, data};

/// The lists that are left, by member; those that are not here are whole.
pub(super) type Lists<'a> = BTreeMap<String, Vec<&'a Value>>;

/// The narrowed lists of an output; `None` if the request narrows nothing. The members that chose
/// the reply have had their say.
pub(super) fn apply<'a>(
    question: &Question<'_>,
    output: &'a Value,
    keyed_by: &[String],
) -> Result<Option<Lists<'a>>, Fault> {
    let filters = data()
        .filters
        .get(&question.key())
        .map_or(&[][..], Vec::as_slice);
    let mut lists: Option<Lists<'a>> = None;
    for filter in filters {
        let Some(input) = question.input(&filter.input) else {
            continue;
        };
        if filter.exclusive && question.input("MaxResults").is_some() {
            let message = format!(
                "The parameter {} cannot be used with the parameter maxResults",
                filter.input
            );
            return Err(Fault::new("InvalidParameterCombination", &message, 400));
        }
        if keyed_by.contains(&filter.input) {
            continue;
        }
        let lists = lists.get_or_insert_with(|| all_lists(question, output));
        if filter.how == How::SelectLists {
            select(question, filter, input, lists);
            continue;
        }
        let wanted: Vec<String> = wanted(question, filter, input);
        for items in lists.values_mut() {
            let latest = latest_versions(items);
            items.retain(|item| match filter.how {
                How::Versions => is_version(filter, item, &wanted, &latest),
                _ => keeps(filter, item, &wanted),
            });
        }
        must_have_all(question, filter, &wanted, lists)?;
    }
    for member in ["Filters", "Filter"] {
        let handled = filters.iter().any(|filter| filter.input == member)
            || keyed_by.iter().any(|by| by == member);
        match question.input(member).and_then(Value::as_array) {
            Some(criteria) if !handled && !criteria.is_empty() => {
                if !matches!(question.service(), "ec2" | "rds") {
                    return Err(crate::faults::not_emulated(question.asked, member));
                }
                let lists = lists.get_or_insert_with(|| all_lists(question, output));
                for criterion in criteria {
                    ec2_filter(question, criterion, lists)?;
                }
            }
            _ => {}
        }
    }
    Ok(lists)
}

/// The lists that a request narrows: those that are paged, or else all of the output's.
fn all_lists<'a>(question: &Question<'_>, output: &'a Value) -> Lists<'a> {
    let paged = super::paging::paginator(question.asked).map(|page| page.result);
    let members = output.as_object().into_iter().flatten();
    members
        .filter(|(name, _)| paged.as_ref().is_none_or(|paged| paged.contains(name)))
        .filter_map(|(name, value)| Some((name.clone(), value.as_array()?.iter().collect())))
        .collect()
}

fn wanted(question: &Question<'_>, filter: &Filter, input: &Value) -> Vec<String> {
    let values = match input {
        Value::Array(items) => items.iter().map(path::text).collect(),
        one => vec![path::text(one)],
    };
    let word = |value: String| match filter.words.get(&value) {
        Some(meaning) => fill_text(question, meaning),
        None => value,
    };
    values.into_iter().map(word).collect()
}

fn keeps(filter: &Filter, item: &Value, wanted: &[String]) -> bool {
    let found = path::values(item, &filter.field);
    match filter.how {
        How::NonZero => {
            !wanted.iter().any(|w| w == "true")
                || found
                    .iter()
                    .any(|value| value.as_i64().is_some_and(|n| n != 0))
        }
        _ => found.iter().any(|value| {
            let text = path::text(value);
            wanted
                .iter()
                .any(|wanted| matches(filter.how, &text, wanted))
        }),
    }
}

fn matches(how: How, text: &str, wanted: &str) -> bool {
    match how {
        How::Prefix => text.starts_with(wanted),
        How::ArnOrName => {
            text == wanted
                || text
                    .rsplit_once('/')
                    .is_some_and(|(_, name)| name == wanted)
        }
        _ => text == wanted,
    }
}

/// The latest version of each launch template in a list.
fn latest_versions(items: &[&Value]) -> BTreeMap<String, i64> {
    let mut latest = BTreeMap::new();
    for item in items {
        if let (Some(id), Some(number)) = (
            item["LaunchTemplateId"].as_str(),
            item["VersionNumber"].as_i64(),
        ) {
            let most = latest.entry(id.to_owned()).or_insert(number);
            *most = number.max(*most);
        }
    }
    latest
}

/// Whether a launch template's version is one of those wanted: by number, `$Default`, `$Latest`.
fn is_version(
    filter: &Filter,
    item: &Value,
    wanted: &[String],
    latest: &BTreeMap<String, i64>,
) -> bool {
    wanted.iter().any(|wanted| match wanted.as_str() {
        "$Default" => item["DefaultVersion"] == true,
        "$Latest" => item["LaunchTemplateId"]
            .as_str()
            .is_some_and(|id| latest.get(id).copied() == item["VersionNumber"].as_i64()),
        number => keeps(filter, item, &[number.to_owned()]),
    })
}

fn must_have_all(
    question: &Question<'_>,
    filter: &Filter,
    wanted: &[String],
    lists: &Lists<'_>,
) -> Result<(), Fault> {
    let Some(missing) = &filter.missing else {
        return Ok(());
    };
    for value in wanted {
        let one = std::slice::from_ref(value);
        if !lists
            .values()
            .flatten()
            .any(|item| keeps(filter, item, one))
        {
            let message = missing.message.replace("{value}", value);
            return Err(Fault {
                message: fill_text(question, &message),
                ..missing.clone()
            });
        }
    }
    Ok(())
}

/// Keeps the lists that the input names. IAM's policies of AWS and of the account share a list.
fn select(question: &Question<'_>, filter: &Filter, input: &Value, lists: &mut Lists<'_>) {
    let words: Vec<&str> = input
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    for (member, items) in lists.iter_mut() {
        let named = |word: &&str| filter.lists.get(*word).is_some_and(|list| list == member);
        if !words.iter().any(named) {
            items.clear();
        }
    }
    let aws = format!("arn:{}:iam::aws:", question.account().partition());
    let (has_aws, has_local) = (
        words.contains(&"AWSManagedPolicy"),
        words.contains(&"LocalManagedPolicy"),
    );
    if let (Some(policies), true) = (lists.get_mut("Policies"), has_aws != has_local) {
        policies.retain(|policy| {
            policy["Arn"]
                .as_str()
                .is_some_and(|arn| arn.starts_with(&aws))
                == has_aws
        });
    }
}

/// One of EC2's filters: the name is the path of a field in kebab case (`vpc-id`,
/// `attachment.instance-id`), or `tag:KEY` or `tag-key`; the values may have `*` and `?`.
fn ec2_filter(
    question: &Question<'_>,
    criterion: &Value,
    lists: &mut Lists<'_>,
) -> Result<(), Fault> {
    let name = criterion["Name"].as_str().unwrap_or_default();
    let values: Vec<String> = criterion["Values"]
        .as_array()
        .into_iter()
        .flatten()
        .map(path::text)
        .collect();
    let any = |value: &Value| {
        let text = path::text(value);
        values
            .iter()
            .any(|pattern| crate::glob::matches(pattern, &text))
    };
    for (member, items) in lists.iter_mut() {
        if let Some(key) = name.strip_prefix("tag:") {
            items.retain(|item| {
                tags(item)
                    .iter()
                    .any(|tag| tag["Key"] == key && any(&tag["Value"]))
            });
        } else if name == "tag-key" {
            items.retain(|item| tags(item).iter().any(|tag| any(&tag["Key"])));
        } else {
            let known = data().ec2_names.get(&question.asked.operation);
            let known = known.and_then(|names| names.get(name)).cloned();
            let path = known
                .or_else(|| field(question, member, name))
                .ok_or_else(|| {
                    let message = format!("The filter '{name}' is invalid");
                    Fault::new("InvalidParameterValue", &message, 400)
                })?;
            items.retain(|item| path::values(item, &path).into_iter().any(any));
        }
    }
    Ok(())
}

/// The tags of an item, under whichever of EC2's names; of a reservation, those of its instances.
fn tags(item: &Value) -> Vec<&Value> {
    let paths = ["Tags[]", "TagSet[]", "Instances[].Tags[]"];
    paths
        .into_iter()
        .flat_map(|at| path::values(item, at))
        .collect()
}

/// The path that an EC2 filter's name means in the items of a list, by the model: of the item's
/// own fields, or of those of a list in it, as a reservation's instances.
fn field(question: &Question<'_>, list: &str, name: &str) -> Option<String> {
    let service = &question.asked.service;
    let output = question.asked.model()?.output.as_ref()?;
    let item = item_of(service, service.shape(&output.shape).members.get(list)?)?;
    steps(service, item, name).or_else(|| {
        item.members.iter().find_map(|(member, at)| {
            let inner = item_of(service, at).filter(|shape| shape.kind == Kind::Structure)?;
            Some(format!("{member}[].{}", steps(service, inner, name)?))
        })
    })
}

/// The shape of a list's items.
fn item_of<'a>(service: &'a Service, list: &Ref) -> Option<&'a Shape> {
    Some(service.shape(&service.shape(&list.shape).member.as_ref()?.shape))
}

fn steps<'a>(service: &'a Service, mut shape: &'a Shape, name: &str) -> Option<String> {
    let mut path = Vec::new();
    for step in name.split('.') {
        let plain: String = step.split('-').collect();
        let (member, at) = shape.members.iter().find(|(member, _)| {
            let member = member.to_lowercase();
            member == plain || member.strip_suffix('s') == Some(&plain)
        })?;
        path.push(member.clone());
        shape = item_of(service, at).unwrap_or_else(|| service.shape(&at.shape));
    }
    if shape.kind == Kind::Structure {
        // A filter on a structure means its name or code, as in a subnet's state.
        let said = ["Name", "Code"]
            .into_iter()
            .find(|m| shape.members.contains_key(*m))?;
        path.push(said.to_owned());
    }
    Some(path.join("."))
}
