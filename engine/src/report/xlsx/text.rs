//! Text as a cell can hold it.

use crate::report::words::legal;
use std::borrow::Cow;

/// How much a cell holds, in UTF-16 code units: Excel's limit.
const MOST: usize = 32_767;

/// How long the name of a sheet may be: Excel's limit.
const NAME: usize = 31;

/// A text for a cell: what XML cannot hold is replaced, what Excel cannot hold is cut, with a mark
/// that says so. It is always written as text: what looks like a formula stays text.
pub(super) fn cell(text: &str) -> Cow<'_, str> {
    let plain =
        |c: char| c == '\n' || c == '\t' || (c >= ' ' && !matches!(c, '\u{FFFE}'..='\u{FFFF}'));
    let text = if text.chars().all(plain) {
        Cow::Borrowed(text)
    } else {
        // A carriage return would be shown as `_x000D_`.
        Cow::Owned(legal(&text.replace("\r\n", "\n").replace('\r', "\n")))
    };
    // No character takes more UTF-16 code units than bytes.
    if text.len() <= MOST || text.encode_utf16().count() <= MOST {
        return text;
    }
    let mark = format!(
        "… [cut here: {} characters in all, more than a cell holds; the JSON report has them]",
        text.chars().count()
    );
    let mut room = MOST - mark.encode_utf16().count();
    let fits = |c: &char| {
        let fits = c.len_utf16() <= room;
        room = room.saturating_sub(c.len_utf16());
        fits
    };
    let mut kept: String = text.chars().take_while(fits).collect();
    kept.push_str(&mark);
    Cow::Owned(kept)
}

/// A name for a sheet: what Excel forbids is replaced, what is too long is cut before the suffix.
pub(super) fn name(wanted: &str, suffix: &str) -> String {
    let room = NAME.saturating_sub(suffix.chars().count());
    let allowed = |c: char| {
        if c.is_control() || "[]:*?/\\'".contains(c) {
            '-'
        } else {
            c
        }
    };
    let kept: String = legal(wanted).chars().map(allowed).take(room).collect();
    format!("{}{suffix}", kept.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_holds_what_excel_holds_and_says_what_was_cut() {
        assert!(matches!(cell("=1+1\n\t🌊"), Cow::Borrowed("=1+1\n\t🌊")));
        assert_eq!(
            cell("a\r\nb\rc\u{1}\u{1b}\u{fffe}"),
            "a\nb\nc\u{fffd}\u{fffd}\u{fffd}"
        );
        let whole = "x".repeat(MOST);
        assert_eq!(cell(&whole), whole);
        for long in [
            "x".repeat(MOST + 1),
            "🌊".repeat(20_000),
            "é".repeat(40_000),
        ] {
            let kept = cell(&long);
            let units = kept.encode_utf16().count();
            assert!(units == MOST || units == MOST - 1, "{units}");
            assert!(kept.contains(&format!("cut here: {} characters", long.chars().count())));
        }
        // Many bytes, few units: nothing is cut.
        let wide = "é".repeat(MOST);
        assert_eq!(cell(&wide), wide);
    }

    #[test]
    fn a_name_is_short_and_holds_nothing_that_excel_forbids() {
        assert_eq!(name("cis-aws-7.0", " evidence"), "cis-aws-7.0 evidence");
        let long = name("aws-well-architected-security", " evidence 2");
        assert_eq!(long, "aws-well-architected evidence 2");
        assert_eq!(long.len(), NAME);
        assert_eq!(name("'a/b[c]:*?\\", ""), "-a-b-c-----");
    }
}
