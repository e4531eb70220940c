//! Markup into which text gets only escaped: templates are literals of this program, and all
//! that comes from an account, a check or a user goes through the one door.

use std::fmt::{self, Display, Write};
use std::io;

/// A piece of the page, written as it is put together.
pub(super) struct Markup<'w> {
    out: &'w mut dyn io::Write,
    /// What went wrong first: nothing is written after it.
    done: io::Result<()>,
}

impl<'w> Markup<'w> {
    pub(super) fn new(out: &'w mut dyn io::Write) -> Markup<'w> {
        Markup { out, done: Ok(()) }
    }

    /// Whether all of it was written.
    pub(super) fn finish(self) -> io::Result<()> {
        self.done
    }

    /// Adds a template, with a value for each `{}` in it, escaped.
    pub(super) fn put(&mut self, template: &'static str, values: &[&dyn Display]) {
        let mut values = values.iter();
        for (number, part) in template.split("{}").enumerate() {
            if number > 0 {
                let value = values.next();
                debug_assert!(value.is_some(), "too few values for {template}");
                if let Some(value) = value {
                    // What goes wrong in writing is kept.
                    let _ = write!(Escape(self), "{value}");
                }
            }
            self.write(part);
        }
        debug_assert!(values.next().is_none(), "too many values for {template}");
    }

    /// Adds markup of this program.
    pub(super) fn raw(&mut self, markup: &'static str) {
        self.write(markup);
    }

    /// A link, if the address is one of the web; else only its words.
    pub(super) fn link(&mut self, address: &str, words: &str) {
        if address.starts_with("https://") || address.starts_with("http://") {
            let template = "<a href=\"{}\" rel=\"noreferrer noopener\" target=\"_blank\">{}</a>";
            self.put(template, &[&address, &words]);
        } else {
            self.put("{}", &[&words]);
        }
    }

    fn write(&mut self, text: &str) {
        if self.done.is_ok() {
            self.done = self.out.write_all(text.as_bytes());
        }
    }
}

/// Escapes what is written, for text and for attributes in double quotes.
struct Escape<'m, 'w>(&'m mut Markup<'w>);

impl Write for Escape<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = 0;
        for (at, c) in text.char_indices() {
            let instead = match c {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\'' => "&#39;",
                '\n' | '\t' => continue,
                // No page may hold them, and what cannot be seen must not be lost in silence.
                c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => "\u{fffd}",
                _ => continue,
            };
            self.0.write(&text[rest..at]);
            self.0.write(instead);
            rest = at + c.len_utf8();
        }
        self.0.write(&text[rest..]);
        Ok(())
    }
}

/// A number with its thousands apart: `20,000`.
pub(super) struct Number(pub(super) usize);

impl Display for Number {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                out.write_char(',')?;
            }
            out.write_char(digit)?;
        }
        Ok(())
    }
}

/// `1 failure`, `1,234 failures`.
pub(super) fn counted(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {thing}{plural}", Number(number))
}

/// A share from 0 to 100, rounded down: 99.96 % is not all of it.
pub(super) fn percent(value: Option<f64>) -> String {
    value.map_or("–".to_owned(), |value| {
        format!("{:.1} %", (value * 10.0).floor() / 10.0)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;

    fn written(put: impl FnOnce(&mut Markup<'_>)) -> String {
        let mut bytes = Vec::new();
        let mut out = Markup::new(&mut bytes);
        put(&mut out);
        out.finish().unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn values_are_escaped_and_templates_are_not() {
        let text = written(|out| {
            out.put("<b title=\"{}\">{}</b>", &[&"a\"'é><&\u{0}", &"{}"]);
        });
        assert_eq!(
            text,
            "<b title=\"a&quot;&#39;é&gt;&lt;&amp;\u{fffd}\">{}</b>"
        );
        assert_eq!(written(|out| out.link("javascript:alert(1)", "x")), "x");
    }

    /// A disk that is full is told, whatever comes after it.
    #[test]
    fn what_goes_wrong_is_kept() {
        let mut room = [0; 4];
        let mut left = room.as_mut_slice();
        let mut out = Markup::new(&mut left);
        out.raw("<p>");
        out.put("{}", &[&"text"]);
        out.raw("</p>");
        assert_eq!(out.finish().unwrap_err().kind(), io::ErrorKind::WriteZero);
        assert_eq!(&room, b"<p>t");
    }

    #[test]
    fn thousands_stand_apart() {
        let told: Vec<String> = [0, 999, 1000, 20_000, 1_234_567]
            .into_iter()
            .map(|number| Number(number).to_string())
            .collect();
        assert_eq!(told, ["0", "999", "1,000", "20,000", "1,234,567"]);
    }
}
