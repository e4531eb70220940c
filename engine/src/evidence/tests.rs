#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use super::{Fault, File, Files, Manifest, ManifestError, Run, SCHEMA, faults};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

fn manifest(files: &Files) -> Manifest {
    let file = |(path, bytes): (&String, &Vec<u8>)| File {
        path: path.clone(),
        bytes: bytes.len() as u64,
        sha256: Sha256::digest(bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
    };
    Manifest {
        schema: SCHEMA.to_owned(),
        tool: "1.0.0".to_owned(),
        run: Run {
            account: "111122223333".to_owned(),
            caller: String::new(),
            regions: Vec::new(),
            started: String::new(),
            collector: String::new(),
        },
        catalog: String::new(),
        checks: None,
        settings: None,
        parameters: Vec::new(),
        severities: Vec::new(),
        snapshot: "a".to_owned(),
        assessment: "b".to_owned(),
        reports: Vec::new(),
        signer: None,
        files: files.iter().map(file).collect(),
    }
}

fn files() -> impl Strategy<Value = Files> {
    let content = || proptest::collection::vec(any::<u8>(), 1..40);
    let more = proptest::collection::btree_map("[c-z]{1,8}", content(), 0..5);
    (content(), content(), more).prop_map(|(a, b, mut files)| {
        files.insert("a".to_owned(), a);
        files.insert("b".to_owned(), b);
        files
    })
}

proptest! {
    #[test]
    fn each_fault_is_named_and_none_made_up(
        files in files(),
        which in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        bit in 0..8u8,
    ) {
        let manifest = manifest(&files);
        prop_assert_eq!(faults(&manifest, &files), vec![]);
        prop_assert_eq!(&Manifest::read(&manifest.to_bytes()).unwrap(), &manifest);
        let path = which.get(&files.keys().cloned().collect::<Vec<_>>()).clone();
        let mut changed = files.clone();
        let bytes = changed.get_mut(&path).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        prop_assert_eq!(faults(&manifest, &changed), vec![Fault::Changed(path.clone())]);
        bytes_cut(&mut changed, &files, &path);
        prop_assert_eq!(faults(&manifest, &changed), vec![Fault::Changed(path.clone())]);
        changed.remove(&path);
        prop_assert_eq!(faults(&manifest, &changed), vec![Fault::Missing(path.clone())]);
        let mut more = files.clone();
        more.insert("zzz/new".to_owned(), Vec::new());
        prop_assert_eq!(faults(&manifest, &more), vec![Fault::Extra("zzz/new".to_owned())]);
    }
}

/// The file with its last byte missing.
fn bytes_cut(changed: &mut Files, files: &Files, path: &str) {
    let mut cut = files[path].clone();
    cut.pop();
    changed.insert(path.to_owned(), cut);
}

#[test]
fn a_manifest_that_lists_a_file_twice_or_not_at_all_is_told() {
    let files: Files = [("a", "1"), ("b", "2")]
        .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
        .into();
    let mut twice = manifest(&files);
    let mut other = twice.files[0].clone();
    other.sha256 = "0".repeat(64);
    twice.files.push(other);
    assert!(faults(&twice, &files).contains(&Fault::Twice("a".to_owned())));
    let mut unlisted = manifest(&files);
    unlisted.files.remove(1);
    assert_eq!(
        faults(&unlisted, &files),
        [
            Fault::Extra("b".to_owned()),
            Fault::Unlisted("b".to_owned())
        ]
    );
}

#[test]
fn manifests_of_other_formats_are_refused() {
    let read = |text: &str| Manifest::read(text.as_bytes()).unwrap_err();
    assert_eq!(
        read(r#"{"schema": "waterline.evidence/v9"}"#),
        ManifestError::Other("waterline.evidence/v9".to_owned())
    );
    assert!(matches!(read("{"), ManifestError::Damaged(_)));
    let unknown = r#"{"schema": "waterline.evidence/v1", "more": 1}"#;
    assert!(matches!(read(unknown), ManifestError::Damaged(_)));
}
