//! Reads Amazon EC2, compute and storage: instances, templates, volumes, snapshots, images, Region settings.

use super::Collector;

pub(super) static COLLECTORS: &[Collector] = &[];
