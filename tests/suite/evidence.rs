//! `waterline evidence` and `waterline verify`: nothing in a bundle can be changed unnoticed.

use crate::harness::{run, sync};
use crate::small::{OWN, own_checks, small};
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;
use waterline::bundle::{pack, unpack};
use waterline::evidence::{Files, Manifest};

mod hostile;
#[cfg(feature = "aws")]
mod kms;

/// One check of the catalogue, so that judging again is quick; the whole catalogue is in the
/// bundle all the same.
const CHOICE: &[&str] = &[
    "--check",
    "s3-bucket-policy-public,s3-bucket-versioning-off",
];

/// A folder with a pair of keys and a bundle that is signed by it.
struct Bench {
    folder: TempDir,
}

impl Bench {
    fn new() -> Bench {
        let bench = Bench {
            folder: tempfile::tempdir().unwrap(),
        };
        bench.key("key", &["-algorithm", "ed25519"]);
        bench.write(&["--sign-key", &bench.file("key.pem")]);
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// A private key, and its public half beside it.
    fn key(&self, name: &str, algorithm: &[&str]) {
        let (private, public) = (
            self.file(&format!("{name}.pem")),
            self.file(&format!("{name}.pub")),
        );
        openssl(&[&["genpkey", "-out", &private], algorithm].concat());
        openssl(&["pkey", "-in", &private, "-pubout", "-out", &public]);
    }

    /// Writes `evidence.zip`.
    fn write(&self, more: &[&str]) {
        let output = self.file("evidence.zip");
        let arguments = [
            "evidence",
            &small(),
            "-q",
            "-o",
            &output,
            "--report",
            "markdown,csv",
        ];
        let (code, said, complaint) = run(&[&arguments, CHOICE, more].concat());
        assert_eq!((code, said.as_str()), (0, ""), "{complaint}");
    }

    fn bytes(&self) -> Vec<u8> {
        fs::read(self.path("evidence.zip")).unwrap()
    }

    fn files(&self) -> Files {
        unpack(&self.bytes()).unwrap()
    }

    /// The exit code, and what is said of these bytes.
    fn verify_bytes(&self, bytes: &[u8], more: &[&str]) -> (i32, String) {
        let file = self.file("given.zip");
        fs::write(&file, bytes).unwrap();
        let (code, said, complaint) = run(&[&["verify", &file], more].concat());
        let folder = format!("{}/", self.folder.path().display());
        (code, format!("{said}{complaint}").replace(&folder, ""))
    }

    fn verify(&self, files: &Files, more: &[&str]) -> (i32, String) {
        self.verify_bytes(&pack(files).unwrap(), more)
    }

    /// What is said of the files by someone who has the key.
    fn by_key(&self, files: &Files) -> (i32, String) {
        self.verify(files, &["--public-key", &self.file("key.pub")])
    }
}

fn openssl(arguments: &[&str]) -> String {
    let output = Command::new("openssl").args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("openssl, which this test needs: {error}"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}{complaint}");
    said
}

/// The files with one of them changed, and the manifest made to agree.
fn forged(files: &Files, path: &str, edit: impl Fn(&str) -> String) -> Files {
    let mut files = files.clone();
    let text = String::from_utf8(files[path].clone()).unwrap();
    let changed = edit(&text);
    assert_ne!(text, changed, "{path}");
    files.insert(path.to_owned(), changed.clone().into_bytes());
    let mut manifest = Manifest::read(&files["manifest.json"]).unwrap();
    let file = manifest
        .files
        .iter_mut()
        .find(|file| file.path == path)
        .unwrap();
    file.bytes = changed.len() as u64;
    file.sha256 = openssl_sha256(changed.as_bytes());
    files.insert("manifest.json".to_owned(), manifest.to_bytes());
    files
}

fn openssl_sha256(bytes: &[u8]) -> String {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let path = file.path().display().to_string();
    let said = openssl(&["dgst", "-sha256", "-r", &path]);
    said.split_whitespace().next().unwrap().to_owned()
}

#[test]
fn a_bundle_verifies_and_is_the_same_each_time() {
    let bench = Bench::new();
    let first = bench.bytes();
    let (code, said) = bench.by_key(&bench.files());
    assert_eq!(code, 0, "{said}");
    for words in [
        "are as the manifest says",
        "signature  right, by the key ed25519 ",
        "come out the same; assessment and reports (2) byte for byte",
        "given.zip verifies\n",
    ] {
        assert!(said.contains(words), "no `{words}` in {said}");
    }
    bench.write(&["--sign-key", &bench.file("key.pem")]);
    assert!(
        first == bench.bytes(),
        "two bundles of the same snapshot differ"
    );
    // Without the key, nobody says that the signature is right.
    let (code, said) = bench.verify(&bench.files(), &[]);
    assert_eq!(code, 0);
    assert!(
        said.contains("signature  not verified: give the signer's key"),
        "{said}"
    );
    assert!(!said.contains("given.zip verifies"), "{said}");
    // All of the catalogue is there, not only what ran.
    let files = bench.files();
    assert!(
        files
            .keys()
            .filter(|path| path.starts_with("catalogue/checks/"))
            .count()
            > 100
    );
    assert!(files.contains_key("catalogue/responsibility/model.yaml"));
    assert!(files.contains_key("catalogue/frameworks/cis-aws-7.0.yaml"));
}

/// Every sort of file changed, missing, added: it is named, and the exit code is 1.
#[test]
fn what_was_changed_is_named() {
    let bench = Bench::new();
    let files = bench.files();
    for path in [
        "snapshot.jsonl.gz",
        "assessment.json",
        "README.txt",
        "reports/report.csv",
        "catalogue/checks/s3/s3-bucket-policy-public.yaml",
        "catalogue/frameworks/cis-aws-7.0.yaml",
        "catalogue/responsibility/model.yaml",
    ] {
        let mut changed = files.clone();
        let bytes = changed.get_mut(path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        let (code, said) = bench.by_key(&changed);
        assert_eq!(code, 1, "{said}");
        assert!(said.contains(&format!("changed   {path}\n")), "{said}");
        assert_eq!(said.matches("changed   ").count(), 1, "{said}");
        assert!(said.contains("given.zip does not verify"), "{said}");
        changed.remove(path);
        let (code, said) = bench.by_key(&changed);
        assert_eq!(code, 1);
        assert!(said.contains(&format!("missing   {path}\n")), "{said}");
    }
    let mut more = files.clone();
    more.insert("reports/other.pdf".to_owned(), b"%PDF".to_vec());
    let (code, said) = bench.by_key(&more);
    assert_eq!(code, 1);
    assert!(said.contains("added     reports/other.pdf\n"), "{said}");
    let mut bare = files;
    bare.remove("manifest.json");
    let (code, said) = bench.by_key(&bare);
    assert_eq!(code, 1);
    assert!(said.contains("manifest.json is missing"), "{said}");
}

/// Someone who changes a file changes the manifest with it: then the signature tells, and
/// without one, the verdicts do.
#[test]
fn a_manifest_that_was_made_to_agree_does_not_help() {
    let bench = Bench::new();
    let signed = bench.files();
    let passed = |text: &str| text.replacen("\"verdict\": \"fail\"", "\"verdict\": \"pass\"", 1);
    let files = forged(&signed, "assessment.json", passed);
    let (code, said) = bench.by_key(&files);
    assert_eq!(code, 1);
    assert!(said.contains("not by the key ed25519"), "{said}");
    assert!(
        said.contains("the manifest or the signature was changed"),
        "{said}"
    );
    assert!(
        said.contains("assessment.json comes out otherwise"),
        "{said}"
    );
    assert!(said.contains(": pass in the bundle, fail now"), "{said}");
    // Stripped of its signature.
    let mut stripped = files;
    stripped.remove("manifest.sig");
    let (code, said) = bench.verify(&stripped, &[]);
    assert_eq!(code, 1);
    assert!(said.contains("signature  missing"), "{said}");
    bench.write(&[]);
    let unsigned = bench.files();
    let (code, said) = bench.verify(&unsigned, &[]);
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("which anyone could have brought about"),
        "{said}"
    );
    let (code, said) = bench.by_key(&unsigned);
    assert_eq!(code, 1);
    assert!(said.contains("signature  there is none"), "{said}");
    let laxer = |text: &str| text.replace("severity: ", "severity:  ");
    for (path, edit, told) in [
        (
            "assessment.json",
            &passed as &dyn Fn(&str) -> String,
            "assessment.json comes out otherwise",
        ),
        (
            "reports/report.csv",
            &|text| text.replace(",fail,", ",pass,"),
            "reports/report.csv comes out otherwise",
        ),
        (
            "catalogue/checks/s3/s3-bucket-policy-public.yaml",
            &laxer,
            "the catalogue's hash is",
        ),
        (
            "catalogue/frameworks/cis-aws-7.0.yaml",
            &|text| format!("{text}# more\n"),
            "the catalogue's hash is",
        ),
        (
            "catalogue/responsibility/model.yaml",
            &|text| format!("{text}# more\n"),
            "the catalogue's hash is",
        ),
    ] {
        let (code, said) = bench.verify(&forged(&unsigned, path, edit), &[]);
        assert_eq!(code, 1, "{path}: {said}");
        assert!(said.contains(told), "{path}: {said}");
    }
    // A check that no longer compiles is told with its place.
    let broken = |text: &str| text.replace("assert:", "asert:");
    let (code, said) = bench.verify(
        &forged(
            &unsigned,
            "catalogue/checks/s3/s3-bucket-policy-public.yaml",
            broken,
        ),
        &[],
    );
    assert_eq!(code, 1);
    assert!(
        said.contains("cannot be judged again: checks/s3/s3-bucket-policy-public.yaml:"),
        "{said}"
    );
}

#[test]
fn openssl_and_waterline_verify_each_other() {
    let bench = Bench::new();
    let files = bench.files();
    let (manifest, signature) = (bench.file("manifest.json"), bench.file("manifest.sig"));
    fs::write(&manifest, &files["manifest.json"]).unwrap();
    fs::write(&signature, &files["manifest.sig"]).unwrap();
    let said = openssl(&[
        "pkeyutl",
        "-verify",
        "-rawin",
        "-pubin",
        "-inkey",
        &bench.file("key.pub"),
        "-in",
        &manifest,
        "-sigfile",
        &signature,
    ]);
    assert!(said.contains("Signature Verified Successfully"), "{said}");
    // The fingerprint is the one that openssl and sha256sum give.
    let der = bench.file("key.der");
    openssl(&[
        "pkey",
        "-pubin",
        "-in",
        &bench.file("key.pub"),
        "-outform",
        "DER",
        "-out",
        &der,
    ]);
    let print = openssl_sha256(&fs::read(&der).unwrap());
    assert_eq!(
        Manifest::read(&files["manifest.json"])
            .unwrap()
            .signer
            .unwrap()
            .key,
        print
    );
    // And the other way round: keys of every sort sign a bundle that was written without one.
    bench.write(&[]);
    let mut files = bench.files();
    fs::write(&manifest, &files["manifest.json"]).unwrap();
    for (name, algorithm, digest) in [
        ("ed", &["-algorithm", "ed25519"][..], &[][..]),
        (
            "p256",
            &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
            &["-digest", "sha256"],
        ),
        (
            "p384",
            &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
            &["-digest", "sha384"],
        ),
        (
            "rsa",
            &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
            &["-digest", "sha256"],
        ),
        (
            "pss",
            &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
            &[
                "-digest",
                "sha256",
                "-pkeyopt",
                "rsa_padding_mode:pss",
                "-pkeyopt",
                "rsa_pss_saltlen:digest",
            ],
        ),
    ] {
        bench.key(name, algorithm);
        let (private, public) = (
            bench.file(&format!("{name}.pem")),
            bench.file(&format!("{name}.pub")),
        );
        let sign = [
            "pkeyutl", "-sign", "-rawin", "-inkey", &private, "-in", &manifest, "-out", &signature,
        ];
        openssl(&[&sign, digest].concat());
        let (code, said) = bench.verify(
            &files,
            &["--public-key", &public, "--signature", &signature],
        );
        assert_eq!(code, 0, "{name}: {said}");
        assert!(
            said.contains("signature  right, by the key"),
            "{name}: {said}"
        );
        // Packed with the rest, too; and another key of the same sort does not do.
        files.insert("manifest.sig".to_owned(), fs::read(&signature).unwrap());
        assert_eq!(
            bench.verify(&files, &["--public-key", &public]).0,
            0,
            "{name}"
        );
        bench.key("other", algorithm);
        let (code, said) = bench.verify(&files, &["--public-key", &bench.file("other.pub")]);
        assert_eq!(code, 1, "{name}");
        assert!(said.contains("signature  not by the key"), "{name}: {said}");
        files.remove("manifest.sig");
    }
}

#[test]
fn a_signature_of_another_key_names_both() {
    let bench = Bench::new();
    bench.key("other", &["-algorithm", "ed25519"]);
    let (code, said) = bench.verify(&bench.files(), &["--public-key", &bench.file("other.pub")]);
    assert_eq!(code, 1);
    let signer = Manifest::read(&bench.files()["manifest.json"])
        .unwrap()
        .signer
        .unwrap();
    assert!(
        said.contains(&format!(
            "the manifest names the key ed25519 {}",
            signer.key
        )),
        "{said}"
    );
}

#[test]
fn own_checks_go_with_the_bundle() {
    let bench = Bench::new();
    let own = own_checks(bench.folder.path(), OWN);
    let output = bench.file("evidence.zip");
    let (code, _, complaint) = run(&[
        "evidence",
        &small(),
        "-q",
        "-o",
        &output,
        "--checks",
        &own,
        "--check",
        "s3-bucket-unrenewed",
        "--report",
        "sarif,junit,ocsf,asff,ndjson,table",
    ]);
    assert_eq!(code, 0, "{complaint}");
    fs::remove_dir_all(&own).unwrap();
    let files = bench.files();
    assert_eq!(
        files["catalogue/own/s3-bucket-unrenewed.yaml"],
        OWN.as_bytes()
    );
    let (code, said) = bench.verify(&files, &[]);
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("10 come out the same; assessment and reports (6) byte for byte"),
        "{said}"
    );
    // Nothing tells where they lay.
    let place = bench.folder.path().display().to_string();
    for (path, bytes) in &files {
        assert!(!String::from_utf8_lossy(bytes).contains(&place), "{path}");
    }
}

