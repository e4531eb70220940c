//! Reading a framework file, with every problem written down.

use super::{Control, Framework, Group, Said};
use crate::catalog::fields::{Fields, Found};
use crate::catalog::sources::Source;
use std::collections::BTreeMap;
use waterline_yaml::{Place, Problem, Value, Yaml};

impl Framework {
    /// Reads a framework file.
    pub(in crate::catalog) fn read(source: &Source) -> Result<Framework, Vec<Problem>> {
        let file = source.file();
        let mut found = Found::default();
        let framework = source
            .yaml()
            .map_err(|problem| found.add(problem))
            .ok()
            .and_then(|root| {
                let keys = ["id", "title", "source", "about", "groups"];
                let fields = Fields::of(&root, &keys, &mut found)?;
                let groups = items(fields.require("groups", &mut found), &mut found);
                let mut known = BTreeMap::new();
                let groups = groups
                    .iter()
                    .filter_map(|node| group(node, &mut known, &mut found))
                    .collect::<Vec<_>>();
                Some(Framework {
                    places: places(&groups),
                    id: fields.text("id", &mut found)?,
                    title: fields.text("title", &mut found)?,
                    source: fields.text("source", &mut found)?,
                    about: fields.text("about", &mut found)?,
                    groups,
                    file: file.to_owned(),
                })
            });
        match framework {
            Some(framework) if found.0.is_empty() => Ok(framework),
            _ => Err(found
                .0
                .into_iter()
                .map(|problem| problem.in_file(file))
                .collect()),
        }
    }
}

/// Where each control is.
fn places(groups: &[Group]) -> BTreeMap<String, (usize, usize)> {
    let of = |(at, group): (usize, &Group)| {
        let controls = group.controls.iter().enumerate();
        let places = controls.map(|(place, control)| (control.id.clone(), (at, place)));
        places.collect::<Vec<_>>()
    };
    groups.iter().enumerate().flat_map(of).collect()
}

impl Said {
    fn read(fields: &Fields, found: &mut Found) -> Option<Said> {
        let mut said = None;
        for word in Said::WORDS {
            let Some(node) = fields.get(word) else {
                continue;
            };
            let Some(text) = fields.text(word, found) else {
                continue;
            };
            let text = text.trim().to_owned();
            let next = match word {
                "manual" => Said::Manual(text),
                "inherited" => Said::Inherited(text),
                _ => Said::Uncovered(text),
            };
            if let Some(said) = &said {
                let message = format!("`{}` was said already: one answer", Said::word(said));
                found.add(Problem::new(node.place, message));
            }
            said = said.or(Some(next));
        }
        said
    }
}

/// Reads a group. What it says itself holds for each of its controls that says nothing of its
/// own.
fn group(node: &Yaml, known: &mut BTreeMap<String, Place>, found: &mut Found) -> Option<Group> {
    let keys = ["title", "manual", "inherited", "uncovered", "controls"];
    let fields = Fields::of(node, &keys, found)?;
    let title = fields.text("title", found);
    let rest = Said::read(&fields, found);
    let nodes = items(fields.require("controls", found), found);
    let controls = nodes
        .iter()
        .filter_map(|node| control(node, rest.as_ref(), known, found))
        .collect();
    Some(Group {
        title: title?,
        controls,
    })
}

fn control(
    node: &Yaml,
    rest: Option<&Said>,
    known: &mut BTreeMap<String, Place>,
    found: &mut Found,
) -> Option<Control> {
    let keys = ["id", "title", "manual", "inherited", "uncovered"];
    let fields = Fields::of(node, &keys, found)?;
    let id = fields.text("id", found);
    let title = fields.text("title", found);
    let said = Said::read(&fields, found);
    let (id, title) = (id?, title?);
    if let Some(first) = known.insert(id.clone(), node.place) {
        let message = format!("control `{id}` was listed in line {} already", first.line);
        found.add(Problem::new(node.place, message));
    }
    Some(Control {
        id,
        title,
        own: said.is_some(),
        said: said.or_else(|| rest.cloned()),
        place: node.place,
    })
}

/// The items of a list; none, and a problem, when it is something else.
fn items<'y>(node: Option<&'y Yaml>, found: &mut Found) -> &'y [Yaml] {
    match node.map(|node| (node, &node.value)) {
        Some((_, Value::List(items))) => items,
        Some((node, _)) => {
            let message = format!("expected a list, found {}", node.what());
            found.add(Problem::new(node.place, message));
            &[]
        }
        None => &[],
    }
}
