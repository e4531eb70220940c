//! Patterns with `*` for any text and `?` for any character.

/// Whether the whole text matches.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where to go back to: after the last star, and one character further than last time.
    let mut back: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                back = Some((p + 1, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match back {
                Some((after, at)) => {
                    back = Some((after, at + 1));
                    (p, t) = (after, at + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn matches_whole_texts() {
        for (pattern, text) in [
            ("*", ""),
            ("", ""),
            ("ec2:Describe*", "ec2:DescribeVpcs"),
            ("*:Get?cl*", "s3:GetAcl"),
            ("a*b*c", "aXbbYc"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("", "a"),
            ("a", "ab"),
            ("a?", "a"),
            ("*b", "abc"),
            ("a*b", "acd"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
