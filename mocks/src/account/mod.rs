//! An account: a folder of replies, in the form in which the `aws` CLI prints them.

mod check;
mod load;
mod replies;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use replies::Replies;
pub(crate) use replies::Reply;

/// What an account answers.
///
/// As a folder:
/// ```text
/// account.json                         id, alias, partition, regions, caller, access_keys, roles
/// global/<service>/<Operation>.json    iam, organizations, account, s3: the same in each Region
/// <region>/<service>/<Operation>.json  the rest; wins over `global/`
/// ```
/// A file holds what `aws <service> <operation> --output json` prints, for an operation that
/// needs no input. For one that is asked about many things, it holds a list of
/// `{"input": {…}, "output": {…}}` or `{"input": {…}, "error": {"code", "message", "status"}}`:
/// an entry answers the requests whose input has these members with these values (an ARN and the
/// name at its end count as equal); the entry with the most members wins, and one without `input`
/// answers the rest. `{"$file": "report.csv"}` stands for the content of a file beside it, where
/// the model wants bytes.
///
/// What has no file is empty (lists), has the service's default, or gets the service's error for
/// what is not there: see `models/absent.json`.
#[derive(Clone, Debug)]
pub struct Account {
    about: About,
    /// By scope (a Region or `global`), then by `service:Operation`.
    replies: HashMap<String, HashMap<String, Replies>>,
}

/// `account.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct About {
    id: String,
    #[serde(default)]
    alias: Option<String>,
    #[serde(default = "commercial")]
    partition: String,
    /// Regions that are enabled; none named, all are.
    #[serde(default)]
    regions: Vec<String>,
    /// ARN of whom the account's access keys belong to.
    #[serde(default)]
    caller: Option<String>,
    /// Access keys that mean this account.
    #[serde(default)]
    access_keys: Vec<String>,
    /// Roles that anybody who is served may assume, beside those that the replies list. When one is
    /// named, no other can be assumed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    roles: Vec<Assumable>,
    /// How long the credentials of a role hold, whatever is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session_seconds: Option<u64>,
}

/// A role that can be assumed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Assumable {
    /// Its name, without a path.
    name: String,
    /// What its trust policy asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
}

fn commercial() -> String {
    "aws".to_owned()
}

/// An error that an account answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Error code, as on the wire.
    pub code: String,
    /// Message.
    #[serde(default)]
    pub message: String,
    /// HTTP status.
    pub status: u16,
    /// Further headers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
}

impl Fault {
    /// An error of this code, message and HTTP status.
    #[must_use]
    pub fn new(code: &str, message: &str, status: u16) -> Self {
        let (code, message) = (code.to_owned(), message.to_owned());
        Self {
            code,
            message,
            status,
            headers: Vec::new(),
        }
    }
}

/// An account's file that could not be used.
#[derive(Clone, Debug)]
pub struct LoadError {
    /// The file.
    pub path: String,
    /// What is wrong with it.
    pub problem: String,
}

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.path, self.problem)
    }
}

impl std::error::Error for LoadError {}

impl Account {
    /// An account with nothing in it.
    #[must_use]
    pub fn new(id: &str) -> Self {
        let about = About {
            id: id.to_owned(),
            alias: None,
            partition: commercial(),
            regions: Vec::new(),
            caller: None,
            access_keys: Vec::new(),
            roles: Vec::new(),
            session_seconds: None,
        };
        Self {
            about,
            replies: HashMap::new(),
        }
    }

    /// Loads a folder. Every reply is compared with the service's model.
    ///
    /// # Errors
    /// When a file cannot be read, is not JSON, is of an operation that is not served, or has a
    /// member that the operation's output has not.
    pub fn load(dir: &Path) -> Result<Self, LoadError> {
        load::folder(dir)
    }

    /// Loads files that are in memory: (path in the account's folder, content).
    ///
    /// # Errors
    /// As for [`Account::load`].
    pub fn from_files<P, B, I>(files: I) -> Result<Self, LoadError>
    where
        P: AsRef<str>,
        B: AsRef<[u8]>,
        I: IntoIterator<Item = (P, B)>,
    {
        let files = files.into_iter();
        load::files(
            files
                .map(|(p, b)| (p.as_ref().to_owned(), b.as_ref().to_vec()))
                .collect(),
        )
    }

    /// The demo account, which is in the binary: Meridian Freight, 111122223333, in us-east-1 and
    /// eu-west-1, as of 2026-11-22.
    ///
    /// # Errors
    /// Only if the demo account's files were broken when this was built; a test loads them.
    pub fn demo() -> Result<Self, LoadError> {
        load::demo()
    }

