//! Amazon EC2, compute and storage: instances, templates, volumes, snapshots, images, Region settings.

use super::Service;

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "ec2",
    kinds: &[],
    reads: &[],
};
