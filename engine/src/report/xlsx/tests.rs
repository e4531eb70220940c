//! The workbook holds every finding and every population, read back by a reader of its own; the
//! same run gives the same bytes; samples can be drawn again; text stays text.

mod back;

use super::super::tests::run::{NASTY, Run};
use super::audit::Audit;
use super::book::Room;
use super::sample::{SIZE, draw, in_scope};
use super::workbook;
use crate::assess::{Finding, Verdict};
use crate::report::each::hex;
use crate::report::{Format, Style, render};
use back::{Workbook, read};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const CHECKS: &[&str] = &["s3-bucket-policy-public", "iam-user-console-without-mfa"];

fn bytes(run: &Run) -> Vec<u8> {
    let style = Style {
        width: 80,
        colour: false,
        all: true,
    };
    let mut bytes = Vec::new();
    render(&run.report(), Format::Xlsx, style, &mut bytes).unwrap();
    bytes
}

/// The findings that the workbook holds, by id.
pub(in super::super) fn ids(run: &Run) -> Vec<String> {
    let book = read(&bytes(run));
    let ids = book.column("Findings", "Finding").into_iter();
    ids.map(str::to_owned).collect()
}

/// What the workbook says of who accepted a finding.
pub(in super::super) fn accepted(run: &Run, finding: &Finding) -> String {
    let book = read(&bytes(run));
    let cell = |sheet: &str, key: &str, id: &str, column: &str| {
        let mut rows = book.cells(sheet, key).into_iter();
        let row = rows.position(|cell| cell == id)?;
        Some(book.cells(sheet, column)[row].to_owned())
    };
    let own = |column: &str| cell("Findings", "Finding", &finding.id.hex(), column).unwrap();
    let exception = own("Exception");
    let of = |column: &str| cell("Exceptions", "Exception", &exception, column).unwrap();
    assert_eq!(own("Accepted by"), of("Owner"));
    assert_eq!(own("Accepted until"), of("Expires"));
    let seen = "Evidence: what was seen";
    let mut sheets = book.names().filter(|name| name.ends_with(" evidence"));
    let evidence = sheets.find_map(|name| cell(name, "Finding", &finding.id.hex(), seen));
    let evidence = evidence.unwrap();
    let told = ["Owner", "Expires", "Reason", "Ticket"].map(of);
    for part in &told {
        assert!(evidence.contains(part), "{evidence}");
    }
    told.join("\n")
}

/// With sheets of so few rows that tables go on in further ones.
fn small(run: &Run, rows: u32, spill: bool) -> Workbook {
    let report = run.report();
    let audit = Audit::of(&report);
    let mut bytes = Vec::new();
    let book = workbook(&audit, Room { rows, spill }).unwrap();
    book.finish(&mut bytes).unwrap();
    read(&bytes)
}

/// What each control's population must be.
fn populations(run: &Run) -> BTreeMap<(String, String), BTreeSet<String>> {
    let mut populations: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for finding in &run.assessment.findings {
        let check = run.catalog.check(&finding.check).unwrap();
        for (framework, controls) in &check.controls {
            for control in controls {
                let key = (framework.clone(), control.clone());
                populations
                    .entry(key)
                    .or_default()
                    .insert(finding.id.to_string());
            }
        }
    }
    populations
}

#[test]
fn every_finding_and_every_population_is_in_the_workbook() {
    let run = Run::new(CHECKS);
    let book = read(&bytes(&run));
    let mut found: Vec<&str> = book.column("Findings", "Finding");
    found.sort();
    let expected: Vec<String> = run.findings().into_keys().collect();
    assert_eq!(expected.len(), 14);
    assert_eq!(found, expected);
    let populations = populations(&run);
    assert!(populations.len() > 10);
    let mut seen = 0;
    for sheet in book.names().filter(|name| name.ends_with(" evidence")) {
        let framework = sheet.trim_end_matches(" evidence");
        let framework = run
            .catalog
            .frameworks
            .keys()
            .find(|id| id.starts_with(framework))
            .unwrap();
        let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let controls = book.column(sheet, "Control");
        for (control, id) in controls.into_iter().zip(book.column(sheet, "Finding")) {
            assert!(found.entry(control).or_default().insert(id), "twice");
        }
        for (control, ids) in found {
            let expected = &populations[&(framework.clone(), control.to_owned())];
            assert!(ids.into_iter().eq(expected.iter().map(String::as_str)));
            seen += 1;
        }
    }
    assert_eq!(seen, populations.len());
}

