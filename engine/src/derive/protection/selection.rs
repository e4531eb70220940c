//! Whether a selection of a backup plan picks a resource.

use crate::model::backup::{BackupSelection, SelectionCondition};
use crate::model::{Facet, Tags};

/// A resource that may be picked.
pub(super) struct Subject<'a> {
    pub(super) arn: &'a str,
    pub(super) tags: &'a Facet<Tags>,
    /// Whether AWS Backup looks after its type here.
    pub(super) opted_in: Facet<bool>,
    /// Whether its ARN does not tell its type.
    pub(super) shared: bool,
}

/// Whether one of the selections picks the resource.
pub(super) fn picks(selections: &[BackupSelection], subject: &Subject) -> Facet<bool> {
    let mut open = Facet::Known(false);
    for selection in selections {
        match pick(selection, subject) {
            Facet::Known(true) => return Facet::Known(true),
            Facet::Known(false) => {}
            unread => open = unread,
        }
    }
    open
}

fn pick(selection: &BackupSelection, subject: &Subject) -> Facet<bool> {
    let takes = |patterns: &[String]| patterns.iter().any(|p| glob(p, subject.arn));
    if takes(&selection.not_resources) {
        return Facet::Known(false);
    }
    let conditions = if selection.conditions.is_empty() {
        Facet::Known(true)
    } else {
        let holds = |tags: &Tags| selection.conditions.iter().all(|c| holds(c, tags));
        subject.tags.map(holds)
    };
    let outright = !subject.shared
        && selection
            .resources
            .iter()
            .any(|pattern| names_type(pattern) && glob(pattern, subject.arn));
    if outright {
        return conditions;
    }
    let named = if takes(&selection.resources)
        || (selection.resources.is_empty() && selection.list_of_tags.is_empty())
    {
        Facet::Known(true)
    } else if selection.list_of_tags.is_empty() {
        Facet::Known(false)
    } else {
        let holds = |tags: &Tags| selection.list_of_tags.iter().any(|c| holds(c, tags));
        subject.tags.map(holds)
    };
    all([named, conditions, subject.opted_in.clone()])
}

/// All of them: one that is certainly not so decides.
fn all<const N: usize>(facts: [Facet<bool>; N]) -> Facet<bool> {
    if facts.contains(&Facet::Known(false)) {
        return Facet::Known(false);
    }
    facts
        .into_iter()
        .find(|fact| fact.known().is_none())
        .unwrap_or(Facet::Known(true))
}

/// Whether a pattern goes so far as to name the type of resource: `arn:aws:ec2:*:*:volume/*`
/// does, `arn:aws:ec2:*` does not.
fn names_type(pattern: &str) -> bool {
    pattern
        .splitn(6, ':')
        .nth(5)
        .is_some_and(|resource| !resource.is_empty() && !resource.starts_with('*'))
}

/// Whether a condition on a tag holds. A tag that is missing is unlike any value.
fn holds(condition: &SelectionCondition, tags: &Tags) -> bool {
    let tag = tags.get(&condition.key);
    let equal = tag.is_some_and(|value| *value == condition.value);
    let like = tag.is_some_and(|value| glob(&condition.value, value));
    match condition.operator.as_str() {
        "StringEquals" => equal,
        "StringNotEquals" => !equal,
        "StringLike" => like,
        "StringNotLike" => !like,
        _ => false,
    }
}

