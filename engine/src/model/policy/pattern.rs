//! Patterns with `*` and `?`, of actions, resources and values.
//!
//! IAM matches a `*` within one part of an ARN, or across parts where it ends one (IAM User Guide,
//! "IAM JSON policy elements: Resource"). Here a `*` matches across parts everywhere, which reads
//! a policy as at most a little wider than it is.

use super::{Effect, Statement};

/// Whether a pattern matches a text; in the text, `*` and `?` are plain characters.
pub fn glob(pattern: &str, text: &str) -> bool {
    walk(pattern, text, |_| true)
}

/// Whether a pattern matches all that another matches. It is sound, and complete but for
/// contrived pairs (`?*` covers `*?`).
pub fn covers(pattern: &str, other: &str) -> bool {
    // A `?` stands for one character, which a `*` of the other need not be.
    walk(pattern, other, |c| c != '*')
}

fn walk(pattern: &str, text: &str, any: impl Fn(char) -> bool) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    // Where the last `*` is, and how far its match went.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == text[t] || (*c == '?' && any(text[t])) => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, matched)) => {
                    star = Some((at, matched + 1));
                    p = at + 1;
                    t = matched + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// Beyond this product of lengths, [`overlaps`] says yes without looking.
const MAX_WORK: usize = 4_000_000;

/// Whether some text matches both patterns.
pub fn overlaps(a: &str, b: &str) -> bool {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    if a.len().saturating_mul(b.len()) > MAX_WORK {
        return true;
    }
    // after[j]: whether a[i + 1..] and b[j..] overlap; now[j]: the same of a[i..].
    let tail = |rest: &[char]| rest.iter().all(|c| *c == '*');
    let mut after: Vec<bool> = (0..=b.len()).map(|j| tail(&b[j..])).collect();
    for i in (0..a.len()).rev() {
        let mut now = vec![false; b.len() + 1];
        now[b.len()] = tail(&a[i..]);
        for j in (0..b.len()).rev() {
            now[j] = match (a[i], b[j]) {
                // The star matches nothing more, or the next character of the other.
                ('*', _) | (_, '*') => after[j] || now[j + 1],
                (x, y) => (x == y || x == '?' || y == '?') && after[j + 1],
            };
        }
        after = now;
    }
    after[0]
}

/// The parts of policy variables, `${aws:username}`, as the wildcard `*`; `${*}`, `${?}` and `${$}`
/// stand for the character itself, which the wildcard includes.
pub(super) fn without_variables(pattern: &str) -> String {
    let mut plain = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((_, after)) = after.split_once('}') else {
            break;
        };
        plain.push_str(before);
        plain.push('*');
        rest = after;
    }
    plain.push_str(rest);
    plain
}

impl Statement {
    /// Whether it is about an action, which may be a pattern: about all that it matches.
    ///
    /// Actions are compared without regard to case (IAM User Guide, "Action").
    pub fn covers_action(&self, action: &str) -> bool {
        let action = action.to_ascii_lowercase();
        let lower = |p: &String| p.to_ascii_lowercase();
        match (&self.actions, &self.not_actions) {
            (Some(actions), _) => actions.iter().any(|p| covers(&lower(p), &action)),
            (None, Some(not)) => !not.iter().any(|p| overlaps(&lower(p), &action)),
            (None, None) => false,
        }
    }

    /// Whether it is about a resource, which may be a pattern: about all that it matches. A
    /// statement without resources, as in a trust policy, is about the one it is attached to.
    ///
    /// A policy variable may stand for anything in what is allowed, and for nothing in what is
    /// denied.
    pub fn covers_resource(&self, resource: &str) -> bool {
        let wide = |p: &String| match self.effect {
            Effect::Allow => without_variables(p),
            Effect::Deny => p.clone(),
        };
        let narrow = |p: &String| match self.effect {
            Effect::Allow => p.clone(),
            Effect::Deny => without_variables(p),
        };
        match (&self.resources, &self.not_resources) {
            (Some(resources), _) => resources.iter().any(|p| covers(&wide(p), resource)),
            (None, Some(not)) => !not.iter().any(|p| overlaps(&narrow(p), resource)),
            (None, None) => true,
        }
    }

    /// Whether it is about every resource.
    pub fn covers_all_resources(&self) -> bool {
        let every = |p: &String| {
            let rest = p.strip_prefix("arn:").unwrap_or(p);
            let rest = match rest.split_once(':') {
                Some((partition, rest)) if partition.starts_with("aws") => rest,
                _ => rest,
            };
            rest.contains('*') && rest.chars().all(|c| c == '*' || c == ':')
        };
        match (&self.resources, &self.not_resources) {
            (Some(resources), _) => resources.iter().any(every),
            // All but some.
            (None, Some(not)) => !not.iter().any(every),
            (None, None) => true,
        }
    }
}
