//! The tables of `docs/performance.md`: each stands between two markers that name it, and a
//! benchmark that is called with `--write` puts its own there.

use std::path::PathBuf;

/// Every table.
pub(crate) const TABLES: [&str; 4] = ["account", "kinds", "judge", "formats"];

/// The page.
pub(crate) fn page() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/performance.md")
}

/// Whether the tables are to be written, and not only shown.
pub(crate) fn asked() -> bool {
    std::env::args().any(|word| word == "--write")
}

/// Writes a table into the page, if that was asked for.
pub(crate) fn write(table: &str, text: &str) {
    assert!(TABLES.contains(&table), "`{table}` is none of {TABLES:?}");
    if !asked() {
        return;
    }
    let page = page();
    let whole = std::fs::read_to_string(&page)
        .ok()
        .and_then(|old| replaced(&old, table, text))
        .unwrap_or_else(|| panic!("{} has no place for `{table}`", page.display()));
    if let Err(error) = std::fs::write(&page, whole) {
        panic!("{}: {error}", page.display());
    }
    eprintln!("{}: `{table}` is written", page.display());
}

/// The page with another text between the markers of a table; none where they are not there, once
/// and in order.
pub(crate) fn replaced(page: &str, table: &str, text: &str) -> Option<String> {
    let marker = |word: &str| format!("<!-- {word} of the table `{table}` -->\n");
    let (before, rest) = page.split_once(&marker("begin"))?;
    let (_, after) = rest.split_once(&marker("end"))?;
    let more = [before, after]
        .iter()
        .any(|part| part.contains(&marker("begin")) || part.contains(&marker("end")));
    let text = text.trim();
    (!more).then(|| {
        let (begin, end) = (marker("begin"), marker("end"));
        format!("{before}{begin}\n{text}\n\n{end}{after}")
    })
}
