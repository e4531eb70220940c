//! What of a Rust source is code that is shipped: without comments, without what literals say, and
//! without what is built for tests only. Lines stay where they are.

/// The code of a source.
pub(crate) fn code(text: &str) -> String {
    without_tests(&without_words(text))
}

/// The source with spaces in place of comments and of what is inside literals.
fn without_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // Whether what came before goes on in a word: `r` is then no beginning of a literal.
    let mut in_word = false;
    while let Some(first) = rest.chars().next() {
        let long = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => block(rest),
            '"' => quoted(rest),
            'r' | 'b' if !in_word => raw_or_bytes(rest),
            '\'' => character(rest),
            _ => 0,
        };
        let Some((dropped, more)) = rest.split_at_checked(long) else {
            break;
        };
        if dropped.is_empty() {
            out.push(first);
            in_word = first.is_alphanumeric() || first == '_';
            rest = &rest[first.len_utf8()..];
        } else {
            out.extend(dropped.chars().map(|c| if c == '\n' { c } else { ' ' }));
            in_word = false;
            rest = more;
        }
    }
    out
}

/// The length of a block comment, those in it included.
fn block(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        let here = &text[at..];
        if here.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if here.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += here.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// The length of a literal that begins with a quote.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a literal that begins with `r`, `b` or `br`; 0 if a name begins there.
fn raw_or_bytes(text: &str) -> usize {
    let letters = text.len() - text.trim_start_matches(['b', 'r']).len();
    let (head, rest) = text.split_at(letters.min(2));
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    let body = &rest[hashes..];
    if !body.starts_with('"') {
        return 0;
    }
    if !head.contains('r') {
        return head.len() + quoted(rest);
    }
    let end = format!("\"{}", "#".repeat(hashes));
    let inside = body[1..]
        .find(&end)
        .map_or(body.len(), |at| at + 1 + end.len());
    head.len() + hashes + inside
}

/// The length of a literal of one character; 0 if it is a lifetime.
fn character(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), Some(_)) => {
            let end = chars.find(|(_, c)| *c == '\'');
            end.map_or(0, |(at, _)| at + 1)
        }
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 0,
    }
}

/// What is built for tests only, by its attribute.
const FOR_TESTS: &str = "#[cfg(test)]";

/// The code with spaces in place of each item that is built for tests only: to the end of its
/// braces, or to its semicolon.
fn without_tests(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(at) = rest.find(FOR_TESTS) {
        let (before, item) = rest.split_at(at);
        out.push_str(before);
        let mut depth = 0;
        let mut end = item.len();
        for (at, c) in item.char_indices().skip(FOR_TESTS.len()) {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if (c == '}' || c == ';') && depth == 0 {
                end = at + 1;
                break;
            }
        }
        let (dropped, more) = item.split_at(end);
        out.extend(dropped.chars().map(|c| if c == '\n' { c } else { ' ' }));
        rest = more;
    }
    out + rest
}

#[test]
fn words_and_tests_are_no_code() {
    let source = r###"
let a = "tokio \" tokio"; // tokio
let b = r#"tokio " tokio"#; /* tokio /* tokio */ tokio */
let c = ('"', '\'', '\u{1F600}', b"tokio", br"tokio", rb);
fn d<'a>(e: &'a str) { std::fs::read("x") }
#[cfg(test)]
mod tests { fn f() { tokio::g("}") } }
fn h() { std::env::var("tokio") }
#[cfg(test)]
use tokio::i;
fn j() { aws_k("l") }
"###;
    let code = code(source);
    assert!(!code.contains("tokio"), "{code}");
    for kept in [
        "std::fs::read(",
        "std::env::var(",
        "aws_k(",
        ", rb)",
        "&'a str",
    ] {
        assert!(code.contains(kept), "{kept} in {code}");
    }
    assert_eq!(code.lines().count(), source.lines().count());
    let line = |text: &str| code.lines().position(|line| line.contains(text));
    assert_eq!(line("std::env"), Some(7));
}
