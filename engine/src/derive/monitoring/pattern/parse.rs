//! Reads a filter pattern.

use super::{Condition, Pattern, Step, Test, Text};
use regex::{Regex, RegexBuilder};

/// AWS admits patterns of 1,024 characters; this bounds how deep parentheses can go.
const LONGEST: usize = 4096;
/// How large a regular expression may become, in bytes.
const LARGEST_REGEX: usize = 1 << 20;

impl Pattern {
    /// Reads a pattern; the error says what was not understood.
    pub(in crate::derive::monitoring) fn parse(text: &str) -> Result<Pattern, String> {
        if text.len() > LONGEST {
            return Err(format!("it is longer than {LONGEST} characters"));
        }
        let text = text.trim();
        if text.is_empty() || text == "\"\"" {
            return Ok(Pattern::Everything);
        }
        if text.starts_with('[') {
            return Ok(Pattern::Columns);
        }
        if let Some(inner) = text.strip_prefix('%').and_then(|t| t.strip_suffix('%')) {
            return regex(inner).map(Pattern::Text);
        }
        let Some(inner) = text.strip_prefix('{') else {
            return terms(text);
        };
        let inner = inner
            .strip_suffix('}')
            .ok_or("the closing brace is missing")?;
        let mut reader = Reader { rest: inner };
        let condition = reader.any()?;
        reader.space();
        if reader.rest.is_empty() {
            Ok(Pattern::Fields(condition))
        } else {
            Err(format!("`{}` is left over", reader.rest))
        }
    }
}

fn regex(source: &str) -> Result<Regex, String> {
    RegexBuilder::new(source)
        .size_limit(LARGEST_REGEX)
        .build()
        .map_err(|error| format!("`{source}` is not a regular expression: {error}"))
}

/// Words, in quotes where they hold more than letters and digits; `?` before one makes it
/// one of several, `-` forbids it.
fn terms(text: &str) -> Result<Pattern, String> {
    let (mut all, mut any, mut none) = (Vec::new(), Vec::new(), Vec::new());
    let mut reader = Reader { rest: text };
    loop {
        reader.space();
        if reader.rest.is_empty() {
            return Ok(Pattern::Terms { all, any, none });
        }
        let into = if reader.take("?") {
            &mut any
        } else if reader.take("-") {
            &mut none
        } else {
            &mut all
        };
        reader.space();
        into.push(if reader.rest.starts_with('"') {
            reader.quoted()?
        } else {
            reader.until(char::is_whitespace).to_owned()
        });
    }
}

