//! The fields of objects, and the entries of maps.

use super::{Checker, Known, Names, Place, guards};
use crate::expr::problem::did_you_mean;
use crate::expr::types::Type;
use cel::common::ast::{IdedExpr, SelectExpr};

/// The key of an entry of a map.
pub(super) enum Key<'a> {
    /// It is in the source.
    Written(&'a str),
    /// It is what an expression gives, by the key of its place, if it has one.
    Held(Option<String>),
}

impl Checker<'_> {
    pub(super) fn select(
        &mut self,
        e: &IdedExpr,
        select: &SelectExpr,
        names: &Names,
        reading: bool,
    ) -> Known {
        let operand = self.visit(&select.operand, names, false);
        let ty = self.solid(&select.operand, &operand);
        let name = select.field.as_str();
        let known = match &ty {
            Type::Object(object) => match object.fields.get(name) {
                Some(ty) => Known {
                    ty: ty.clone(),
                    place: operand.place.as_ref().map(|p| p.field(name)),
                    elements: None,
                },
                None => {
                    let fields = object.fields.keys().map(|f| &**f);
                    let help = did_you_mean(name, fields.clone());
                    let fields: Vec<&str> = fields.collect();
                    let has = format!("it has: {}", fields.join(", "));
                    let help = help.map_or(has.clone(), |near| format!("{near} {has}"));
                    let message = format!("{} has no field `{name}`", object.name);
                    // The place of a selection is its dot.
                    self.problem_at(self.offset(e) + 1, message, Some(help));
                    Known::of(Type::Dyn)
                }
            },
            Type::Map(_) if select.test => {
                self.read(&operand, true);
                return Known::of(Type::Bool);
            }
            Type::Map(values) => {
                return self.entry(e, &operand, values, Key::Written(name), names);
            }
            Type::Dyn => Known::of(Type::Dyn),
            other => {
                let message = format!("{} has no fields, it is a {other}", operand.shown());
                self.problem(e, message, Some(format!("there is no `.{name}`")));
                Known::of(Type::Dyn)
            }
        };
        if select.test {
            if matches!(ty, Type::Object(_)) {
                let message = format!("{} is always there", known.shown());
                let help = "to ask whether AWS said \"none\", compare with `null`".to_owned();
                self.problem(e, message, Some(help));
            }
            return Known::of(Type::Bool);
        }
        let known = names.narrow(known);
        self.read(&known, reading);
        known
    }

    /// The entry of a map, which has to be known to be there.
    pub(super) fn entry(
        &mut self,
        e: &IdedExpr,
        map: &Known,
        values: &Type,
        key: Key<'_>,
        names: &Names,
    ) -> Known {
        self.read(map, true);
        let (own, shown) = match key {
            Key::Written(name) => (Some(guards::quoted(name)), guards::quoted(name)),
            Key::Held(own) => (own, "key".to_owned()),
        };
        let place = map.place.as_ref().zip(own).map(|(p, own)| p.item(&own));
        let there = |p: &Place| names.guards.contains(&guards::present(&p.key));
        if !place.as_ref().is_some_and(there) {
            let map_shown = map.place.as_ref().map_or("map", |p| p.shown.as_str());
            let help = format!("test it first: `{shown} in {map_shown} && …`");
            self.problem(
                e,
                format!("{} may have no such key", map.shown()),
                Some(help),
            );
        }
        names.narrow(Known {
            ty: values.clone(),
            place,
            elements: None,
        })
    }
}
