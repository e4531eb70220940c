//! `all`, `exists`, `exists_one`, `map` and `filter`, as the macros of CEL spell them out.

use super::{Checker, Known, Names, Place, guards};
use crate::expr::types::Type;
use cel::common::ast::ComprehensionExpr;

impl Checker<'_> {
    pub(super) fn comprehension(&mut self, c: &ComprehensionExpr, names: &Names) -> Known {
        let range = self.visit(&c.iter_range, names, true);
        let ty = self.solid(&c.iter_range, &range);
        self.next_variable += 1;
        let key = format!("{}#{}", c.iter_var, self.next_variable);
        let place = |path: String| Place {
            key: key.clone(),
            path,
            shown: c.iter_var.clone(),
        };
        let mut inner = names.clone();
        let variable = match &ty {
            Type::List(element) => Known {
                ty: (**element).clone(),
                place: range.element().map(place),
                elements: None,
            },
            Type::Map(_) => {
                if let Some(map) = &range.place {
                    let entry = format!("{}[{key}]", map.key);
                    inner.guards.insert(guards::present(&entry));
                }
                let path = range
                    .place
                    .as_ref()
                    .map_or(String::new(), |p| p.path.clone());
                Known::at(Type::String, place(path))
            }
            Type::Dyn => Known::of(Type::Dyn),
            other => {
                let message = format!("{} is a {other}, not a list", range.shown());
                self.problem(&c.iter_range, message, None);
                Known::of(Type::Dyn)
            }
        };
        inner.bind(&c.iter_var, variable);
        let start = self.visit(&c.accu_init, names, true);
        inner.bind(&c.accu_var, start);
        self.visit(&c.loop_cond, &inner, true);
        let step = self.visit(&c.loop_step, &inner, true);
        inner.bind(&c.accu_var, step);
        self.visit(&c.result, &inner, true)
    }
}
