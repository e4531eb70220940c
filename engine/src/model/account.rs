//! The account itself: root user, contacts, password policy, public access block.

use super::iam::{AccessKey, SigningCertificate};
use super::s3::PublicAccessBlock;
use super::{Facet, Kind, KindInfo, Read, Scope, Service};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "account",
    kinds: &[KindInfo::of::<Account>()],
    reads: &[
        read(
            "iam:GetAccountSummary",
            &["iam:GetAccountSummary"],
            &["account.summary"],
        ),
        read(
            "iam:GetAccountPasswordPolicy",
            &["iam:GetAccountPasswordPolicy"],
            &["account.password_policy"],
        ),
        read(
            "iam:ListVirtualMFADevices",
            &["iam:ListVirtualMFADevices"],
            &["account.root_virtual_mfa"],
        ),
        read(
            "iam:ListAccountAliases",
            &["iam:ListAccountAliases"],
            &["account.aliases"],
        ),
        read(
            "account:GetAlternateContact",
            &["account:GetAlternateContact"],
            &[
                "account.security_contact",
                "account.billing_contact",
                "account.operations_contact",
            ],
        ),
        read(
            "account:GetContactInformation",
            &["account:GetContactInformation"],
            &["account.contact_information"],
        ),
        read(
            "s3control:GetPublicAccessBlock",
            &["s3:GetAccountPublicAccessBlock"],
            &["account.public_access_block"],
        ),
        read(
            "iam:ListOrganizationsFeatures",
            &["iam:ListOrganizationsFeatures"],
            &["account.organizations_features"],
        ),
    ],
};

const fn read(
    operation: &'static str,
    actions: &'static [&'static str],
    gives: &'static [&'static str],
) -> Read {
    Read {
        operation,
        actions,
        gives,
        needs: &[],
        scope: Scope::Global,
    }
}

/// The AWS account: what belongs to it as a whole, and to no Region. Its `id` is the account
/// number, its `arn` that of the root user.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Account {
    /// How many IAM resources there are, and what the root user has
    /// (`iam:GetAccountSummary`).
    pub summary: Facet<Summary>,
    /// The password policy of the IAM users (`iam:GetAccountPasswordPolicy`); `null` when the
    /// account never set one. Then AWS's default is in force: eight characters of at least
    /// three classes, no expiry, no memory of old passwords.
    pub password_policy: Facet<Option<PasswordPolicy>>,
    /// The root user's credentials, from the credential report (`iam:GetCredentialReport`), up
    /// to four hours old.
    pub root_user: Facet<RootUser>,
    /// Whether one of the root user's MFA devices is a virtual one, an authenticator app
    /// (`iam:ListVirtualMFADevices`). An MFA device that is not virtual is a hardware token, a
    /// security key or a passkey.
    pub root_virtual_mfa: Facet<bool>,
    /// The account's aliases, of which AWS allows one (`iam:ListAccountAliases`).
    pub aliases: Facet<Vec<String>>,
    /// Whether an alternate contact for security is registered
    /// (`account:GetAlternateContact`). Who it is, is not read into the snapshot.
    pub security_contact: Facet<bool>,
    /// Whether an alternate contact for billing is registered (`account:GetAlternateContact`).
    pub billing_contact: Facet<bool>,
    /// Whether an alternate contact for operations is registered
    /// (`account:GetAlternateContact`).
    pub operations_contact: Facet<bool>,
    /// Which parts of the primary contact are filled in (`account:GetContactInformation`);
    /// `null` when AWS has none. The contact itself is personal data and is left out.
    pub contact_information: Facet<Option<ContactInformation>>,
    /// S3 Block Public Access for the whole account, what an organization's policy adds
    /// included (`s3control:GetPublicAccessBlock`); `null` when never set: all four are off.
    pub public_access_block: Facet<Option<PublicAccessBlock>>,
    /// The features of centralized root access that the organization switched on
    /// (`iam:ListOrganizationsFeatures`): `RootCredentialsManagement`, `RootSessions`. `null`
    /// where AWS does not tell: the account is in no organization, or neither its management
    /// account nor its delegated administrator for IAM.
    pub organizations_features: Facet<Option<Vec<String>>>,
    /// The organization that the account belongs to (`organizations:DescribeOrganization`);
    /// `null` when none.
    pub organization: Facet<Option<Membership>>,
    /// The users, groups and roles with AWS's policy `AWSSupportAccess` attached, by ARN.
    /// Derived.
    pub support_access: Facet<Vec<String>>,
    /// How people come into the account. Derived.
    pub federation: Facet<Federation>,
}