#[test]
fn the_same_run_gives_the_same_bytes_and_the_time_is_the_snapshots() {
    let (one, other) = (Run::new(CHECKS), Run::new(CHECKS));
    assert_eq!(bytes(&one), bytes(&other));
    let mut later = Run::new(CHECKS);
    later.header.started = "2027-06-07T08:09:10Z".parse().unwrap();
    let (now, then) = (read(&bytes(&one)), read(&bytes(&later)));
    assert!(
        now.part("docProps/core.xml")
            .contains("2026-01-02T03:04:05Z")
    );
    assert!(
        then.part("docProps/core.xml")
            .contains("2027-06-07T08:09:10Z")
    );
    // Kept in memory or in files, it is the same workbook.
    let (memory, files) = (small(&one, 1000, false), small(&one, 1000, true));
    for name in memory.names() {
        assert_eq!(memory.rows(name), files.rows(name), "{name}");
    }
}

#[test]
fn no_row_is_lost_where_a_sheet_is_full() {
    let run = Run::new(CHECKS);
    // Three rows above the table, four in it, and one to say that it goes on.
    for spill in [false, true] {
        let book = small(&run, 8, spill);
        let parts: Vec<&str> = book.names().filter(|n| n.starts_with("Findings")).collect();
        assert_eq!(
            parts,
            ["Findings", "Findings 2", "Findings 3", "Findings 4"]
        );
        let mut found = Vec::new();
        for part in &parts {
            let ids = book.column(part, "Finding");
            assert!(ids.len() <= 4);
            found.extend(ids);
            let full = book
                .rows(part)
                .values()
                .any(|text| text.contains("goes on"));
            assert_eq!(full, part != parts.last().unwrap(), "{part}");
        }
        let expected: Vec<String> = run
            .assessment
            .findings
            .iter()
            .map(|f| f.id.to_string())
            .collect();
        assert_eq!(found, expected, "in the order of the assessment");
    }
}

/// Above each page stands what table it is of, whatever stands in the title.
#[test]
fn every_sheet_is_set_up_for_paper() {
    let mut run = Run::new(CHECKS);
    run.header.account = "111122223333 & \"Co\"".to_owned();
    for framework in run.catalog.frameworks.values_mut() {
        framework.title = format!("Research & Development {}", "long ".repeat(100));
    }
    let book = read(&bytes(&run));
    for number in 1..=book.names().count() {
        let sheet = book.part(&format!("xl/worksheets/sheet{number}.xml"));
        let (_, header) = sheet.split_once("<oddHeader>").unwrap();
        let (header, _) = header.split_once("</oddHeader>").unwrap();
        // As Excel reads it: at most 255 characters, and no code but those at its beginning.
        let header = header.replace("&amp;", "&").replace("&quot;", "\"");
        assert!(header.chars().count() <= 255, "{header}");
        let words = header.strip_prefix("&L&8 ").unwrap();
        assert!(!words.replace("&&", "").contains('&'), "{words}");
        assert!(words.chars().count() > 10, "{words}");
        assert!(sheet.contains("orientation=\"landscape\""));
        assert!(sheet.contains("fitToHeight=\"0\""));
    }
}

#[test]
fn text_from_an_account_stays_text_and_what_is_cut_says_so() {
    let mut run = Run::new(CHECKS);
    let formulas = [
        "=HYPERLINK(\"http://x\",\"y\")",
        "+1",
        "-1",
        "@SUM(A1)",
        "http://example.com",
        "\t=1",
    ];
    for (finding, text) in run.assessment.findings.iter_mut().zip(formulas) {
        Arc::make_mut(&mut finding.about).resource_id = Some(text.into());
    }
    run.assessment.findings[6].detail_mut().evidence = vec!["x".repeat(40_000)];
    let book = read(&bytes(&run));
    let resources = book.column("Findings", "Resource");
    for text in formulas {
        assert!(resources.contains(&text), "{text:?}");
    }
    let cut = book.column("Findings", "Evidence");
    let cut = cut.iter().find(|text| text.starts_with("xxx")).unwrap();
    assert!(cut.chars().count() <= 32_767 && cut.contains("cut here: 40000 characters in all"));
    for part in book.parts() {
        assert!(!part.contains("<f>") && !part.contains("<f "), "a formula");
        assert!(!part.contains("TargetMode=\"External\""), "a link outward");
        assert!(!part.contains("_x000"), "a control character");
    }
    let nasty = NASTY.replace(['\u{1}', '\u{1b}', '\u{fffe}'], "\u{fffd}");
    assert!(resources.iter().any(|name| name.ends_with(&nasty)));
}

