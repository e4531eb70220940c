//! A workbook for auditors.

use super::Report;

pub(super) fn render(_report: &Report<'_>) -> Vec<u8> {
    Vec::new()
}
