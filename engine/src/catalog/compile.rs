//! The expressions of a check, compiled against the model's schema, with each problem at its
//! place in the file.

use super::check::Param;
use super::fields::{Fields, Found};
use crate::expr::{self, Engine, Expression, Schema, Scope, Template, Type, Want};
use crate::model::{self, KindInfo};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use waterline_yaml::{Problem, Yaml};

/// Compiles the expressions of all checks.
pub(super) struct Compiler {
    engine: Engine,
    json: Json,
    types: BTreeMap<&'static str, Type>,
}

impl Compiler {
    pub(super) fn new(engine: Engine) -> Compiler {
        let json = model::schema();
        let schema = Schema::new(json.clone());
        let types = model::kinds()
            .filter_map(|kind| Some((kind.name, schema.ty(kind.name)?)))
            .collect();
        Compiler {
            engine,
            json,
            types,
        }
    }

    /// The type of a kind's resources.
    pub(super) fn types(self) -> BTreeMap<&'static str, Type> {
        self.types
    }

    /// What the expressions of a check may name.
    pub(super) fn scope(&self, kind: &KindInfo, params: &BTreeMap<String, Param>) -> Scope {
        let params = params
            .iter()
            .map(|(name, param)| (name.as_str(), type_of(&param.kind)));
        let resource = self.types.get(kind.name).cloned().unwrap_or(Type::Dyn);
        Scope::new()
            .with("now", Type::Timestamp)
            .with("params", Type::object("params", params))
            .with(kind.variable(), resource)
    }

    /// A condition under a key.
    pub(super) fn bool(
        &self,
        fields: &Fields,
        key: &str,
        scope: &Scope,
        source: &str,
        found: &mut Found,
    ) -> Option<Expression> {
        self.expression(fields.get(key)?, scope, Want::Bool, source, found)
    }

    /// The `root_cause` of a check: text, or a list of texts.
    pub(super) fn cause(
        &self,
        fields: &Fields,
        scope: &Scope,
        source: &str,
        found: &mut Found,
    ) -> Option<Expression> {
        let node = fields.get("root_cause")?;
        let cause = self.expression(node, scope, Want::Any, source, found)?;
        let text = |ty: &Type| matches!(ty, Type::String | Type::Enum(_) | Type::Dyn);
        if !text(cause.ty()) && !cause.ty().element().is_some_and(text) {
            let message = format!("expected text or a list of texts, found {}", cause.ty());
            found.add(Problem::new(node.place, message));
            return None;
        }
        Some(cause)
    }

    /// The `each` of a check; its variable joins the scope.
    pub(super) fn each(
        &self,
        fields: &Fields,
        scope: &mut Scope,
        source: &str,
        found: &mut Found,
    ) -> Option<(String, Expression)> {
        let node = fields.get("each")?;
        let open = Fields::open(node, found)?;
        let mut entries = open.entries();
        let (Some((key, name, list)), None) = (entries.next(), entries.next()) else {
            let help = "write it as {rule: security_group.ingress}";
            found.add(Problem::new(node.place, "`each` has one name and one list").help(help));
            return None;
        };
        if scope.ty(name).is_some() {
            found.add(Problem::new(
                key.place,
                format!("`{name}` is already a variable"),
            ));
            return None;
        }
        let list = self.expression(list, scope, Want::List, source, found)?;
        let element = list.ty().element().cloned().unwrap_or(Type::Dyn);
        *scope = scope
            .clone()
            .with_origin(name, element, list.element_origin());
        Some((name.to_owned(), list))
    }

    /// Text with expressions in it.
    pub(super) fn template(
        &self,
        node: &Yaml,
        scope: &Scope,
        source: &str,
        found: &mut Found,
    ) -> Option<Template> {
        let text = super::fields::scalar(node, found)?;
        match self.engine.template(&text, scope) {
            Ok(template) => Some(template),
            Err(problems) => {
                tell(node, problems, source, found);
                None
            }
        }
    }

    fn expression(
        &self,
        node: &Yaml,
        scope: &Scope,
        want: Want,
        source: &str,
        found: &mut Found,
    ) -> Option<Expression> {
        let text = super::fields::scalar(node, found)?;
        match self.engine.compile(&text, scope, want) {
            Ok(expression) => Some(expression),
            Err(problems) => {
                tell(node, problems, source, found);
                None
            }
        }
    }

    /// The facet that a path of facts is part of, as `kind.facet`; none for a plain field.
    pub(super) fn facet(&self, kind: &KindInfo, path: &str) -> Option<String> {
        let mut words = path.split(['.', '[']);
        if words.next() != Some(kind.variable()) {
            return None;
        }
        let Some(field) = words.next() else {
            // The whole resource: every facet of it.
            return None;
        };
        let property = &self.json["$defs"][kind.name]["properties"][field];
        (property["x-facet"] == true).then(|| format!("{}.{field}", kind.name))
    }
}

fn type_of(kind: &str) -> Type {
    match kind {
        "integer" => Type::Int,
        "number" => Type::Double,
        "string" => Type::String,
        "boolean" => Type::Bool,
        _ => Type::list(Type::String),
    }
}

fn tell(node: &Yaml, problems: Vec<expr::Problem>, source: &str, found: &mut Found) {
    for problem in problems {
        let place = node.place_at(problem.offset, source);
        found.add(Problem {
            help: problem.help,
            ..Problem::new(place, problem.message)
        });
    }
}
