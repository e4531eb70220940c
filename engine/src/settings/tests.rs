//! Reading, editing and describing files of settings.

use super::read::{CHECKS_KEYS, EXCEPTION_KEYS, KEYS, ORGANIZATION_KEYS, OVERRIDE_KEYS};
use super::schema::schema;
use super::*;
use crate::catalog::{BUILTIN as CATALOG, Problems};
use proptest::prelude::*;
use serde_json::{Value, json};

fn read(text: &str) -> Result<Settings, Problems> {
    Draft::new("waterline.yaml", text).finish(&CATALOG, &|_| Ok(()))
}

fn ok(text: &str) -> Settings {
    read(text).unwrap_or_else(|problems| panic!("{problems}"))
}

fn problems(text: &str) -> String {
    read(text).map(|_| ()).unwrap_err().to_string()
}

const WHOLE: &str = "\
# Ours.
$schema: ./schema.json
profile: audit
regions: [eu-west-1]
checks:
  folders: own
  except: [s3-bucket-lifecycle-missing]
  services: [s3, ec2]
  severity: low
frameworks: cis-aws-7.0
parameters:
  ec2-image-old: {max_days: 100}
  ec2-security-group-mysql-open-to-world: {ports: [3306, \"33060\"]}
severities: {ec2-image-old: high}
overrides:
  - account: 012345678901
    tag: [env=dev, env=test]
    parameters: {ec2-image-old: {max_days: 1000}}
exceptions:   # accepted
  - id: one
    check: ec2-image-*
    region: eu-*
    owner: platform
    reason: |
      Two lines,
      # and this is text.
    expires: 2027-03-31
  -
    check: [s3-bucket-public-read]
    tag: public
    owner: web
    reason: on purpose
    expires: \"2027-01-01\"

# What comes out.
outputs: [table, json=x.json]
fail_on: none
min_coverage: 95.5
";

#[test]
fn every_key_is_read() {
    let settings = ok(&WHOLE.replace("s3-bucket-lifecycle-missing", &CATALOG.checks[0].id));
    assert_eq!(settings.profile.as_deref(), Some("audit"));
    assert_eq!(settings.folders, ["own"]);
    assert_eq!(settings.selection.services, ["s3", "ec2"]);
    assert_eq!(settings.selection.frameworks, ["cis-aws-7.0"]);
    assert_eq!(settings.selection.except, [CATALOG.checks[0].id.clone()]);
    assert_eq!(settings.selection.least_severity, Some(Severity::Low));
    let ports = &settings.rules.parameters["ec2-security-group-mysql-open-to-world"]["ports"];
    assert_eq!(*ports, json!(["3306", "33060"]));
    // Digits stay digits, the leading one too.
    assert_eq!(settings.rules.overrides[0].scope.accounts, ["012345678901"]);
    assert_eq!(settings.rules.overrides[0].scope.tags.len(), 2);
    assert_eq!(
        settings.exceptions[0].reason,
        "Two lines,\n# and this is text.\n"
    );
    assert!(settings.exceptions[1].id.starts_with("x-"));
    assert_eq!(settings.outputs, ["table", "json=x.json"]);
    assert_eq!(
        (settings.fail_on, settings.min_coverage),
        (None, Some(95.5))
    );
}

#[test]
fn the_example_of_the_documentation_is_right() {
    let page = include_str!("../../../docs/configuration.md");
    let example = page.split("```yaml\n").nth(1).unwrap();
    let settings = ok(example.split("```").next().unwrap());
    assert_eq!(settings.exceptions.len(), 1);
    for key in KEYS.iter().chain(CHECKS_KEYS).chain(EXCEPTION_KEYS) {
        assert!(page.contains(key), "{key} is not documented");
    }
}

#[test]
fn nothing_is_what_it_is_without_a_file() {
    for text in [
        "",
        "# only a comment\n",
        "exceptions:\nparameters: ~\n",
        "\u{feff}",
    ] {
        let settings = ok(text);
        assert_eq!(settings.hash(), None);
        assert!(settings.rules.is_empty() && settings.exceptions.is_empty());
    }
}

#[test]
fn a_former_id_still_names_its_check() {
    let (former, check) = CATALOG
        .checks
        .iter()
        .find_map(|check| Some((check.aliases.first()?, check)))
        .unwrap();
    let text = format!(
        "severities: {{{former}: low}}\nexceptions:\n  - {{check: {former}, owner: o, reason: r, \
expires: 2027-01-01}}\n"
    );
    let settings = ok(&text);
    assert_eq!(settings.rules.severities[&check.id], Severity::Low);
    assert!(settings.exceptions[0].names(&check.id));
    let both = format!("severities: {{{former}: low, {}: high}}\n", check.id);
    assert!(problems(&both).contains("given twice"));
}

#[test]
fn the_hash_is_of_what_decides_and_not_of_how_it_is_written() {
    let one = ok("severities: {ec2-image-old: high, s3-bucket-public-read: low}\nfail_on: high\n");
    let other = ok("# x\nseverities:\n  s3-bucket-public-read: low\n  ec2-image-old: 'high'\n");
    assert_eq!(one.hash(), other.hash());
    let changed = ok("severities: {ec2-image-old: high}\n");
    assert_ne!(one.hash(), changed.hash());
}

#[test]
fn flags_win_over_the_file_for_some_resources_too() {
    let mut rules = ok(&format!(
        "{}\n",
        "parameters: {ec2-image-old: {max_days: 5}}\noverrides:\n  - tag: a\n    parameters: \
{ec2-image-old: {max_days: 6}}\n    severities: {ec2-image-old: critical}"
    ))
    .rules;
    rules
        .set_parameter("ec2-image-old.max_days=7", &CATALOG)
        .unwrap();
    rules.set_severity("ec2-image-old=info", &CATALOG).unwrap();
    let tags = crate::model::Facet::Known([("a".to_owned(), String::new())].into());
    let place = Place {
        account: "111122223333",
        region: "eu-west-1",
        arn: Some("arn:x"),
        tags: Some(&tags),
    };
    let terms = rules.terms(CATALOG.check("ec2-image-old").unwrap(), &place);
    assert_eq!(terms.severity, Severity::Info);
    assert_eq!(terms.parameters.len(), 1);
    assert_eq!(terms.parameters[0]["max_days"], 7);
    for (wrong, said) in [
        ("ec2-image-old", "CHECK.NAME=VALUE"),
        ("ec2-image-old.max_dais=7", "did you mean `max_days`?"),
        ("ec2-image-old.max_days=", "null is not an integer"),
        ("ec2-image-old.max_days=[1]", "not an integer"),
        ("ec2-image-olt.max_days=1", "did you mean `ec2-image-old`?"),
    ] {
        let message = rules.set_parameter(wrong, &CATALOG).unwrap_err();
        assert!(message.contains(said), "{wrong}: {message}");
    }
}

#[test]
fn tags_that_settings_ask_for_are_read() {
    let facts = |text: &str| ok(text).facts(&CATALOG);
    assert!(facts("severities: {ec2-image-old: low}\n").is_empty());
    let by_tag = "overrides: [{tag: a, severities: {ec2-image-old: low}}]\n";
    assert_eq!(facts(by_tag), ["ec2.image.tags".to_owned()].into());
    let exception = "exceptions: [{tag: a, check: s3-*, owner: o, reason: r, expires: 2027-01-01}]";
    assert!(facts(exception).contains("s3.bucket.tags"));
    assert!(!facts(exception).contains("ec2.image.tags"));
}

/// The keys of an object of the schema.
fn keys(schema: &Value, place: &str) -> Vec<String> {
    let object = schema.pointer(place).unwrap();
    assert_eq!(object["additionalProperties"], false, "{place}");
    object["properties"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect()
}

#[test]
fn the_schema_has_the_keys_that_are_read() {
    let schema = schema(&CATALOG, &["table"]);
    let sorted = |known: &[&str]| {
        let mut known: Vec<String> = known.iter().map(|key| (*key).to_owned()).collect();
        known.sort();
        known
    };
    let mut top = keys(&schema, "");
    top.retain(|key| key != "$schema");
    for (mut found, read) in [
        (top, KEYS),
        (keys(&schema, "/$defs/Checks"), CHECKS_KEYS),
        (keys(&schema, "/$defs/Organization"), ORGANIZATION_KEYS),
        (keys(&schema, "/$defs/Override"), OVERRIDE_KEYS),
        (keys(&schema, "/$defs/Exception"), EXCEPTION_KEYS),
    ] {
        found.sort();
        assert_eq!(found, sorted(read));
    }
    let required = &schema["$defs"]["Exception"]["required"];
    assert_eq!(*required, json!(["owner", "reason", "expires"]));
    // Each key is described, and each check's parameters are there, with their types.
    let file = schema["properties"].as_object().unwrap();
    assert!(
        file.values().all(|key| key["description"].is_string()),
        "{file:#?}"
    );
    let of = &schema["$defs"]["Parameters"]["properties"]["ec2-image-old"]["properties"];
    assert_eq!(of["max_days"]["type"], "integer");
}

fn new(reason: &str) -> Exception {
    let checks = vec!["ec2-image-old".to_owned()];
    let scope = Scope {
        accounts: vec!["012345678901".to_owned()],
        regions: vec!["global".to_owned()],
        arns: vec!["arn:aws:s3:::a'b".to_owned(), "*".to_owned()],
        tags: vec![Tag::parse("a=b").unwrap()],
    };
    Exception {
        id: Exception::derived_id(&checks, &scope, None),
        checks,
        scope,
        owner: "no".to_owned(),
        reason: reason.to_owned(),
        expires: "2027-01-01".parse().unwrap(),
        value: None,
        ticket: Some("https://t.example/1".to_owned()),
    }
}

#[test]
fn adding_keeps_what_people_wrote() {
    let text = WHOLE.replace("s3-bucket-lifecycle-missing", &CATALOG.checks[0].id);
    let added = append(&text, &new("why: not")).unwrap();
    let (before, after) = text.split_once("\n# What comes out.").unwrap();
    let new_lines = added.strip_prefix(before).unwrap();
    assert!(new_lines.ends_with(&format!("\n# What comes out.{after}")));
    let settings = ok(&added);
    assert_eq!(settings.exceptions.len(), 3);
    assert_eq!(settings.exceptions[2], new("why: not"));
    let windows = append(&text.replace('\n', "\r\n"), &new("x")).unwrap();
    assert_eq!(
        windows.matches('\n').count(),
        windows.matches("\r\n").count()
    );
}

#[test]
fn adding_knows_other_layouts_or_refuses() {
    let item = "{check: s3-*, owner: o, reason: r, expires: 2027-01-01}";
    for (text, count) in [
        (String::new(), 1),
        ("fail_on: high".to_owned(), 1),
        ("exceptions:\nfail_on: high\n".to_owned(), 1),
        ("exceptions: [] # none yet\nfail_on: high\n".to_owned(), 1),
        ("exceptions:\n# why\n".to_owned(), 1),
        (format!("exceptions:\n- {item}\n# the end"), 2),
        (
            format!("exceptions:\n    - {item}\n      # about it\n\n"),
            2,
        ),
    ] {
        let added = append(&text, &new("r")).unwrap_or_else(|why| panic!("{text}: {why}"));
        assert_eq!(ok(&added).exceptions.len(), count, "{added}");
        let comments = |text: &str| text.matches('#').count();
        assert_eq!(comments(&added), comments(&text), "{added}");
    }
    for text in [
        format!("exceptions: [{item}]\n"),
        "exceptions: some\n".to_owned(),
        "- a\n".to_owned(),
        "exceptions: [\n".to_owned(),
        "fail_on: high\n...\n".to_owned(),
        "{fail_on: high}\n".to_owned(),
    ] {
        assert!(append(&text, &new("r")).is_err(), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever people write, it is read back as they wrote it.
    #[test]
    fn any_text_survives_being_added(reason in "[ -~\\n\\t🌊é#:'\"]{1,40}", owner in "\\PC{1,20}") {
        prop_assume!(!reason.trim().is_empty() && !owner.trim().is_empty());
        let exception = Exception { owner, ..new(&reason) };
        let added = append("exceptions:\n", &exception).unwrap();
        prop_assert_eq!(&ok(&added).exceptions[0], &exception);
    }

    /// A file with something wrong is refused with a place, and never stops the program.
    #[test]
    fn a_broken_file_is_told_where(at in any::<prop::sample::Index>(), with in "[ -~\\n]{0,3}", cut in 0..4_usize) {
        let at = at.index(WHOLE.len());
        let end = (at + cut).min(WHOLE.len());
        let text = format!("{}{with}{}", &WHOLE[..at], &WHOLE[end..]);
        if let Err(Problems(problems)) = read(&text) {
            prop_assert!(!problems.is_empty());
            let lines = text.lines().count() + 1;
            prop_assert!(problems.iter().all(|one| one.place.line >= 1 && one.place.line <= lines));
        }
        let _ = append(&text, &new("r"));
    }
}

#[test]
fn too_large_and_too_deep_files_are_refused() {
    let large = format!("# {}\n", "x".repeat(2 << 20));
    assert!(problems(&large).contains("longer than 1024 KiB"));
    assert!(
        problems(&format!("a: {}{}", "[".repeat(30), "]".repeat(30))).contains("nested deeper")
    );
    assert!(read(&"[".repeat(4000)).is_err());
    assert!(problems(&format!("regions: [{}]", "a,".repeat(200_000))).contains("more than"));
    assert!(problems("a: &x 1\nb: *x\n").contains("aliases"));
}
