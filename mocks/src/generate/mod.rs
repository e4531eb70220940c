//! Accounts of any size, the same on every run: what is in them is decided by a seed.
//!
//! The settings are mixed as they are found in the wild: most good, some bad. Every thing that one
//! reply names (a group, a subnet, a key) is in another.

mod compute;
mod data;
mod eks;
mod iam;
mod network;
mod random;
mod s3;
mod watch;

use serde_json::{Value, json};

use crate::Account;
use random::Random;

/// What an account is to have. The default is about 300 resources in two Regions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// The account's id.
    pub id: String,
    /// Decides everything that the rest leaves open.
    pub seed: u64,
    /// Regions, the first is the account's home.
    pub regions: Vec<String>,
    /// How many of each thing.
    pub mix: Mix,
}

/// How many of each thing: the first four in the account, the others in each Region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mix {
    /// S3 buckets, spread over the Regions.
    pub buckets: usize,
    /// IAM users.
    pub users: usize,
    /// IAM roles.
    pub roles: usize,
    /// IAM policies of the account.
    pub policies: usize,
    /// VPCs, each with four subnets, beside the default one.
    pub vpcs: usize,
    /// Security groups, beside each VPC's default one.
    pub security_groups: usize,
    /// EC2 instances, each with a network interface and a root volume.
    pub instances: usize,
    /// EBS volumes that are not an instance's root.
    pub volumes: usize,
    /// EBS snapshots.
    pub snapshots: usize,
    /// KMS keys of the account.
    pub keys: usize,
    /// RDS instances.
    pub databases: usize,
    /// EFS file systems.
    pub file_systems: usize,
    /// EKS clusters.
    pub clusters: usize,
    /// CloudWatch Logs groups.
    pub log_groups: usize,
    /// SNS topics.
    pub topics: usize,
}

impl Default for Mix {
    fn default() -> Self {
        Self {
            buckets: 22,
            users: 14,
            roles: 24,
            policies: 10,
            vpcs: 1,
            security_groups: 20,
            instances: 14,
            volumes: 6,
            snapshots: 10,
            keys: 5,
            databases: 4,
            file_systems: 1,
            clusters: 1,
            log_groups: 8,
            topics: 2,
        }
    }
}

impl Mix {
    /// Nothing at all: Regions with their default VPCs.
    #[must_use]
    pub fn empty() -> Self {
        Self::default().times(0)
    }

    /// As many times of each thing; one VPC holds at most some fifty times the default's things.
    #[must_use]
    pub fn times(&self, factor: usize) -> Self {
        Self {
            buckets: self.buckets * factor,
            users: self.users * factor,
            roles: self.roles * factor,
            policies: self.policies * factor,
            vpcs: if factor == 0 {
                0
            } else {
                self.vpcs * factor.div_ceil(50)
            },
            security_groups: self.security_groups * factor,
            instances: self.instances * factor,
            volumes: self.volumes * factor,
            snapshots: self.snapshots * factor,
            keys: self.keys * factor,
            databases: self.databases * factor,
            file_systems: self.file_systems * factor,
            clusters: self.clusters * factor,
            log_groups: self.log_groups * factor,
            topics: self.topics * factor,
        }
    }
}

/// A thing that can be generated: its name, and its number in a mix.
type Thing = (&'static str, fn(&mut Mix) -> &mut usize);

/// Every thing: by the service where it is the service's only one, else by its own name.
const THINGS: [Thing; 15] = [
    ("s3", |mix| &mut mix.buckets),
    ("users", |mix| &mut mix.users),
    ("roles", |mix| &mut mix.roles),
    ("policies", |mix| &mut mix.policies),
    ("vpcs", |mix| &mut mix.vpcs),
    ("security-groups", |mix| &mut mix.security_groups),
    ("instances", |mix| &mut mix.instances),
    ("volumes", |mix| &mut mix.volumes),
    ("snapshots", |mix| &mut mix.snapshots),
    ("kms", |mix| &mut mix.keys),
    ("rds", |mix| &mut mix.databases),
    ("efs", |mix| &mut mix.file_systems),
    ("eks", |mix| &mut mix.clusters),
    ("logs", |mix| &mut mix.log_groups),
    ("sns", |mix| &mut mix.topics),
];

impl Mix {
    /// Sets how many there are of a thing, by its name on the command line (`s3`, `kms`, `users`).
    ///
    /// # Errors
    /// When nothing has that name: says so, and which names there are.
    pub fn set(&mut self, name: &str, count: usize) -> Result<(), String> {
        let Some((_, number)) = THINGS.iter().find(|(known, _)| *known == name) else {
            let names: Vec<&str> = THINGS.iter().map(|(name, _)| *name).collect();
            return Err(format!("`{name}` is none of {}", names.join(", ")));
        };
        *number(self) = count;
        Ok(())
    }
}

impl Spec {
    /// An account of this many times the default's size, in us-east-1 and eu-west-1.
    #[must_use]
    pub fn sized(factor: usize) -> Self {
        Self {
            mix: Mix::default().times(factor),
            ..Self::default()
        }
    }
}

impl Default for Spec {
    fn default() -> Self {
        Self {
            id: "123456789012".to_owned(),
            seed: 1,
            regions: vec!["us-east-1".to_owned(), "eu-west-1".to_owned()],
            mix: Mix::default(),
        }
    }
}

impl Account {
    /// An account made to measure.
    #[must_use]
    pub fn generated(spec: &Spec) -> Self {
        let mut account = Self::new(&spec.id);
        account.set_regions(spec.regions.iter().cloned());
        let mut random = Random::new(spec.seed);
        iam::fill(&mut account, spec, &mut random.branch("iam"));
        s3::fill(&mut account, spec, &mut random.branch("s3"));
        for region in &spec.regions {
            let mut place = Place {
                account: &mut account,
                spec,
                region,
                random: random.branch(region),
                network: network::Network::default(),
                keys: Vec::new(),
            };
            data::keys(&mut place);
            network::fill(&mut place);
            compute::fill(&mut place);
            data::fill(&mut place);
            eks::fill(&mut place);
            network::interfaces(&mut place);
            watch::fill(&mut place);
        }
        account
    }
}

/// A Region while it is being filled.
struct Place<'a> {
    account: &'a mut Account,
    spec: &'a Spec,
    region: &'a str,
    random: Random,
    network: network::Network,
    /// Ids of the account's keys.
    keys: Vec<String>,
}

