//! Check files: YAML to compiled checks, with each problem at a place that exists, and the
//! examples of what compiled.

use super::{Entropy, promise};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use waterline_engine::assess::run_examples;
use waterline_engine::catalog::{Catalog, MAX_BYTES, Problem, Source};

/// How many files one catalogue is made of: to begin one takes longer than to read some files.
const FILES: usize = 6;

fn find(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            find(&path, files);
        } else if path.extension().is_some_and(|e| e == "yaml") {
            files.push(path);
        }
    }
}

/// The built-in checks: names and texts.
pub(crate) fn builtin() -> &'static [(String, String)] {
    static CHECKS: OnceLock<Vec<(String, String)>> = OnceLock::new();
    CHECKS.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../checks");
        let mut files = Vec::new();
        find(&root, &mut files);
        files.sort();
        let checks = files
            .iter()
            .filter(|f| !f.starts_with(root.join("frameworks")));
        let read = |file: &PathBuf| {
            let name = file.file_name()?.to_str()?.to_owned();
            Some((name, fs::read_to_string(file).ok()?))
        };
        checks.filter_map(read).collect()
    })
}

/// What YAML files stumble over.
const SNIPPETS: &[&str] = &[
    "\t",
    "{{",
    "}}",
    "{{ params.x }}",
    "&a",
    "*a",
    "!!str",
    "---",
    "...",
    "? ",
    "- ",
    "|",
    ">-",
    "'",
    "\"",
    "# ",
    ": ",
    "[",
    "{",
    "\u{85}",
    "\u{2028}",
    "\r",
    "\u{feff}",
    "%YAML 1.2\n",
    "null",
    "0x1F",
    "1e999",
    ".inf",
    "9223372036854775808",
];

fn insert(text: &mut String, entropy: &mut Entropy<'_>, piece: &str) {
    let mut at = entropy.below(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    text.insert_str(at, piece);
}

fn damage(text: &mut String, entropy: &mut Entropy<'_>) {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let (at, other) = (entropy.below(lines.len()), entropy.below(lines.len()));
    match entropy.below(11) {
        0 if at < lines.len() => {
            lines.remove(at);
        }
        1 if at < lines.len() => lines.insert(at, lines[at].clone()),
        2 if at < lines.len() => lines.swap(at, other),
        3 if at < lines.len() => {
            let by = " ".repeat(entropy.below(9));
            lines[at] = format!("{by}{}", lines[at].trim_start());
        }
        4 if at < lines.len() => {
            let key = lines[at].split(':').next().unwrap_or_default().to_owned();
            lines[at] = format!("{key}: {}", entropy.text());
        }
        5 => {
            let (_, donor) = entropy.pick(builtin());
            let from = entropy.below(donor.lines().count());
            let borrowed = donor.lines().skip(from).take(entropy.below(6));
            let borrowed: Vec<String> = borrowed.map(str::to_owned).collect();
            lines.splice(at..at, borrowed);
        }
        6 => {
            let piece = *entropy.pick(SNIPPETS);
            return insert(text, entropy, piece);
        }
        7 => {
            let open = *entropy.pick(&["[", "{a: ", "- ", "? ", "(", "!", "x: &a "]);
            let piece = open.repeat(entropy.below(400));
            return insert(text, entropy, &piece);
        }
        8 => {
            let piece = entropy.text();
            return insert(text, entropy, &piece);
        }
        9 => {
            let piece = format!("\nx{}: y", entropy.below(1000)).repeat(entropy.below(30));
            return insert(text, entropy, &piece);
        }
        _ => {
            let mut bytes = std::mem::take(text).into_bytes();
            let at = entropy.below(bytes.len());
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << entropy.below(8);
            }
            *text = String::from_utf8_lossy(&bytes).into_owned();
            return;
        }
    }
    *text = lines.join("\n");
}

fn source(entropy: &mut Entropy<'_>, base: usize) -> Source {
    let (file, text) = &builtin()[base];
    let mut text = text.clone();
    if entropy.one_in(12) {
        text = String::from_utf8_lossy(&entropy.bytes()).into_owned();
    }
    for _ in 0..entropy.below(4) {
        damage(&mut text, entropy);
    }
    Source::new(file.as_str(), text)
}

/// Whether a problem names a file that was given, and a place that this file has.
fn placed(problem: &Problem, sources: &[Source]) -> bool {
    let Some(source) = sources.iter().find(|s| s.file() == problem.file) else {
        return false;
    };
    // Line ends as YAML has them.
    let text = source.text().replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = text.split('\n').collect();
    let place = problem.place;
    let line = place.line.checked_sub(1).and_then(|at| lines.get(at));
    // One after the last line, and one after its last character, are where something is missing.
    let end = place.line == lines.len() + 1 && place.column == 1;
    let length = line.map(|line| line.chars().count());
    let within = length.is_some_and(|length| (1..=length + 1).contains(&place.column));
    !problem.message.is_empty() && (end || within)
}

pub(crate) fn run(entropy: &mut Entropy<'_>) -> Result<bool, String> {
    let first = entropy.below(builtin().len());
    let mut sources: Vec<Source> = (0..FILES)
        .map(|at| source(entropy, (first + at) % builtin().len()))
        .collect();
    if entropy.one_in(40) {
        sources[0] = Source::new(sources[0].file(), "x".repeat(MAX_BYTES + 1));
    }
    let problems = match Catalog::of(sources.clone()) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.0,
    };
    for problem in &problems {
        promise(placed(problem, &sources), "a problem has a place", || {
            let source = sources.iter().find(|s| s.file() == problem.file);
            format!("{problem:?} in\n{}", source.map_or("", |s| s.text()))
        })?;
    }
    sources.retain(|source| problems.iter().all(|p| p.file != source.file()));
    if sources.is_empty() {
        return Ok(false);
    }
    let catalog = Catalog::of(sources).map_err(|e| format!("no longer compiles: {e}"))?;
    // Whether they hold is not the point: they may be damaged, too.
    let (count, failures) = run_examples(&catalog);
    promise(
        failures.len() <= count * 2,
        "an example fails twice at most",
        || format!("{} failures of {count}", failures.len()),
    )?;
    Ok(true)
}