    /// The account's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.about.id
    }

    /// The account's alias.
    #[must_use]
    pub fn alias(&self) -> Option<&str> {
        self.about.alias.as_deref()
    }

    /// The partition: `aws`, `aws-cn` or `aws-us-gov`.
    #[must_use]
    pub fn partition(&self) -> &str {
        &self.about.partition
    }

    /// The Regions that are enabled; empty if all are.
    #[must_use]
    pub fn regions(&self) -> &[String] {
        &self.about.regions
    }

    /// Enables these Regions and no others.
    pub fn set_regions<S: Into<String>>(&mut self, regions: impl IntoIterator<Item = S>) {
        self.about.regions = regions.into_iter().map(Into::into).collect();
    }

    /// An access key that means this account, when several are served.
    pub fn add_access_key(&mut self, key: &str) {
        self.about.access_keys.push(key.to_owned());
    }

    /// A role that can be assumed, by whoever knows the external id if there is one; no role that is
    /// not named here can be.
    pub fn add_role(&mut self, name: &str, external_id: Option<&str>) {
        self.about.roles.push(Assumable {
            name: name.to_owned(),
            external_id: external_id.map(str::to_owned),
        });
    }

    /// Sets how long the credentials of a role hold, whatever is asked for.
    pub fn set_session_seconds(&mut self, seconds: u64) {
        self.about.session_seconds = Some(seconds);
    }

    pub(crate) fn session_seconds(&self) -> Option<u64> {
        self.about.session_seconds
    }

    /// Whether a role can be assumed; none when the replies decide.
    pub(crate) fn lets_assume(&self, name: &str, external_id: Option<&str>) -> Option<bool> {
        let roles = &self.about.roles;
        let fits = |role: &Assumable| {
            let known = role.external_id.as_deref();
            role.name == name && (known.is_none() || known == external_id)
        };
        (!roles.is_empty()).then(|| roles.iter().any(fits))
    }

    pub(crate) fn access_keys(&self) -> &[String] {
        &self.about.access_keys
    }

    /// Whom the account's access keys belong to.
    #[must_use]
    pub fn caller(&self) -> String {
        self.about.caller.clone().unwrap_or_else(|| {
            format!(
                "arn:{}:iam::{}:user/auditor",
                self.about.partition, self.about.id
            )
        })
    }

    /// Sets the reply to an operation in a Region (or `global`), for any input.
    pub fn reply(&mut self, region: &str, service: &str, operation: &str, output: Value) {
        self.replies_mut(region, service, operation)
            .set(None, Reply::output(output));
    }

    /// Sets the reply to an operation for requests whose input has these members.
    pub fn reply_to(
        &mut self,
        region: &str,
        service: &str,
        operation: &str,
        input: Value,
        answer: Result<Value, Fault>,
    ) {
        let reply = answer.map_or_else(Reply::Error, Reply::output);
        self.replies_mut(region, service, operation)
            .set(Some(input), reply);
    }

    fn replies_mut(&mut self, region: &str, service: &str, operation: &str) -> &mut Replies {
        let scope = self.replies.entry(region.to_owned()).or_default();
        scope.entry(format!("{service}:{operation}")).or_default()
    }

    /// The reply to a request, the Region's before the global one, and the members of the input
    /// that chose it.
    pub(crate) fn find(
        &self,
        region: &str,
        service: &str,
        operation: &str,
        input: &Value,
    ) -> Option<(Reply, &[String])> {
        let key = format!("{service}:{operation}");
        [region, "global"]
            .iter()
            .find_map(|scope| self.replies.get(*scope)?.get(&key)?.find(input))
    }

    /// All replies, for checking: scope, `service:Operation`, input and reply.
    fn each(&self) -> impl Iterator<Item = (&str, &str, &Reply)> {
        self.replies.iter().flat_map(|(scope, replies)| {
            replies.iter().flat_map(move |(key, replies)| {
                replies
                    .each()
                    .map(move |reply| (scope.as_str(), key.as_str(), reply))
            })
        })
    }

    /// The account as files: path in its folder, and content.
    #[must_use]
    pub fn files(&self) -> BTreeMap<String, Value> {
        let mut files = BTreeMap::new();
        files.insert("account.json".to_owned(), json!(self.about));
        for (scope, replies) in &self.replies {
            for (key, replies) in replies {
                let path = format!("{scope}/{}.json", key.replace(':', "/"));
                files.insert(path, replies.file());
            }
        }
        files
    }

    /// Writes the account into a folder, which is made if need be.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn save(&self, dir: &Path) -> std::io::Result<()> {
        for (name, value) in self.files() {
            let path = dir.join(name);
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(path, format!("{value:#}\n"))?;
        }
        Ok(())
    }

    /// Compares every reply with the service's model; the problems found, sorted. Loading does
    /// this by itself; it is of use for accounts built in memory.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let mut problems: Vec<String> = self
            .each()
            .flat_map(|(scope, key, reply)| {
                let found = check::reply(key, reply);
                found
                    .into_iter()
                    .map(move |problem| format!("{scope}/{key}: {problem}"))
            })
            .collect();
        problems.sort();
        problems
    }
}
