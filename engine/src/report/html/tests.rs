//! The page holds every finding, says the same each time, and hostile text stays text.

use super::super::tests::run::{NASTY, Run};
use super::super::{Format, Style, render};
use crate::catalog::BUILTIN;
use serde_json::Value;
use std::sync::Arc;

/// Text that would end a script, open an element, or fill a place of the page.
const HOSTILE: &str =
    "</script><script>alert(1)</script><!--<img src=x onerror=alert(1)>{{script}}\u{2028}\"'";

fn page(run: &Run) -> String {
    let style = Style {
        width: 80,
        colour: false,
        all: true,
    };
    let mut bytes = Vec::new();
    render(&run.report(), Format::Html, style, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// The data in a page.
fn data(page: &str) -> Value {
    let (_, rest) = page
        .split_once("<script type=\"application/json\" id=\"data\">")
        .unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

fn hostile() -> Run {
    let mut run = Run::new(&["s3-bucket-policy-public", "iam-user-console-without-mfa"]);
    for finding in &mut run.assessment.findings {
        let about = Arc::make_mut(&mut finding.about);
        about.resource_id = Some(HOSTILE.into());
        about.region = HOSTILE.into();
        let detail = finding.detail_mut();
        detail.message = HOSTILE.to_owned();
        detail.evidence = vec![HOSTILE.to_owned()];
    }
    for gap in &mut run.assessment.gaps {
        gap.message = HOSTILE.to_owned();
    }
    for exception in &mut run.assessment.exceptions {
        exception.reason = HOSTILE.to_owned();
        exception.doubts = vec![HOSTILE.to_owned()];
    }
    run.header.caller = HOSTILE.to_owned();
    run.header.account = HOSTILE.to_owned();
    run
}

#[test]
fn a_run_about_one_framework_shows_that_one() {
    let mut run = Run::new(&["s3-bucket-policy-public", "iam-user-console-without-mfa"]);
    let chosen = |run: &Run| {
        let page = page(run);
        let (_, choice) = page.split_once("<select id=\"framework\">").unwrap();
        let (choice, _) = choice.split_once("</select>").unwrap();
        let options = choice
            .split("<option ")
            .filter(|one| one.contains(" selected>"));
        let ids = options.map(|one| one.split('"').nth(1).unwrap().to_owned());
        ids.collect::<Vec<String>>()
    };
    // Both checks answer it, but not all of its checks ran.
    assert_eq!(chosen(&run), [""; 0]);
    let mut checks = BUILTIN.checks.clone();
    let all = checks.len();
    checks.retain(|check| check.controls.contains_key("cis-aws-7.0"));
    assert!(checks.len() < all);
    run.catalog.checks = checks;
    assert_eq!(chosen(&run), ["cis-aws-7.0"]);
    run.catalog.checks = BUILTIN.checks.clone();
    assert_eq!(chosen(&run), [""; 0]);
}

#[test]
fn every_finding_is_in_the_page_with_what_it_says() {
    let run = Run::new(&["s3-bucket-policy-public", "iam-user-console-without-mfa"]);
    let page = page(&run);
    let data = data(&page);
    let rows = data["findings"].as_array().unwrap();
    assert_eq!(rows.len(), run.assessment.findings.len());
    let word = |table: &str, row: &Value, place: usize| {
        data[table][row[place].as_u64().unwrap() as usize].clone()
    };
    for (row, finding) in rows.iter().zip(&run.assessment.findings) {
        assert_eq!(row[0], *finding.id.hex());
        assert_eq!(word("checks", row, 1)["id"], *finding.check);
        assert_eq!(word("verdicts", row, 2), finding.verdict.word());
        assert_eq!(word("severities", row, 3), finding.severity.word());
        assert_eq!(word("regions", row, 5), *finding.about.region);
        assert_eq!(
            word("resources", row, 6)[0].as_str(),
            finding.about.arn.as_deref()
        );
        assert_eq!(word("texts", row, 8), finding.message());
        let listed = |place: usize| row[place].as_array().map_or(0, Vec::len);
        assert_eq!(listed(11), finding.evidence().len());
        assert_eq!(listed(12), finding.gaps().len());
        let excepted = row[10].as_i64().unwrap();
        assert_eq!(excepted >= 0, finding.exception().is_some());
    }
}

#[test]
fn hostile_text_cannot_break_out() {
    let run = hostile();
    let page = page(&run);
    assert_eq!(page.matches("<script").count(), 2, "a script got in");
    assert_eq!(page.matches("</script>").count(), 2);
    assert_eq!(page.matches("<noscript>").count(), 1);
    assert!(!page.contains("<img") && !page.contains("<!--"));
    assert!(page.contains("{{script}}"), "text was taken for a place");
    let texts = data(&page)["texts"].clone();
    assert!(texts.as_array().unwrap().contains(&HOSTILE.into()));
    // What no page may hold is not in it, whatever the account says.
    let run = Run::new(&["s3-bucket-policy-public"]);
    assert!(NASTY.contains('\u{1b}'));
    let page = self::page(&run);
    let legal = |c: char| c == '\n' || c == '\t' || (!c.is_control() && c != '\u{fffe}');
    let (before, _) = page.split_once("id=\"data\"").unwrap();
    assert!(before.chars().all(legal));
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    let checks = ["s3-bucket-policy-public", "iam-user-console-without-mfa"];
    assert_eq!(page(&Run::new(&checks)), page(&Run::new(&checks)));
}

/// The policy lets in this page's own style and script, and no network.
#[test]
fn the_policy_names_what_is_in_the_page() {
    use base64::Engine as _;
    use sha2::{Digest, Sha256};
    let page = page(&hostile());
    let between = |start: &str, end: &str| {
        let (_, rest) = page.split_once(start).unwrap();
        rest.split_once(end).unwrap().0.to_owned()
    };
    let policy = between("http-equiv=\"Content-Security-Policy\" content=\"", "\">");
    assert!(
        policy.starts_with("default-src &#39;none&#39;;"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"));
    let (_, last) = page.rsplit_once("<script>").unwrap();
    let script = last.split_once("</script>").unwrap().0;
    for text in [between("<style>", "</style>").as_str(), script] {
        let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text));
        assert!(policy.contains(&format!("sha256-{hash}")));
    }
    // What an account is called may look like anything: so a page without hostile text.
    let page = self::page(&Run::new(&["s3-bucket-policy-public"]));
    let page = page.replace("<a href=\\\"x\\\">", "");
    for asks in [" src=", "url(http", "@import", "fetch(", "XMLHttpRequest"] {
        assert!(!page.contains(asks), "{asks}");
    }
}

/// What was not read is told apart from a pass in the summary, in the controls and in the gaps.
#[test]
fn what_was_not_assessed_is_told() {
    let run = Run::new(&["s3-bucket-access-logging-off"]);
    let page = page(&run);
    assert!(page.contains("k-unread\"></span><b>2</b> not assessed"));
    assert!(page.contains("2 verdicts could not be given"));
    assert!(page.contains("grant s3:GetBucketPolicy"));
    let mut unread = Run::new(&["s3-bucket-access-logging-off"]);
    unread
        .assessment
        .findings
        .retain(|finding| finding.verdict == crate::assess::Verdict::NotAssessed);
    let page = self::page(&unread);
    assert!(page.contains("v-unread\">not assessed</span></td><th scope=\"row\">S3.9</th>"));
    assert!(!page.contains("v-pass\">passed</span>"));
}
