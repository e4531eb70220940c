//! The services in the crate, unpacked when first asked for.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use flate2::read::GzDecoder;

use super::Service;

/// Name of each service and its packed model.
static PACKED: &[(&str, &[u8])] = &include!(concat!(env!("OUT_DIR"), "/services.rs"));

type Loaded = BTreeMap<&'static str, Arc<Service>>;

/// Names of all services.
pub(crate) fn services() -> impl Iterator<Item = &'static str> {
    PACKED.iter().map(|(name, _)| *name)
}

/// A service by its directory name in botocore's data.
pub(crate) fn by_name(name: &str) -> Option<Arc<Service>> {
    static LOADED: OnceLock<Mutex<Loaded>> = OnceLock::new();
    let (name, packed) = PACKED.iter().find(|(known, _)| *known == name)?;
    let mut loaded = LOADED
        .get_or_init(Mutex::default)
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    if let Some(service) = loaded.get(name) {
        return Some(Arc::clone(service));
    }
    let service = Arc::new(unpack(packed)?);
    loaded.insert(name, Arc::clone(&service));
    Some(service)
}

/// The services that sign requests with this name: one, or `s3` and `s3control`.
pub(crate) fn by_signing_name(signing: &str) -> Vec<Arc<Service>> {
    static NAMES: OnceLock<BTreeMap<String, Vec<&'static str>>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        let mut names: BTreeMap<String, Vec<&'static str>> = BTreeMap::new();
        for name in services() {
            if let Some(service) = by_name(name) {
                names
                    .entry(service.signing_name().to_owned())
                    .or_default()
                    .push(name);
            }
        }
        names
    });
    names
        .get(signing)
        .into_iter()
        .flatten()
        .filter_map(|name| by_name(name))
        .collect()
}

/// `None` only if the model in the crate is broken; a test unpacks each.
fn unpack(packed: &[u8]) -> Option<Service> {
    let mut text = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_packed_model_unpacks_with_all_its_shapes() {
        assert!(services().count() > 20);
        for name in services() {
            let service = by_name(name).unwrap();
            let mut refs: Vec<&str> = Vec::new();
            for operation in service.operations.values() {
                refs.extend(operation.input.iter().map(|r| r.shape.as_str()));
                refs.extend(operation.output.iter().map(|r| r.shape.as_str()));
                refs.extend(operation.errors.iter().map(String::as_str));
            }
            for shape in service.shapes.values() {
                refs.extend(shape.members.values().map(|r| r.shape.as_str()));
                let parts = [&shape.member, &shape.key, &shape.value];
                refs.extend(parts.into_iter().flatten().map(|r| r.shape.as_str()));
            }
            for shape in refs {
                assert!(service.shapes.contains_key(shape), "{name} lacks {shape}");
            }
        }
    }

    #[test]
    fn s3_and_s3control_sign_alike() {
        let names: Vec<String> = by_signing_name("s3")
            .iter()
            .map(|s| s.name.clone())
            .collect();
        assert_eq!(names, ["s3", "s3control"]);
        assert_eq!(by_signing_name("monitoring")[0].name, "cloudwatch");
        assert_eq!(by_signing_name("elasticfilesystem")[0].name, "efs");
        assert!(by_signing_name("nothing").is_empty());
    }
}
