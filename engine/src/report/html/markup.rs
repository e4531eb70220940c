//! Markup into which text gets only escaped: templates are literals of this program, and all
//! that comes from an account, a check or a user goes through the one door.

use std::fmt::{self, Display, Write};

/// A piece of the page.
#[derive(Default)]
pub(super) struct Markup(String);

impl Markup {
    /// Adds a template, with a value for each `{}` in it, escaped.
    pub(super) fn put(&mut self, template: &'static str, values: &[&dyn Display]) {
        let mut values = values.iter();
        for (number, part) in template.split("{}").enumerate() {
            if number > 0 {
                let value = values.next();
                debug_assert!(value.is_some(), "too few values for {template}");
                if let Some(value) = value {
                    // Writing to a String does not fail.
                    let _ = write!(Escape(&mut self.0), "{value}");
                }
            }
            self.0.push_str(part);
        }
        debug_assert!(values.next().is_none(), "too many values for {template}");
    }

    /// Adds markup of this program.
    pub(super) fn raw(&mut self, markup: &'static str) {
        self.0.push_str(markup);
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

    /// What was put together.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Escapes what is written, for text and for attributes in double quotes.
struct Escape<'s>(&'s mut String);

impl Write for Escape<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                '\n' | '\t' => self.0.push(c),
                // No page may hold them, and what cannot be seen must not be lost in silence.
                c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {
                    self.0.push('\u{fffd}');
                }
                c => self.0.push(c),
            }
        }
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
    use super::*;

    #[test]
    fn values_are_escaped_and_templates_are_not() {
        let mut out = Markup::default();
        out.put("<b title=\"{}\">{}</b>", &[&"\"'><&\u{0}", &"{}"]);
        assert_eq!(
            out.as_str(),
            "<b title=\"&quot;&#39;&gt;&lt;&amp;\u{fffd}\">{}</b>"
        );
        let mut out = Markup::default();
        out.link("javascript:alert(1)", "x");
        assert_eq!(out.as_str(), "x");
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
