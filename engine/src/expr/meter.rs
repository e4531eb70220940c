//! What one evaluation keeps beside its value: the steps that are left, and the unread parts that
//! it touched. Both live in the thread, as the functions that CEL calls carry no state.

use super::node::Unread;
use cel::ExecutionError;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

/// The steps that one evaluation may take: elements iterated over, characters and elements put
/// together, items looked at by functions. Real checks take some hundreds.
pub const STEP_BUDGET: i64 = 200_000;

/// The "function" of the error that stands for an unread part; no function is called so.
const UNREAD: &str = "@unread";
const BUDGET: &str = "@budget";

thread_local! {
    static LEFT: Cell<i64> = const { Cell::new(0) };
    static TOUCHED: RefCell<Vec<Unread>> = const { RefCell::new(Vec::new()) };
}

/// Starts an evaluation.
pub(super) fn start() {
    LEFT.set(STEP_BUDGET);
    TOUCHED.take();
}

/// Takes steps from the budget. The error can be absorbed (`err || true`), so that
/// [`exhausted`] must be asked after the evaluation, too.
pub(super) fn charge(steps: usize) -> Result<(), ExecutionError> {
    let steps = i64::try_from(steps).unwrap_or(i64::MAX);
    LEFT.set(LEFT.get().saturating_sub(steps));
    if exhausted() {
        Err(ExecutionError::function_error(BUDGET, "too many steps"))
    } else {
        Ok(())
    }
}

/// Whether the budget is spent.
pub(super) fn exhausted() -> bool {
    LEFT.get() < 0
}

/// Notes that an unread part was touched, and gives the error that makes the expression unknown.
pub(super) fn touch(unread: &Unread) -> ExecutionError {
    TOUCHED.with_borrow_mut(|touched| {
        if !touched.contains(unread) {
            touched.push(unread.clone());
        }
    });
    ExecutionError::function_error(UNREAD, &unread.path)
}

/// Whether the error stands for an unread part.
pub(super) fn is_unread(error: &ExecutionError) -> bool {
    matches!(error, ExecutionError::FunctionError { function, .. } if function == UNREAD)
}

/// The gaps and the paths that were touched since [`start`].
pub(super) fn touched() -> (Vec<String>, Vec<String>) {
    let touched = TOUCHED.take();
    let gaps: BTreeSet<&str> = touched.iter().flat_map(Unread::gaps).collect();
    let paths: BTreeSet<&str> = touched.iter().map(|u| &*u.path).collect();
    let owned = |set: BTreeSet<&str>| set.into_iter().map(str::to_owned).collect();
    (owned(gaps), owned(paths))
}
