//! Amazon RDS and Aurora: DB instances, DB clusters and their snapshots.
//!
//! The same API shows Amazon DocumentDB and Amazon Neptune: `engine` tells them apart.

mod cluster;
mod instance;
mod snapshot;

pub use cluster::{DbCluster, DbClusterMember};
pub use instance::{DbInstance, DbParameter, DbParameterGroup};
pub use snapshot::{DbClusterSnapshot, DbSnapshot};

use super::{KindInfo, Read, Scope, Service};

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "rds",
    kinds: &[
        KindInfo::of::<DbInstance>(),
        KindInfo::of::<DbCluster>(),
        KindInfo::of::<DbSnapshot>(),
        KindInfo::of::<DbClusterSnapshot>(),
    ],
    reads: &[
        read(
            "rds:DescribeDBInstances",
            &["rds:DescribeDBInstances"],
            &["rds.db_instance"],
            &[],
        ),
        read(
            "rds:DescribeDBParameters",
            &["rds:DescribeDBParameters"],
            &["rds.db_instance.parameters"],
            &["rds.db_instance"],
        ),
        read(
            "rds:DescribeDBClusters",
            &["rds:DescribeDBClusters"],
            &["rds.db_cluster"],
            &[],
        ),
        read(
            "rds:DescribeDBClusterParameters",
            &["rds:DescribeDBClusterParameters"],
            &["rds.db_cluster.parameters"],
            &["rds.db_cluster"],
        ),
        read(
            "rds:DescribeDBSnapshots",
            &["rds:DescribeDBSnapshots"],
            &["rds.db_snapshot"],
            &[],
        ),
        read(
            "rds:DescribeDBSnapshotAttributes",
            &["rds:DescribeDBSnapshotAttributes"],
            &["rds.db_snapshot.restore_accounts"],
            &["rds.db_snapshot"],
        ),
        read(
            "rds:DescribeDBClusterSnapshots",
            &["rds:DescribeDBClusterSnapshots"],
            &["rds.db_cluster_snapshot"],
            &[],
        ),
        read(
            "rds:DescribeDBClusterSnapshotAttributes",
            &["rds:DescribeDBClusterSnapshotAttributes"],
            &["rds.db_cluster_snapshot.restore_accounts"],
            &["rds.db_cluster_snapshot"],
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

/// The parameters of a parameter group that are read, by the beginning of the engine's name:
/// those that a check judges. A group has hundreds; these come in one call.
pub const PARAMETERS: &[(&str, &[&str])] = &[
    ("postgres", &["rds.force_ssl"]),
    ("sqlserver", &["rds.force_ssl"]),
    ("mysql", &["require_secure_transport"]),
    ("mariadb", &["require_secure_transport"]),
    ("aurora-postgresql", &["rds.force_ssl"]),
    (
        "aurora-mysql",
        &["require_secure_transport", "server_audit_logging"],
    ),
    ("docdb", &["tls", "audit_logs"]),
];
