//! What is judged: the account, its resources, and who answers for which layer of them.

use super::Run;
use super::frame::{CUSTOMER, PROVIDER, responsible};
use super::model::{Component, ComponentRef, InventoryItem, Link, State, Subject};
use super::text::{prop, props, prose, prose_or, standard};
use crate::assess::{Finding, Verdict};
use crate::catalog::{Cell, Page, Party};
use crate::report::ownership::{cell, kind_words};
use crate::report::summary::count;
use crate::report::words::name;
use std::collections::{BTreeMap, BTreeSet};

/// A resource that findings are about. One ARN may be seen as several kinds.
#[derive(Default)]
struct Item<'r> {
    kinds: BTreeSet<&'r str>,
    region: &'r str,
    id: &'r str,
    managed_by: &'r str,
    /// The operating modes and layers that findings name.
    places: BTreeSet<(&'r str, &'r str)>,
}

/// The cell of a mode and a layer, with what hangs on it.
struct Place<'r> {
    cell: Cell,
    pages: Vec<&'r Page>,
    /// Findings that AWS answers for.
    inherited: usize,
}

/// All that is judged.
pub(super) struct Subjects<'r> {
    system: String,
    items: BTreeMap<(&'r str, &'r str), Item<'r>>,
    places: BTreeMap<(&'r str, &'r str), Place<'r>>,
}

impl<'r> Subjects<'r> {
    pub(super) fn of(run: &Run<'r>) -> Subjects<'r> {
        let model = &run.report.catalog.responsibility;
        let mut items: BTreeMap<(&str, &str), Item> = BTreeMap::new();
        let mut places: BTreeMap<(&str, &str), Place> = BTreeMap::new();
        for finding in &run.report.assessment.findings {
            let owner = &finding.owner;
            let at = (&*owner.mode, &*owner.layer);
            let found = cell(model, owner);
            if let Some(cell) = &found {
                let place = places.entry(at).or_insert_with(|| Place {
                    cell: cell.clone(),
                    pages: Vec::new(),
                    inherited: 0,
                });
                place.inherited += usize::from(finding.verdict == Verdict::Inherited);
                if let Some(page) = model.page(cell)
                    && !place.pages.contains(&page)
                {
                    place.pages.push(page);
                    place.pages.sort_by(|a, b| a.link.cmp(&b.link));
                }
            }
            let Some(arn) = &finding.about.arn else {
                continue;
            };
            let item = items.entry((&finding.about.account, arn)).or_default();
            item.kinds.insert(finding.about.kind);
            item.region = &finding.about.region;
            item.id = finding.about.resource_id.as_deref().unwrap_or(arn);
            item.managed_by = &owner.managed_by;
            if found.is_some() {
                item.places.insert(at);
            }
        }
        Subjects {
            system: run.lasting("system", &[]),
            items,
            places,
        }
    }

    /// How many resources.
    pub(super) fn count(&self) -> usize {
        self.items.len()
    }

    /// What a finding is about: a resource, or for a list that could not be read, the account.
    pub(super) fn subject(&self, run: &Run<'_>, finding: &Finding) -> Subject {
        let props = props([prop("finding-id", &finding.id.hex())]);
        match &finding.about.arn {
            Some(arn) => Subject {
                subject_uuid: item_id(run, &finding.about.account, arn),
                kind: "inventory-item",
                title: prose_or(&name(finding), arn),
                props,
            },
            None => Subject {
                title: prose(&format!("{} in {}", name(finding), finding.about.region)),
                props,
                ..self.account()
            },
        }
    }

    /// The resource of this ARN, if findings are about it; else the account.
    pub(super) fn known(&self, run: &Run<'_>, account: &str, arn: Option<&str>) -> Subject {
        match arn.and_then(|arn| self.items.get_key_value(&(account, arn))) {
            Some((&(account, arn), item)) => Subject {
                subject_uuid: item_id(run, account, arn),
                kind: "inventory-item",
                title: prose_or(item.id, arn),
                props: Vec::new(),
            },
            None => self.account(),
        }
    }

    fn account(&self) -> Subject {
        Subject {
            subject_uuid: self.system.clone(),
            kind: "component",
            title: "The AWS account".to_owned(),
            props: Vec::new(),
        }
    }

    /// The account, then who answers for what.
    pub(super) fn components(&self, run: &Run<'_>) -> Vec<Component> {
        let header = run.report.header;
        let account = Component {
            uuid: self.system.clone(),
            kind: "this-system",
            title: format!("AWS account {}", header.account),
            description: prose(&format!(
                "The account, as far as it was read: {}.",
                header.regions.join(", ")
            )),
            props: props([
                prop("account", &header.account),
                prop("partition", &header.partition),
            ]),
            links: Vec::new(),
            status: State {
                state: "operational",
            },
            responsible_roles: vec![responsible(run, CUSTOMER), responsible(run, PROVIDER)],
            remarks: None,
        };
        let places = self.places.iter();
        let places = places.map(|(at, place)| component(run, *at, place));
        [account].into_iter().chain(places).collect()
    }

    pub(super) fn items<'a>(&'a self, run: &'a Run<'a>) -> impl Iterator<Item = InventoryItem> {
        let items = self.items.iter();
        items.map(|(at, item)| inventory(run, *at, item))
    }
}

