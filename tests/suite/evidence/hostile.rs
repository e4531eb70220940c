//! Archives that were made to deceive whoever reads them.

use super::{Bench, openssl_sha256};
use crate::small::small;
use std::fs::File;
use std::io::{Cursor, Read as _, Write as _};
use waterline::evidence::Manifest;

#[test]
fn an_archive_that_is_damaged_or_hostile_is_refused() {
    let bench = Bench::new();
    let whole = bench.bytes();
    for cut in [0, 1, 100, whole.len() / 2, whole.len() - 1] {
        let (code, said) = bench.verify_bytes(&whole[..cut], &[]);
        assert_eq!(code, 1, "{cut}: {said}");
        assert!(said.contains("was cut off"), "{cut}: {said}");
    }
    let refused = |name: &str, bytes: &[u8], why: &str| {
        let (code, said) = bench.verify_bytes(bytes, &[]);
        assert_eq!(code, 1, "{name}: {said}");
        assert!(said.contains(why), "{name}: {said}");
    };
    for path in [
        "../up",
        "/root",
        "a/../../b",
        "C:/x",
        "a\\b",
        "a//b",
        "a/./b",
        "bell\u{7}",
    ] {
        refused(path, &zip_of(&[(path, b"x")]), "the path ");
    }
    // Two files of one name: which of them a reader sees is up to the reader.
    let two = zip_of(&[("manifest.jsom", b"{}"), ("manifest.json", b"{}")]);
    refused(
        "twice",
        &replaced(&two, b"manifest.jsom", b"manifest.json"),
        "have the same name",
    );
    // The name before the data is another one than that in the directory.
    let mut other = zip_of(&[("manifest.json", b"{}")]);
    let at = other
        .windows(13)
        .position(|part| part == b"manifest.json")
        .unwrap();
    other[at] = b'M';
    refused("two names", &other, "no zip file, or was cut off");
    let bomb = zip_of(&[("manifest.json", &vec![0; 64 << 20])]);
    assert!(bomb.len() < 1 << 17);
    refused("bomb", &bomb, "an attempt to fill the memory");
    refused(
        "before",
        &[b"#!/bin/sh\n", &whole[..]].concat(),
        "stand before the zip file",
    );
    refused(
        "no manifest",
        &zip_of(&[("a", b"x")]),
        "manifest.json is missing",
    );
    refused(
        "no json",
        &zip_of(&[("manifest.json", b"x")]),
        "is no manifest",
    );
    let mut link = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::DEFAULT;
    link.add_symlink("manifest.json", "/etc/passwd", options)
        .unwrap();
    refused(
        "link",
        &link.finish().unwrap().into_inner(),
        "is a link, or encrypted",
    );
}

fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        zip.start_file(
            path,
            zip::write::SimpleFileOptions::DEFAULT
                .compression_method(zip::CompressionMethod::Deflated),
        )
        .unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    while let Some(at) = bytes.windows(from.len()).position(|part| part == from) {
        bytes[at..at + from.len()].copy_from_slice(to);
    }
    bytes
}

/// A snapshot in a bundle that unpacks to more than any account holds.
#[test]
fn a_snapshot_that_fills_the_memory_is_refused() {
    let bench = Bench::new();
    bench.write(&[]);
    let mut files = bench.files();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let mut text = String::new();
    flate2::read::GzDecoder::new(File::open(small()).unwrap())
        .read_to_string(&mut text)
        .unwrap();
    let mut lines = text.lines();
    writeln!(gzip, "{}", lines.next().unwrap()).unwrap();
    let listing = lines.find(|line| line.contains("\"listing\"")).unwrap();
    // Space that JSON does not mind: a thousandth of it when it is packed.
    writeln!(gzip, "{listing}{}", " ".repeat(16 << 20)).unwrap();
    let bomb = gzip.finish().unwrap();
    assert!(bomb.len() < 40_000);
    let mut manifest = Manifest::read(&files["manifest.json"]).unwrap();
    let file = manifest
        .files
        .iter_mut()
        .find(|file| file.path == "snapshot.jsonl.gz")
        .unwrap();
    file.bytes = bomb.len() as u64;
    file.sha256 = openssl_sha256(&bomb);
    files.insert("snapshot.jsonl.gz".to_owned(), bomb);
    files.insert("manifest.json".to_owned(), manifest.to_bytes());
    let (code, said) = bench.verify(&files, &[]);
    assert_eq!(code, 1);
    assert!(
        said.contains("cannot be judged again: snapshot.jsonl.gz: "),
        "{said}"
    );
}