impl Kind for Account {
    const NAME: &'static str = "account";
}

/// What `iam:GetAccountSummary` counts.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// How many IAM users there are.
    pub users: i64,
    /// How many groups there are.
    pub groups: i64,
    /// How many roles there are.
    pub roles: i64,
    /// How many customer managed policies there are.
    pub policies: i64,
    /// Whether the root user has an MFA device.
    pub account_mfa_enabled: bool,
    /// Whether the root user has access keys, active or not.
    pub account_access_keys_present: bool,
    /// Whether the root user has X.509 signing certificates.
    pub account_signing_certificates_present: bool,
    /// Whether the root user has a password; `null` when AWS does not tell. A member account
    /// of an organization may be without.
    pub account_password_present: Option<bool>,
}

/// The password policy of the account's IAM users. It does not bind the root user.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PasswordPolicy {
    /// The least number of characters, 6 to 128.
    pub minimum_password_length: i64,
    /// Whether one of ``! @ # $ % ^ & * ( ) _ + - = [ ] { } | '`` is required.
    pub require_symbols: bool,
    /// Whether a digit is required.
    pub require_numbers: bool,
    /// Whether an upper-case letter (A to Z) is required.
    pub require_uppercase_characters: bool,
    /// Whether a lower-case letter (a to z) is required.
    pub require_lowercase_characters: bool,
    /// Whether users may change their own password.
    pub allow_users_to_change_password: bool,
    /// Whether passwords expire.
    pub expire_passwords: bool,
    /// After how many days passwords expire; `null` when never.
    pub max_password_age: Option<i64>,
    /// How many former passwords cannot be chosen again, 1 to 24; `null` when any can.
    pub password_reuse_prevention: Option<i64>,
    /// Whether a user whose password expired must ask an administrator for a new one; `null`
    /// when never set.
    pub hard_expiry: Option<bool>,
}

/// The root user's row of the credential report.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RootUser {
    /// Whether the root user has a password; `null` when the report does not tell
    /// (`not_supported`).
    pub password_enabled: Option<bool>,
    /// When the root user last signed in with the password; `null` when never, or not since
    /// October 2014.
    pub password_last_used: Option<DateTime<Utc>>,
    /// When the password was last changed; `null` when the report does not tell.
    pub password_last_changed: Option<DateTime<Utc>>,
    /// Whether the root user has an MFA device.
    pub mfa_active: bool,
    /// The root user's access keys, the inactive ones included.
    pub access_keys: Vec<AccessKey>,
    /// The root user's X.509 signing certificates, the inactive ones included.
    pub signing_certificates: Vec<SigningCertificate>,
}

/// Which parts of the account's primary contact are filled in.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ContactInformation {
    /// Whether there is a name.
    pub has_full_name: bool,
    /// Whether there is a postal address.
    pub has_address: bool,
    /// Whether there is a telephone number.
    pub has_phone_number: bool,
    /// Whether there is the name of a company.
    pub has_company_name: bool,
}

/// The organization, as any of its accounts sees it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Membership {
    /// The organization's id, such as `o-a1b2c3d4e5`.
    pub organization_id: String,
    /// `ALL`, or `CONSOLIDATED_BILLING`: then there are no policies over accounts.
    pub feature_set: String,
    /// The account that manages the organization.
    pub management_account_id: String,
}

/// How people come into the account.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Federation {
    /// The SAML identity providers, by ARN; IAM Identity Center has one of its own.
    pub saml_providers: Vec<String>,
    /// The roles that IAM Identity Center made for its permission sets, by ARN.
    pub identity_center_roles: Vec<String>,
    /// The IAM users that have a password, by name.
    pub console_users: Vec<String>,
}
