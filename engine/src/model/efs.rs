//! Amazon EFS: file systems and access points.

use super::policy::PolicyDocument;
use super::{Facet, Kind, KindInfo, Read, Scope, Service};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "efs",
    kinds: &[KindInfo::of::<FileSystem>(), KindInfo::of::<AccessPoint>()],
    reads: &[
        read(
            "efs:DescribeFileSystems",
            &["elasticfilesystem:DescribeFileSystems"],
            &["efs.file_system"],
            &[],
        ),
        read(
            "efs:DescribeFileSystemPolicy",
            &["elasticfilesystem:DescribeFileSystemPolicy"],
            &["efs.file_system.policy"],
            &["efs.file_system"],
        ),
        read(
            "efs:DescribeBackupPolicy",
            &["elasticfilesystem:DescribeBackupPolicy"],
            &["efs.file_system.backup_policy"],
            &["efs.file_system"],
        ),
        read(
            "efs:DescribeMountTargets",
            &["elasticfilesystem:DescribeMountTargets"],
            &["efs.file_system.mount_targets"],
            &["efs.file_system"],
        ),
        read(
            "efs:DescribeAccessPoints",
            &["elasticfilesystem:DescribeAccessPoints"],
            &["efs.access_point"],
            &[],
        ),
    ],
};

const fn read(
    operation: &'static str,
    actions: &'static [&'static str],
    gives: &'static [&'static str],
    needs: &'static [&'static str],
) -> Read {
    Read {
        operation,
        actions,
        gives,
        needs,
        scope: Scope::Regional,
    }
}

/// A file system (`efs:DescribeFileSystems`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FileSystem {
    /// The value of its `Name` tag; `null` when none.
    pub name: Option<String>,
    /// `creating`, `available`, `updating`, `deleting`, `deleted` or `error`.
    pub life_cycle_state: String,
    /// When it was made.
    pub creation_time: Option<DateTime<Utc>>,
    /// Whether it is encrypted at rest.
    pub encrypted: bool,
    /// The ARN of the KMS key; `null` when not encrypted.
    pub kms_key_id: Option<String>,
    /// `generalPurpose` or `maxIO`.
    pub performance_mode: String,
    /// `bursting`, `elastic` or `provisioned`; `null` when AWS does not say.
    pub throughput_mode: Option<String>,
    /// The one Availability Zone that holds a One Zone file system; `null` for a Regional one.
    pub availability_zone_name: Option<String>,
    /// How many mount targets it has.
    pub number_of_mount_targets: i64,
    /// Whether it can be overwritten by replication: `ENABLED` (it cannot), `DISABLED` or
    /// `REPLICATING`; `null` when AWS does not say.
    pub replication_overwrite_protection: Option<String>,
    /// The file system policy (`efs:DescribeFileSystemPolicy`); `null` when none: any client
    /// that reaches a mount target has full access.
    pub policy: Facet<Option<PolicyDocument>>,
    /// Automatic backups by AWS Backup (`efs:DescribeBackupPolicy`): `ENABLED`, `ENABLING`,
    /// `DISABLED` or `DISABLING`; `null` when never set.
    pub backup_policy: Facet<Option<String>>,
    /// The backup plans of AWS Backup that pick it, by ARN; what is proven: a list that is not
    /// empty may lack one that could not be read. Derived.
    pub backup_plans: Facet<Vec<String>>,
    /// The mount targets, by id (`efs:DescribeMountTargets`).
    pub mount_targets: Facet<Vec<MountTarget>>,
    /// The subnets of mount targets that give a public IPv4 address to what is launched in
    /// them, sorted. Derived.
    pub public_ip_subnets: Facet<Vec<String>>,
}

impl Kind for FileSystem {
    const NAME: &'static str = "efs.file_system";
}

/// A mount target: the network interface through which a subnet's clients mount.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct MountTarget {
    /// The mount target's id.
    pub mount_target_id: String,
    /// The subnet.
    pub subnet_id: String,
    /// The VPC; `null` when AWS does not say.
    pub vpc_id: Option<String>,
    /// The Availability Zone.
    pub availability_zone_name: Option<String>,
    /// The IPv4 address.
    pub ip_address: Option<String>,
    /// The network interface, whose security groups guard it.
    pub network_interface_id: Option<String>,
    /// `creating`, `available`, `updating`, `deleting`, `deleted` or `error`.
    pub life_cycle_state: String,
}

/// An access point: a way into a file system with a root directory and a user of its own
/// (`efs:DescribeAccessPoints`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct AccessPoint {
    /// The value of its `Name` tag; `null` when none.
    pub name: Option<String>,
    /// The file system.
    pub file_system_id: Option<String>,
    /// `creating`, `available`, `updating`, `deleting`, `deleted` or `error`.
    pub life_cycle_state: Option<String>,
    /// The directory that clients see as root; `/` is the whole file system. `null` when AWS
    /// tells none, which is `/`.
    pub root_directory_path: Option<String>,
    /// The user that every client is taken for; `null`: clients say who they are.
    pub posix_user: Option<PosixUser>,
}

impl Kind for AccessPoint {
    const NAME: &'static str = "efs.access_point";
}

/// A POSIX identity.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PosixUser {
    /// The user id; 0 is root.
    pub uid: i64,
    /// The group id; 0 is root's.
    pub gid: i64,
    /// Further group ids, sorted.
    pub secondary_gids: Vec<i64>,
}
