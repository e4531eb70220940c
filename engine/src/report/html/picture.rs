//! Pictures, as SVG without a script or a style of their own: colours come from the page's
//! classes, so that they follow light, dark and paper.

use super::super::summary::interval;
use super::markup::Markup;
use crate::score::{DomainScore, Interval, Score, WEIGHTS};

/// The letters by which the picture's columns and the table's rows know each other.
pub(super) const LETTERS: [&str; 6] = ["A", "B", "C", "D", "E", "F"];

/// A bar of parts, each with its class and how much it is; `label` says it in words.
pub(super) fn bar(out: &mut Markup<'_>, label: &str, parts: &[(&'static str, f64)]) {
    const WIDTH: f64 = 200.0;
    let whole: f64 = parts.iter().map(|(_, part)| part).sum();
    out.put(
        "<svg class=\"bar\" viewBox=\"0 0 200 8\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\">",
        &[&label],
    );
    let mut left = 0.0;
    for (class, part) in parts {
        if *part > 0.0 && whole > 0.0 {
            let width = part / whole * WIDTH;
            out.put(
                "<rect class=\"{}\" x=\"{}\" width=\"{}\" height=\"8\"/>",
                &[class, &tenth(left), &tenth(width)],
            );
            left += width;
        }
    }
    out.raw("</svg>");
}

/// A score as a bar: what is proven, what is possible, what is missing.
pub(super) fn score_bar(out: &mut Markup<'_>, score: Option<Interval>) {
    match score {
        None => bar(out, "nothing judged, no score", &[("f-none", 100.0)]),
        Some(Interval { proven, possible }) => bar(
            out,
            &format!("score {} of 100", interval(score)),
            &[
                ("f-water", proven),
                ("f-unknown", possible - proven),
                ("f-air", 100.0 - possible),
            ],
        ),
    }
}

/// The score as a water level: a column for each domain, as wide as it weighs and filled as far
/// as is proven; above it, hatched, what is possible. The share of the picture that is under
/// water is the score of the whole.
pub(super) fn tank(out: &mut Markup<'_>, score: &Score) {
    const LEFT: f64 = 30.0;
    const RIGHT: f64 = 374.0;
    const TOP: f64 = 16.0;
    const BASE: f64 = 186.0;
    const GAP: f64 = 3.0;
    let level = |percent: f64| BASE - (BASE - TOP) * percent / 100.0;
    out.put(
        "<svg class=\"tank\" viewBox=\"0 0 404 214\" role=\"img\" aria-label=\"{}\">",
        &[&told(score)],
    );
    for mark in [0.0, 20.0, 40.0, 60.0, 80.0, 100.0] {
        let y = level(mark);
        out.put(
            "<path class=\"mark\" d=\"M24 {}H{}\"/><text class=\"draft\" x=\"20\" y=\"{}\" text-anchor=\"end\">{}</text>",
            &[&tenth(y), &RIGHT, &tenth(y + 3.5), &mark],
        );
    }
    let weight = |domain: &DomainScore| {
        let known = WEIGHTS.iter().find(|(name, _)| *name == domain.domain);
        known.map_or(1.0, |(_, weight)| *weight)
    };
    let all: f64 = score.domains.iter().map(weight).sum();
    let mut x = LEFT;
    for (domain, letter) in score.domains.iter().zip(LETTERS) {
        let share = (RIGHT - LEFT) * weight(domain) / all;
        let width = share - GAP;
        let middle = tenth(x + width / 2.0);
        out.put(
            "<rect class=\"f-air\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
            &[&tenth(x), &TOP, &tenth(width), &(BASE - TOP)],
        );
        match domain.score {
            None => out.put(
                "<rect class=\"f-none\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
                &[&tenth(x), &TOP, &tenth(width), &(BASE - TOP)],
            ),
            Some(Interval { proven, possible }) => {
                if possible > proven {
                    out.put(
                        "<rect class=\"f-unknown\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
                        &[
                            &tenth(x),
                            &tenth(level(possible)),
                            &tenth(width),
                            &tenth(BASE - level(possible)),
                        ],
                    );
                }
                if proven > 0.0 {
                    let water = water(x, width, level(proven), BASE);
                    out.put("<path class=\"f-water\" d=\"{}\"/>", &[&water]);
                }
            }
        }
        let text = interval(domain.score);
        let class = if width < 36.0 && text.len() > 3 {
            "depth small"
        } else {
            "depth"
        };
        let top = domain.score.map_or(0.0, |score| score.possible);
        out.put(
            "<text class=\"{}\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\
             <text class=\"letter\" x=\"{}\" y=\"204\" text-anchor=\"middle\">{}</text>",
            &[
                &class,
                &middle,
                &tenth(level(top) - 6.0),
                &text,
                &middle,
                &letter,
            ],
        );
        x += share;
    }
    if let Some(whole) = score.whole {
        let y = tenth(level(whole.proven));
        out.put(
            "<path class=\"level\" d=\"M{} {}H{}\"/><text class=\"draft whole\" x=\"380\" y=\"{}\">{}</text>",
            &[
                &LEFT,
                &y,
                &(RIGHT + 3.0),
                &tenth(level(whole.proven) + 4.0),
                &whole.proven.floor(),
            ],
        );
    }
    out.raw("</svg>");
}

/// Water up to a level, with waves on it.
fn water(x: f64, width: f64, level: f64, base: f64) -> String {
    let waves = ((width / 14.0).round() as usize).max(2);
    let half = width / waves as f64;
    let mut path = format!("M{} {}V{}", tenth(x), tenth(base), tenth(level));
    for wave in 0..waves {
        let height = if wave.is_multiple_of(2) { -3.2 } else { 3.2 };
        path.push_str(&format!(
            "q{} {height} {} 0",
            tenth(half / 2.0),
            tenth(half)
        ));
    }
    path.push_str(&format!("V{}Z", tenth(base)));
    path
}

fn told(score: &Score) -> String {
    let domains: Vec<String> = score
        .domains
        .iter()
        .map(|domain| format!("{} {}", domain.title, interval(domain.score)))
        .collect();
    let whole = interval(score.whole);
    format!("Score of the whole {whole} of 100; {}", domains.join("; "))
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
