//! What those take who read a format, where a run may exceed it. Nothing is left out for that: a
//! report holds every finding.

use super::{Format, Report};

/// How many results GitHub takes of a run of SARIF (GitHub's documentation of code scanning,
/// "SARIF results exceed one or more limits").
const SARIF: usize = 25_000;

/// What a reader of this format would refuse in this report, and what to do; none when it would
/// refuse nothing that can be told beforehand.
pub fn limit(report: &Report<'_>, format: Format) -> Option<String> {
    let results = report.assessment.findings.len();
    match format {
        Format::Sarif if results > SARIF => Some(format!(
            "sarif: {results} results, and GitHub takes {SARIF} of a file at most: leave the passes \
             out, as docs/formats.md shows, or report service by service with --service"
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::run::Run;
    use super::*;

    #[test]
    fn what_github_refuses_is_told_and_what_it_takes_is_not() {
        let mut run = Run::new(&["s3-bucket-policy-public"]);
        let mut one = run.assessment.findings[0].clone();
        one.detail = None;
        run.assessment.findings = vec![one; SARIF];
        assert_eq!(limit(&run.report(), Format::Sarif), None);
        let one = run.assessment.findings[0].clone();
        run.assessment.findings.push(one);
        let told = limit(&run.report(), Format::Sarif).unwrap();
        assert!(told.starts_with("sarif: 25001 results"), "{told}");
        assert_eq!(limit(&run.report(), Format::Json), None);
    }
}
