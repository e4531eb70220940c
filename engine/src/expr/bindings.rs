//! The values of the variables of an evaluation.

use super::engine::Engine;
use super::node::Node;
use cel::Context;
use std::sync::Arc;

/// The values of the variables of an evaluation. Cheap to clone and to extend: what is shared by
/// many evaluations (`now`, `params`) is bound once, with [`Bindings::shared`].
#[derive(Clone)]
pub struct Bindings {
    root: Arc<Context<'static, 'static>>,
    variables: Vec<(Arc<str>, Node)>,
}

impl Bindings {
    /// Binds what many evaluations share.
    pub fn shared<'a>(
        engine: &Engine,
        variables: impl IntoIterator<Item = (&'a str, Node)>,
    ) -> Bindings {
        let mut root = Context::with_env(engine.env());
        for (name, value) in variables {
            root.add_variable_as_val(name, value.boxed());
        }
        Bindings {
            root: Arc::new(root),
            variables: Vec::new(),
        }
    }

    /// These bindings and one more variable, which hides one of the same name.
    #[must_use]
    pub fn with(&self, name: impl Into<Arc<str>>, value: Node) -> Bindings {
        let mut extended = self.clone();
        extended.variables.push((name.into(), value));
        extended
    }

    pub(super) fn context(&self) -> Context<'_, 'static> {
        let mut context = self.root.new_inner_scope();
        for (name, value) in &self.variables {
            context.add_variable_as_val(&**name, value.boxed());
        }
        context
    }
}
