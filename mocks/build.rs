//! Packs the service models and the demo account into the crate.
//!
//! A service is served because its file is in `models/services`; nothing else names it.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let here = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(std::env::var("OUT_DIR")?);

    let services = here.join("models/services");
    println!("cargo::rerun-if-changed={}", services.display());
    let mut table = String::from("[\n");
    for path in files(&services)? {
        let name = path
            .file_stem()
            .and_then(|s| s.to_str())
            .ok_or("a name that is not text")?;
        let packed = out.join(format!("{name}.json.gz"));
        fs::write(&packed, gzip(&fs::read(&path)?)?)?;
        table.push_str(&format!("    ({name:?}, include_bytes!({packed:?})),\n"));
    }
    table.push_str("]\n");
    fs::write(out.join("services.rs"), table)?;

    let demo = here.join("accounts/demo");
    println!("cargo::rerun-if-changed={}", demo.display());
    let mut archive = serde_json::Map::new();
    for path in files(&demo)? {
        let name = path
            .strip_prefix(&demo)?
            .to_str()
            .ok_or("a name that is not text")?;
        archive.insert(name.replace('\\', "/"), fs::read_to_string(&path)?.into());
    }
    fs::write(
        out.join("demo.json.gz"),
        gzip(&serde_json::to_vec(&archive)?)?,
    )?;
    Ok(())
}

fn gzip(bytes: &[u8]) -> Outcome<Vec<u8>> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(bytes)?;
    Ok(packer.finish()?)
}

/// All files below a folder, sorted.
fn files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
