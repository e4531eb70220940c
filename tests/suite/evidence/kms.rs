//! Signatures by keys of KMS, against moto's server: what KMS signed is what openssl, and the
//! `aws` command line, find to be signed.

use super::{CHOICE, openssl};
use crate::harness::{root, run, stand_ins, told};
use crate::live::{Moto, credentials, run_in};
use crate::small::small;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use waterline::bundle::unpack;

/// Key specifications, and how openssl verifies what they sign.
const KEYS: [(&str, &str, &[&str]); 3] = [
    ("ECC_NIST_P256", "ecdsa-p256-sha256", &["-sha256"]),
    ("ECC_NIST_P384", "ecdsa-p384-sha384", &["-sha384"]),
    ("RSA_2048", "rsa-sha256", &["-sha256"]),
];

struct Bench {
    moto: Moto,
    folder: tempfile::TempDir,
}

impl Bench {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn kms(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(self.moto.bin.join("aws"));
        command
            .args(["kms", "--region", "eu-west-1", "--output", "text"])
            .args(["--endpoint-url", &self.moto.endpoint])
            .args(arguments);
        let (code, said, complaint) = told(credentials(&mut command).output().unwrap());
        assert_eq!(code, 0, "{arguments:?}: {complaint}");
        said.trim().to_owned()
    }

    /// The ARN of a new key.
    fn key(&self, usage: &str, spec: &str) -> String {
        let query = ["--query", "KeyMetadata.Arn"];
        let made = ["create-key", "--key-usage", usage, "--key-spec", spec];
        self.kms(&[&made[..], &query].concat())
    }

    /// Writes evidence that this key signs; the exit code and the complaint.
    fn evidence(&self, output: &Path, key: &str) -> (i32, String, String) {
        let (snapshot, output) = (small(), output.display().to_string());
        let written = ["evidence", &snapshot, "--report", "csv", "-o", &output];
        run_in(
            &self.moto,
            &[&written[..], CHOICE, &["--sign-kms", key]].concat(),
        )
    }
}

#[test]
fn what_a_key_of_kms_signs_verifies_everywhere() {
    let mut server = Command::new(stand_ins().join("python"));
    server.arg(root().join("tests/live/moto_digests.py"));
    let bench = Bench {
        moto: Moto::serve(server),
        folder: tempfile::tempdir().unwrap(),
    };
    let (der, public) = (bench.file("key.der"), bench.file("key.pub"));
    let (manifest, signature) = (bench.file("manifest.json"), bench.file("manifest.sig"));
    for (spec, algorithm, by) in KEYS {
        let key = bench.key("SIGN_VERIFY", spec);
        let bundle = bench.file(&format!("{spec}.zip"));
        let (code, said, complaint) = bench.evidence(Path::new(&bundle), &key);
        assert_eq!(code, 0, "{spec}: {complaint}");
        assert!(said.contains(&format!("signed by {algorithm} ")), "{said}");
        // The public half as the `aws` command line has it.
        let query = ["--query", "PublicKey"];
        let encoded = bench.kms(&[&["get-public-key", "--key-id", &key], &query[..]].concat());
        let text = bench.file("key.b64");
        fs::write(&text, encoded).unwrap();
        openssl(&["base64", "-d", "-A", "-in", &text, "-out", &der]);
        openssl(&[
            "pkey", "-pubin", "-inform", "DER", "-in", &der, "-out", &public,
        ]);
        let (code, said, complaint) = run(&["verify", &bundle, "--public-key", &public]);
        assert_eq!(code, 0, "{spec}: {said}{complaint}");
        let right = format!("right, by the key {algorithm} ");
        assert!(said.contains(&right), "{said}");
        // By openssl, from the bundle's files.
        let files = unpack(&fs::read(&bundle).unwrap()).unwrap();
        fs::write(&manifest, &files["manifest.json"]).unwrap();
        fs::write(&signature, &files["manifest.sig"]).unwrap();
        let dgst = [&["dgst", "-verify", &public], by].concat();
        openssl(&[&dgst[..], &["-signature", &signature, &manifest]].concat());
        // Another manifest is not signed.
        fs::write(&manifest, b"{}").unwrap();
        let mut command = Command::new("openssl");
        let refused = command
            .args(dgst)
            .args(["-signature", &signature, &manifest]);
        assert!(!refused.output().unwrap().status.success(), "{spec}");
    }
    // Keys that do not sign: nothing is written.
    let output = bench.path("none.zip");
    for (usage, spec) in [
        ("ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT"),
        ("ENCRYPT_DECRYPT", "RSA_2048"),
    ] {
        let key = bench.key(usage, spec);
        let (code, said, complaint) = bench.evidence(&output, &key);
        assert_eq!((code, said.as_str()), (2, ""), "{complaint}");
        assert!(complaint.contains(&key), "{complaint}");
        assert!(complaint.contains("cannot sign: "), "{complaint}");
    }
    let key = bench.key("SIGN_VERIFY", "ECC_SECG_P256K1");
    let (code, _, complaint) = bench.evidence(&output, &key);
    assert_eq!(code, 2, "{complaint}");
    assert!(complaint.contains("ECC_NIST_P256, ECC_NIST_P384 or RSA"));
    let (code, _, complaint) = bench.evidence(&output, "alias/nobody");
    assert_eq!(code, 2, "{complaint}");
    assert!(complaint.contains("alias/nobody cannot sign: NotFoundException"));
    assert!(!output.exists());
}
