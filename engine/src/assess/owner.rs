//! Whose what is judged is: the resource's operating mode and the check's layer tell it.

use super::finding::Owner;
use crate::catalog::{Catalog, Cell, Check, Party, Standing};
use crate::expr::{Bindings, Node, Outcome};
use crate::model::{CUSTOMER, Resource};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The owners of what the checks judge of one resource, by layer.
pub(super) struct Owners<'c> {
    catalog: &'c Catalog,
    kind: &'static str,
    managed_by: Arc<str>,
    place: Option<Standing<'c>>,
    cells: BTreeMap<&'c str, (Owner, Option<Cell>)>,
}

impl<'c> Owners<'c> {
    /// Those of a resource. `node` holds its facts.
    pub(super) fn of(catalog: &'c Catalog, resource: &Resource, node: &Node) -> Owners<'c> {
        let kind = resource.kind();
        let managed_by = &resource.meta.managed_by;
        let model = &catalog.responsibility;
        let place = if model.asks_facts(kind, managed_by) {
            let variable = kind.rsplit('.').next().unwrap_or(kind);
            let bindings = Bindings::shared(&catalog.engine, []);
            let bindings = super::bind(&bindings, variable, node);
            model.place(kind, managed_by, |when| {
                matches!(when.evaluate(&bindings), Outcome::Value(value) if value.as_bool() == Some(true))
            })
        } else {
            model.place(kind, managed_by, |_| false)
        };
        Owners::at(catalog, kind, managed_by.clone(), place)
    }

    /// Those of a resource of this kind of which nothing is known.
    pub(super) fn unseen(catalog: &'c Catalog, kind: &'static str) -> Owners<'c> {
        let place = catalog.responsibility.place(kind, CUSTOMER, |_| false);
        Owners::at(catalog, kind, CUSTOMER.into(), place)
    }

    fn at(
        catalog: &'c Catalog,
        kind: &'static str,
        managed_by: Arc<str>,
        place: Option<Standing<'c>>,
    ) -> Owners<'c> {
        Owners {
            catalog,
            kind,
            managed_by,
            place,
            cells: BTreeMap::new(),
        }
    }

    /// The owner of what a check judges, and what AWS's part is when all of it is AWS's.
    pub(super) fn owner(&mut self, check: &'c Check) -> (Owner, Option<String>) {
        debug_assert_eq!(check.kind.name, self.kind);
        let layer = check.responsibility.layer.as_str();
        let model = &self.catalog.responsibility;
        let (place, managed_by) = (self.place, &self.managed_by);
        let (owner, cell) = self.cells.entry(layer).or_insert_with(|| {
            let cell = place.and_then(|place| model.cell_at(place, layer));
            let owner = Owner {
                // What has no cell is the customer's: nothing is hidden that AWS does not own.
                party: cell.as_ref().map_or(Party::Customer, |cell| cell.owner),
                managed_by: managed_by.clone(),
                mode: place.map_or("", |place| &place.mode.id).into(),
                layer: layer.into(),
                source: cell
                    .as_ref()
                    .and_then(|cell| cell.source.as_deref())
                    .map(Arc::from),
            };
            (owner, cell)
        });
        let inherited = (owner.party == Party::Aws).then(|| {
            if *self.managed_by == *CUSTOMER {
                cell.as_ref()
                    .and_then(|cell| cell.aws.clone())
                    .unwrap_or_default()
            } else {
                format!("made and kept by {}", self.managed_by)
            }
        });
        (owner.clone(), inherited)
    }
}