/// What is left to be read.
struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Takes a token that stands here.
    fn take(&mut self, token: &str) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Takes a word that stands here, in any case.
    fn word(&mut self, word: &str) -> bool {
        self.space();
        let Some((head, rest)) = self.rest.split_at_checked(word.len()) else {
            return false;
        };
        let ends = !rest.starts_with(|c: char| c.is_alphanumeric());
        if head.eq_ignore_ascii_case(word) && ends {
            self.rest = rest;
            true
        } else {
            false
        }
    }

    /// Takes everything before the first character that ends it.
    fn until(&mut self, ends: impl Fn(char) -> bool) -> &'t str {
        let end = self.rest.find(ends).unwrap_or(self.rest.len());
        let (head, rest) = self.rest.split_at(end);
        self.rest = rest;
        head
    }

    fn any(&mut self) -> Result<Condition, String> {
        let mut parts = vec![self.all()?];
        loop {
            self.space();
            if !self.take("||") {
                return Ok(only_or(parts, Condition::Any));
            }
            parts.push(self.all()?);
        }
    }

    fn all(&mut self) -> Result<Condition, String> {
        let mut parts = vec![self.one()?];
        loop {
            self.space();
            if !self.take("&&") {
                return Ok(only_or(parts, Condition::All));
            }
            parts.push(self.one()?);
        }
    }

    fn one(&mut self) -> Result<Condition, String> {
        self.space();
        if self.take("(") {
            let inner = self.any()?;
            self.space();
            return if self.take(")") {
                Ok(inner)
            } else {
                Err("a closing parenthesis is missing".to_owned())
            };
        }
        let steps = self.selector()?;
        self.space();
        Ok(Condition::Field(steps, self.test()?))
    }

    fn selector(&mut self) -> Result<Vec<Step>, String> {
        if !self.take("$") {
            return Err(format!("a field was expected before `{}`", self.rest));
        }
        let mut steps = Vec::new();
        loop {
            if self.take(".[") || self.take("[") {
                steps.push(self.bracket()?);
            } else if self.take(".*") {
                steps.push(Step::Every);
            } else if self.take(".") {
                let name = self.until(|c| c.is_whitespace() || "=!<>.[]()&|".contains(c));
                if name.is_empty() {
                    return Err("a field has no name".to_owned());
                }
                steps.push(Step::Key(name.to_owned()));
            } else if steps.is_empty() {
                return Err("a field has no name".to_owned());
            } else {
                return Ok(steps);
            }
        }
    }

    /// What stands in brackets: a number, a star or a name in quotes.
    fn bracket(&mut self) -> Result<Step, String> {
        self.space();
        let step = if self.take("*") {
            Step::Every
        } else if self.rest.starts_with('"') {
            Step::Key(self.quoted()?)
        } else {
            let digits = self.until(|c| !c.is_ascii_digit());
            let index = digits.parse();
            Step::Index(index.map_err(|_| format!("`[{digits}` is not the place of an item"))?)
        };
        self.space();
        if self.take("]") {
            Ok(step)
        } else {
            Err("a closing bracket is missing".to_owned())
        }
    }

    fn test(&mut self) -> Result<Test, String> {
        if self.word("IS") {
            return if self.word("NULL") {
                Ok(Test::Null)
            } else if self.word("TRUE") {
                Ok(Test::Bool(true))
            } else if self.word("FALSE") {
                Ok(Test::Bool(false))
            } else {
                Err("`IS` is followed by NULL, TRUE or FALSE".to_owned())
            };
        }
        if self.word("NOT") {
            return if self.word("EXISTS") {
                Ok(Test::Missing)
            } else {
                Err("`NOT` is followed by EXISTS".to_owned())
            };
        }
        if self.take("!=") {
            self.text().map(Test::IsNot)
        } else if self.take("<=") {
            self.number().map(Test::LessOrEqual)
        } else if self.take(">=") {
            self.number().map(Test::GreaterOrEqual)
        } else if self.take("<") {
            self.number().map(Test::Less)
        } else if self.take(">") {
            self.number().map(Test::Greater)
        } else if self.take("=") {
            self.text().map(Test::Is)
        } else {
            Err(format!("an operator was expected before `{}`", self.rest))
        }
    }

    fn text(&mut self) -> Result<Text, String> {
        self.space();
        if self.rest.starts_with('"') {
            return self.quoted().map(|text| Text::plain(&text));
        }
        if self.take("%") {
            let source = self.until(|c| c == '%');
            return if self.take("%") {
                regex(source).map(Text::Regex)
            } else {
                Err("a regular expression is not closed by %".to_owned())
            };
        }
        self.bare().map(Text::plain)
    }

    fn number(&mut self) -> Result<f64, String> {
        self.space();
        let text = self.bare()?;
        let number = text.parse::<f64>();
        number.map_err(|_| format!("`{text}` is not a number"))
    }

    /// A value without quotes.
    fn bare(&mut self) -> Result<&'t str, String> {
        let value = self.until(|c| c.is_whitespace() || "()&|=\"".contains(c));
        if value.is_empty() {
            return Err("a value is missing".to_owned());
        }
        Ok(value)
    }

    /// A value in double quotes; a backslash takes the next character as it is.
    fn quoted(&mut self) -> Result<String, String> {
        let mut text = String::new();
        let mut characters = self.rest.char_indices().skip(1);
        while let Some((place, character)) = characters.next() {
            match character {
                '"' => {
                    self.rest = &self.rest[place + 1..];
                    return Ok(text);
                }
                '\\' => text.extend(characters.next().map(|(_, next)| next)),
                other => text.push(other),
            }
        }
        Err("a closing quotation mark is missing".to_owned())
    }
}

fn only_or(mut parts: Vec<Condition>, join: fn(Vec<Condition>) -> Condition) -> Condition {
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, Some(last)) => {
            parts.push(last);
            join(parts)
        }
        (_, None) => join(parts),
    }
}