/// Whether a text is of a pattern, `*` standing for any text.
fn glob(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(head) else {
        return false;
    };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return text.ends_with(part);
        }
        match text.find(part) {
            Some(place) => text = &text[place + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const VOLUME: &str = "arn:aws:ec2:eu-west-1:111122223333:volume/vol-1";

    fn condition(operator: &str, key: &str, value: &str) -> SelectionCondition {
        SelectionCondition {
            operator: operator.into(),
            key: key.into(),
            value: value.into(),
        }
    }

    fn selection(resources: &[&str]) -> BackupSelection {
        BackupSelection {
            selection_name: "all".into(),
            iam_role_arn: String::new(),
            resources: resources.iter().map(|r| (*r).to_owned()).collect(),
            not_resources: Vec::new(),
            list_of_tags: Vec::new(),
            conditions: Vec::new(),
        }
    }

    fn tags(pairs: &[(&str, &str)]) -> Facet<Tags> {
        let pairs = pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Facet::Known(pairs.collect())
    }

    fn picked(
        selection: &BackupSelection,
        tags: &Facet<Tags>,
        opted_in: Facet<bool>,
    ) -> Facet<bool> {
        let subject = Subject {
            arn: VOLUME,
            tags,
            opted_in,
            shared: false,
        };
        picks(std::slice::from_ref(selection), &subject)
    }

    #[test]
    fn stars_stand_for_any_text() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*", "abc", true),
            ("*c", "abc", true),
            ("a*c*e", "abcde", true),
            ("a*c*e", "ace", true),
            ("a*c*e", "ae", false),
            ("*a*a*", "a", false),
            ("abc", "abcd", false),
            ("arn:aws:ec2:*:*:volume/*", VOLUME, true),
            ("arn:aws:ec2:*:*:instance/*", VOLUME, false),
        ] {
            assert_eq!(glob(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_type_that_is_named_needs_no_opt_in() {
        let none = tags(&[]);
        let out = || Facet::Known(false);
        for (pattern, opted_out) in [
            (VOLUME, true),
            ("arn:aws:ec2:*:*:volume/*", true),
            ("arn:aws:ec2:*", false),
            ("*", false),
        ] {
            let selection = selection(&[pattern]);
            assert_eq!(
                picked(&selection, &none, Facet::Known(true)),
                Facet::Known(true)
            );
            assert_eq!(
                picked(&selection, &none, out()),
                Facet::Known(opted_out),
                "{pattern}"
            );
        }
        assert_eq!(
            picked(&selection(&[]), &none, Facet::Known(true)),
            Facet::Known(true)
        );
        assert_eq!(picked(&selection(&[]), &none, out()), out());
    }

    #[test]
    fn tags_and_conditions_are_weighed_as_the_guide_says() {
        let yes = || Facet::Known(true);
        let mut by_tag = selection(&["arn:aws:rds:*:*:db:*"]);
        by_tag.list_of_tags = vec![condition("StringEquals", "backup", "daily")];
        assert_eq!(picked(&by_tag, &tags(&[("backup", "daily")]), yes()), yes());
        assert_eq!(
            picked(&by_tag, &tags(&[("backup", "no")]), yes()),
            Facet::Known(false)
        );
        let mut by_condition = selection(&["*"]);
        by_condition.conditions = vec![
            condition("StringLike", "stage", "prod*"),
            condition("StringNotEquals", "backup", "no"),
        ];
        assert_eq!(
            picked(&by_condition, &tags(&[("stage", "prod-1")]), yes()),
            yes()
        );
        let no = tags(&[("stage", "prod-1"), ("backup", "no")]);
        assert_eq!(picked(&by_condition, &no, yes()), Facet::Known(false));
        let mut left_out = selection(&["*"]);
        left_out.not_resources = vec!["arn:aws:ec2:*:*:volume/vol-1".to_owned()];
        assert_eq!(picked(&left_out, &tags(&[]), yes()), Facet::Known(false));
    }

    #[test]
    fn unread_tags_matter_only_where_they_are_asked() {
        let lost: Facet<Tags> = Facet::Unread(vec!["g".into()]);
        let open = Facet::Unread(vec!["g".into()]);
        let yes = || Facet::Known(true);
        assert_eq!(picked(&selection(&["*"]), &lost, yes()), yes());
        let mut by_tag = selection(&[]);
        by_tag.list_of_tags = vec![condition("StringEquals", "backup", "daily")];
        assert_eq!(picked(&by_tag, &lost, yes()), open);
        assert_eq!(
            picked(&by_tag, &lost, Facet::Known(false)),
            Facet::Known(false)
        );
    }
}
