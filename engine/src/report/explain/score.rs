//! How the score comes about, domain by domain and check by check.

use super::{line, wrapped};
use crate::assess::Assessment;
use crate::catalog::{Catalog, DOMAINS};
use crate::report::summary::count;
use crate::score::{CheckPart, breakdown};
use std::fmt::Write as _;

/// Renders how the score comes about.
pub fn score(assessment: &Assessment, catalog: &Catalog) -> String {
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = write_score(assessment, catalog, &mut out);
    out
}

fn write_score(assessment: &Assessment, catalog: &Catalog, out: &mut String) -> std::fmt::Result {
    let domains = breakdown(&assessment.findings, catalog);
    let (lost, open): (f64, f64) = (
        domains.iter().map(|domain| domain.lost()).sum(),
        domains.iter().map(|domain| domain.open()).sum(),
    );
    if domains.iter().all(|domain| domain.checks.is_empty()) {
        return writeln!(out, "Nothing was judged, so there is no score.");
    }
    let (proven, possible) = (100.0 - lost - open, 100.0 - lost);
    writeln!(out, "Score {} of 100", range(proven, possible))?;
    line(out, &format!("{lost:6.1}"), "points are lost to failures")?;
    line(
        out,
        &format!("{open:6.1}"),
        "points are open: what they hang on was not assessed",
    )?;
    wrapped(
        out,
        0,
        "A check scores the share of its resources that pass, and anything from 0 to 100 where a list \
was not read to its end; a domain is the mean of its checks, \
weighted by severity; the whole is the mean of the domains, weighted as shown. What is inherited, \
not applicable or excepted counts nowhere. Points below are points of the whole.",
    )?;
    for domain in &domains {
        let Some(score) = domain.domain.score else {
            writeln!(
                out,
                "\n{}: nothing was judged, no score",
                domain.domain.title
            )?;
            continue;
        };
        writeln!(out, "\n{}", domain.domain.title)?;
        let share = domain.share * 100.0;
        wrapped(
            out,
            2,
            &format!(
                "score {}; weighs {} of {}: {share:.1} % of the whole; loses {:.2}, open {:.2}",
                range(score.proven, score.possible),
                domain.weight,
                domains
                    .iter()
                    .filter(|d| d.share > 0.0)
                    .map(|d| d.weight)
                    .sum::<f64>(),
                domain.lost(),
                domain.open(),
            ),
        )?;
        let (takes, rest): (Vec<_>, Vec<_>) =
            domain.checks.iter().partition(|part| part.missing() > 0.0);
        if !takes.is_empty() {
            writeln!(
                out,
                "  {:>6} {:>6} {:>6} {:>5} {:>5} {:>6}  check, severity",
                "lost", "open", "weight", "pass", "fail", "unread"
            )?;
        }
        for part in takes {
            check_line(part, out)?;
        }
        if !rest.is_empty() {
            let weight: f64 = rest.iter().map(|part| part.weight).sum();
            let checks = count(rest.len(), "check");
            writeln!(out, "  {checks} lost nothing, of weight {weight}")?;
        }
    }
    debug_assert_eq!(domains.len(), DOMAINS.len());
    Ok(())
}

/// An interval, to a tenth.
fn range(low: f64, high: f64) -> String {
    let (low, high) = (format!("{low:.1}"), format!("{high:.1}"));
    if low == high {
        low
    } else {
        format!("{low}–{high}")
    }
}

fn check_line(part: &CheckPart<'_>, out: &mut String) -> std::fmt::Result {
    let excepted = match part.excepted {
        0 => String::new(),
        number => format!(", {number} excepted"),
    };
    writeln!(
        out,
        "  {:>6.2} {:>6.2} {:>6} {:>5} {:>5} {:>6}  {}, {}{excepted}",
        part.lost,
        part.open,
        part.weight,
        part.passes,
        part.fails,
        part.unknown,
        part.check.id,
        part.severity(),
    )
}
