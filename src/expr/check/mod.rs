//! The checker.
use super::engine::Want;
use super::problem::Problem;
use super::types::{Scope, Type};
use cel::common::ast::{IdedExpr, SourceInfo};
use std::collections::BTreeSet;

pub(super) struct Checked {
    pub(super) ty: Type,
    pub(super) element: Option<String>,
    pub(super) paths: BTreeSet<String>,
}

pub(super) fn check(
    _: &IdedExpr,
    _: &SourceInfo,
    _: &Scope,
    _: Want,
) -> Result<Checked, Vec<Problem>> {
    Ok(Checked {
        ty: Type::Dyn,
        element: None,
        paths: BTreeSet::new(),
    })
}
