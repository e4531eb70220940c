//! Text with expressions in it.
use super::Bindings;
use super::engine::Engine;
use super::problem::Problem;
use super::types::Scope;
use std::collections::BTreeSet;

/// Text with expressions between `{{` and `}}`.
#[derive(Debug)]
pub struct Template {}

impl Template {
    pub(super) fn compile(_: &Engine, _: &str, _: &Scope) -> Result<Template, Vec<Problem>> {
        Ok(Template {})
    }

    /// The paths of facts that its expressions read.
    pub fn paths(&self) -> BTreeSet<String> {
        BTreeSet::new()
    }

    /// Renders it; this cannot fail.
    pub fn render(&self, _: &Bindings) -> String {
        String::new()
    }
}