impl Place<'_> {
    fn reply(&mut self, service: &str, operation: &str, output: Value) {
        self.account.reply(self.region, service, operation, output);
    }

    fn reply_to(&mut self, service: &str, operation: &str, input: Value, output: Value) {
        self.account
            .reply_to(self.region, service, operation, input, Ok(output));
    }

    fn arn(&self, service: &str, rest: &str) -> String {
        format!("arn:aws:{service}:{}:{}:{rest}", self.region, self.spec.id)
    }

    /// ARN of one of the account's keys; of the service's own key if there is none.
    fn key_arn(&mut self) -> String {
        match self.random.pick(&self.keys).cloned() {
            Some(key) => self.arn("kms", &format!("key/{key}")),
            None => self.arn("kms", "alias/aws/ebs"),
        }
    }

    /// The home of what an account has once.
    fn is_home(&self) -> bool {
        self.spec
            .regions
            .first()
            .is_some_and(|first| first == self.region)
    }
}

/// Tags as most services have them.
fn tags(random: &mut Random, name: &str) -> Value {
    let mut tags = vec![json!({"Key": "Name", "Value": name})];
    if random.chance(70) {
        let team = random
            .pick(&["platform", "orders", "tracking", "finance"])
            .copied();
        tags.push(json!({"Key": "Team", "Value": team.unwrap_or_default()}));
    }
    tags.into()
}

/// A policy document of one statement.
fn policy(statement: Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": [statement]})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_account() {
        let one = Account::generated(&Spec::default());
        let two = Account::generated(&Spec::default());
        assert_eq!(one.files(), two.files());
        let other = Account::generated(&Spec {
            seed: 2,
            ..Spec::default()
        });
        assert_ne!(one.files(), other.files());
    }

    #[test]
    fn what_is_generated_fits_the_models() {
        let account = Account::generated(&Spec::sized(2));
        assert_eq!(account.problems(), [""; 0]);
        let empty = Spec {
            mix: Mix::empty(),
            ..Spec::default()
        };
        assert_eq!(Account::generated(&empty).problems(), [""; 0]);
    }

    /// Things in an account: the items of the lists that name each thing once.
    fn resources(account: &Account) -> usize {
        const LISTS: [(&str, &str); 19] = [
            ("DescribeInstances", "Reservations"),
            ("DescribeVolumes", "Volumes"),
            ("DescribeSnapshots", "Snapshots"),
            ("DescribeSecurityGroups", "SecurityGroups"),
            ("DescribeNetworkInterfaces", "NetworkInterfaces"),
            ("DescribeVpcs", "Vpcs"),
            ("DescribeSubnets", "Subnets"),
            ("DescribeDBInstances", "DBInstances"),
            ("DescribeDBSnapshots", "DBSnapshots"),
            ("DescribeFileSystems", "FileSystems"),
            ("ListKeys", "Keys"),
            ("ListClusters", "clusters"),
            ("ListTopics", "Topics"),
            ("ListBuckets", "Buckets"),
            ("ListUsers", "Users"),
            ("ListRoles", "Roles"),
            ("DescribeLogGroups", "logGroups"),
            ("DescribeTrails", "trailList"),
            ("DescribeRepositories", "repositories"),
        ];
        let replies = account.files();
        let count = |path: &str, member: &str| {
            let file = &replies[path];
            // In a list of entries, the one for any input.
            let plain = file
                .as_array()
                .and_then(|e| e.iter().find(|e| e.get("input").is_none()));
            let output = plain.map_or(file, |entry| &entry["output"]);
            output
                .get(member)
                .and_then(Value::as_array)
                .map_or(0, Vec::len)
        };
        let of = |(operation, member): &(&str, &str)| -> usize {
            let name = format!("/{operation}.json");
            replies
                .keys()
                .filter(|path| path.ends_with(&name))
                .map(|path| count(path, member))
                .sum()
        };
        LISTS.iter().map(of).sum()
    }

    #[test]
    fn an_account_of_size_one_has_some_three_hundred_resources() {
        let one = resources(&Account::generated(&Spec::default()));
        assert!((280..=330).contains(&one), "{one}");
        let ten = resources(&Account::generated(&Spec::sized(10)));
        assert!((2800..=3300).contains(&ten), "{ten}");
    }

    #[test]
    fn what_is_written_is_read_again() {
        let account = Account::generated(&Spec::default());
        let files = account
            .files()
            .into_iter()
            .map(|(path, value)| (path, value.to_string()));
        let again = Account::from_files(files).unwrap();
        assert_eq!(again.files(), account.files());
    }
}