#[test]
fn another_version_compares_the_verdicts() {
    let bench = Bench::new();
    bench.write(&[]);
    let mut files = bench.files();
    let mut manifest = Manifest::read(&files["manifest.json"]).unwrap();
    manifest.tool = "0.0.1".to_owned();
    files.insert("manifest.json".to_owned(), manifest.to_bytes());
    let (code, said) = bench.verify(&files, &[]);
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("bytes were not compared, since waterline 0.0.1 wrote the bundle"),
        "{said}"
    );
    let passed = |text: &str| text.replacen("\"verdict\": \"fail\"", "\"verdict\": \"pass\"", 1);
    let (code, said) = bench.verify(&forged(&files, "assessment.json", passed), &[]);
    assert_eq!(code, 1);
    assert!(said.contains(": pass in the bundle, fail now"), "{said}");
    // A later format is not guessed at.
    let text = String::from_utf8(files["manifest.json"].clone()).unwrap();
    let later = text.replace("waterline.evidence/v1", "waterline.evidence/v2");
    files.insert("manifest.json".to_owned(), later.into_bytes());
    let (code, said) = bench.verify(&files, &[]);
    assert_eq!(code, 2);
    insta::assert_snapshot!("a later format", said);
}

#[test]
fn the_unpacked_folder_verifies_too() {
    let bench = Bench::new();
    let folder = bench.path("unpacked");
    for (path, bytes) in bench.files() {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    }
    let verify = || {
        run(&[
            "verify",
            folder.to_str().unwrap(),
            "--public-key",
            &bench.file("key.pub"),
        ])
    };
    let (code, said, complaint) = verify();
    assert_eq!(code, 0, "{said}{complaint}");
    fs::write(folder.join("reports/report.md"), "all is well").unwrap();
    let (code, said, _) = verify();
    assert_eq!(code, 1);
    assert!(said.contains("changed   reports/report.md\n"), "{said}");
}