#[test]
fn a_population_says_whether_it_is_complete() {
    let mut run = Run::new(CHECKS);
    let status = |run: &Run| {
        let book = read(&bytes(run));
        let control = &run.catalog.check(CHECKS[0]).unwrap().controls["cis-aws-7.0"][0];
        let row = book.column("cis-aws-7.0", "Control");
        let row = row.iter().position(|id| id == control).unwrap();
        let of = |title| book.cells("cis-aws-7.0", title)[row].to_owned();
        let statement = of("Completeness of the population");
        (
            of("Complete"),
            statement,
            of("Population"),
            of("In scope"),
            of("Sample"),
        )
    };
    let (complete, statement, population, scope, sample) = status(&run);
    assert_eq!(
        (&*complete, &*population, &*scope, &*sample),
        ("no", "7", "5", "5")
    );
    assert!(
        statement.contains("1 list could not be read: s3.bucket"),
        "{statement}"
    );
    assert!(statement.contains("At least 6 rows"), "{statement}");
    assert!(
        statement.contains("1 row in the list could not be assessed"),
        "{statement}"
    );
    assert!(
        statement.contains("s3:GetBucketPolicy denied"),
        "{statement}"
    );
    run.assessment
        .findings
        .retain(|finding| finding.about.arn.is_some());
    let (complete, statement, population, ..) = status(&run);
    assert_eq!((&*complete, &*population), ("yes", "6"));
    assert!(
        statement.starts_with("Complete: every list was read"),
        "{statement}"
    );
}

/// The method as the sheet states it, done anew.
#[test]
fn a_sample_can_be_drawn_again_and_verdicts_have_no_part_in_it() {
    let run = Run::new(CHECKS);
    let whole = &run.assessment.findings;
    let mut findings: Vec<Finding> = (0..200)
        .map(|number| {
            let mut finding = whole[number % whole.len()].clone();
            let digest = Sha256::digest(number.to_string().as_bytes());
            let half: [u8; 16] = std::array::from_fn(|at| digest[at]);
            finding.id = half.into();
            finding
        })
        .collect();
    let control = ["catalogue", "111122223333", "soc2", "CC6.1"];
    let ids = |findings: &[Finding]| -> Vec<String> {
        let population: Vec<&Finding> = findings.iter().collect();
        let sample = draw(control, findings.iter());
        assert!(
            sample
                .drawn
                .iter()
                .all(|d| population[d.place - 1].id == d.finding.id)
        );
        sample
            .drawn
            .iter()
            .map(|d| d.finding.id.to_string())
            .collect()
    };
    let drawn = ids(&findings);
    let seed = hex(&Sha256::digest(b"catalogue\n111122223333\nsoc2\nCC6.1"));
    let mut again: Vec<(String, String)> = findings
        .iter()
        .filter(|finding| in_scope(finding.verdict))
        .map(|f| {
            (
                hex(&Sha256::digest(format!("{seed}:{}", f.id))),
                f.id.to_string(),
            )
        })
        .collect();
    again.sort();
    assert_eq!(drawn.len(), SIZE);
    assert!(again.iter().map(|(_, id)| id).take(SIZE).eq(drawn.iter()));
    for finding in &mut findings {
        if in_scope(finding.verdict) {
            finding.verdict = Verdict::Pass;
        }
    }
    findings.reverse();
    assert_eq!(ids(&findings), drawn);
    // A small population is drawn whole.
    assert_eq!(
        ids(&findings[..7]).len(),
        findings[..7].iter().filter(|f| in_scope(f.verdict)).count()
    );
}

#[test]
fn names_of_sheets_are_short_and_unlike_each_other() {
    let run = Run::new(CHECKS);
    for rows in [1000, 8] {
        let book = small(&run, rows, false);
        let mut names = BTreeSet::new();
        for name in book.names() {
            assert!(name.chars().count() <= 31, "{name}");
            assert!(names.insert(name.to_lowercase()), "{name}");
        }
        assert_eq!(book.names().next(), Some("Summary"));
    }
}