fn item_id(run: &Run<'_>, account: &str, arn: &str) -> String {
    run.lasting("resource", &[account, arn])
}

fn component_id(run: &Run<'_>, (mode, layer): (&str, &str)) -> String {
    run.lasting("responsibility", &[mode, layer])
}

fn inventory(run: &Run<'_>, (account, arn): (&str, &str), item: &Item<'_>) -> InventoryItem {
    let kinds: Vec<String> = item.kinds.iter().map(|kind| kind_words(kind)).collect();
    let mut props = props([
        standard("asset-id", arn),
        prop("account", account),
        prop("region", item.region),
        prop("managed-by", item.managed_by),
    ]);
    props.extend(item.kinds.iter().filter_map(|kind| prop("kind", kind)));
    InventoryItem {
        uuid: item_id(run, account, arn),
        description: prose(&format!("{} {}", kinds.join(", "), item.id)),
        props,
        implemented_components: item
            .places
            .iter()
            .map(|at| ComponentRef {
                component_uuid: component_id(run, *at),
            })
            .collect(),
    }
}

/// What AWS provides or answers for alone, and what is left to the customer.
fn component(run: &Run<'_>, at: (&str, &str), place: &Place<'_>) -> Component {
    let model = &run.report.catalog.responsibility;
    let (mode, layer) = at;
    let mode_title = model.mode(mode).map_or(mode, |mode| &mode.title);
    let layer_title = model.layer(layer).map_or(layer, |layer| &layer.title);
    let cell = &place.cell;
    let aws = cell.aws.as_deref().unwrap_or_default();
    let customer = cell.customer.as_deref().unwrap_or_default();
    let alone = cell.owner == Party::Aws;
    let mut said = Vec::new();
    if !aws.is_empty() {
        let word = if alone {
            "Inherited from AWS"
        } else {
            "Provided by AWS"
        };
        said.push(format!("{word}: {}", aws.trim()));
    }
    if !customer.is_empty() {
        said.push(format!("Left to the customer: {}", customer.trim()));
    }
    let mut roles = Vec::new();
    let mut links: Vec<Link> = place.pages.iter().map(|page| link(page)).collect();
    if cell.owner != Party::Aws {
        roles.push(responsible(run, CUSTOMER));
    }
    if cell.owner != Party::Customer {
        roles.push(responsible(run, PROVIDER));
        links.push(link(&model.evidence));
    }
    let mut remarks = Vec::new();
    if place.pages.is_empty() {
        remarks.push("Inferred: no page of AWS's says it.".to_owned());
    }
    if place.inherited > 0 {
        remarks.push(format!(
            "AWS answers for {} here. {}: {}",
            count(place.inherited, "finding"),
            model.evidence.title,
            model.evidence_about.trim()
        ));
    }
    Component {
        uuid: component_id(run, at),
        kind: "service",
        title: prose(&format!("{mode_title}: {layer_title}")),
        description: prose_or(&said.join(" "), layer_title),
        props: props([
            match cell.owner {
                Party::Customer => standard("implementation-point", "internal"),
                Party::Aws => standard("implementation-point", "external"),
                Party::Shared => None,
            },
            prop("mode", mode),
            prop("layer", layer),
            prop("owner", cell.owner.word()),
            prop("provided", if alone { "" } else { aws }),
            prop("inherited", if alone { aws } else { "" }),
            prop("customer-responsibility", customer),
        ]),
        links,
        status: State {
            state: "operational",
        },
        responsible_roles: roles,
        remarks: (!remarks.is_empty()).then(|| prose(&remarks.join(" "))),
    }
}

fn link(page: &Page) -> Link {
    Link {
        href: page.link.clone(),
        rel: "reference",
        text: Some(prose_or(&page.title, &page.link)),
    }
}