#[test]
fn keys_that_cannot_be_used_say_what_would_do() {
    let bench = Bench::new();
    bench.key("rsa", &["-algorithm", "RSA"]);
    bench.key("odd", &["-algorithm", "X25519"]);
    openssl(&[
        "pkey",
        "-in",
        &bench.file("key.pem"),
        "-aes256",
        "-passout",
        "pass:x",
        "-out",
        &bench.file("locked.pem"),
    ]);
    let clean = |text: String| text.replace(&format!("{}/", bench.folder.path().display()), "");
    let before = bench.bytes();
    for (name, key) in [
        ("sign by rsa", "rsa.pem"),
        ("sign by a locked key", "locked.pem"),
        ("sign by a public key", "key.pub"),
        ("sign by no file", "none.pem"),
    ] {
        let arguments = [
            "evidence",
            &small(),
            "-o",
            &bench.file("evidence.zip"),
            "--sign-key",
            &bench.file(key),
        ];
        let (code, said, complaint) = run(&arguments);
        assert_eq!((code, said.as_str()), (2, ""), "{name}");
        insta::assert_snapshot!(name, clean(complaint));
        assert!(before == bench.bytes(), "what stood there stays");
    }
    for (name, more) in [
        (
            "verify by a private key",
            vec!["--public-key".to_owned(), bench.file("key.pem")],
        ),
        (
            "verify by an odd key",
            vec!["--public-key".to_owned(), bench.file("odd.pub")],
        ),
        (
            "a signature without a key",
            vec!["--signature".to_owned(), bench.file("key.pem")],
        ),
    ] {
        let more: Vec<&str> = more.iter().map(String::as_str).collect();
        let (code, said) = bench.verify(&bench.files(), &more);
        assert_eq!(code, 2, "{name}");
        insta::assert_snapshot!(name, said);
    }
}

#[test]
fn the_schema_of_manifests() {
    let schema = schemars::schema_for!(Manifest);
    let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    sync("reports/schemas/evidence-v1.schema.json", text.as_bytes());
}
