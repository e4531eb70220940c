//! Which accounts a run over an organization reads, and how.

/// How the accounts of an organization are read. The default leaves everything open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Organization {
    /// The name of the role to assume in each account.
    pub role_name: Option<String>,
    /// What the roles' trust policies ask for.
    pub external_id: Option<String>,
    /// Only the accounts of these units.
    pub units: Vec<String>,
    /// Only these accounts.
    pub accounts: Vec<String>,
    /// Not these accounts and units.
    pub exclude: Vec<String>,
    /// How many accounts are read at the same time.
    pub accounts_in_flight: Option<usize>,
}
