//! The credential report: IAM's CSV file of every user's passwords, keys and MFA.

use super::{AccessKey, Credentials, SigningCertificate};
use crate::model::account::RootUser;
use chrono::{DateTime, Utc};
use csv::StringRecord;
use std::collections::BTreeMap;

/// The root user's name in the report.
const ROOT: &str = "<root_account>";
/// What stands in a column that says nothing.
const NOTHING: &[&str] = &["", "N/A", "no_information", "not_supported"];

/// The credential report, row by row: one row that cannot be understood does not lose the
/// others.
#[derive(Debug, Default)]
pub struct CredentialReport {
    users: BTreeMap<String, Result<Credentials, String>>,
    root: Option<Result<RootUser, String>>,
}

impl CredentialReport {
    /// Reads the report's text.
    pub fn parse(text: &[u8]) -> Result<CredentialReport, String> {
        let mut reader = csv::Reader::from_reader(text);
        let header = reader.headers().map_err(|error| error.to_string())?.clone();
        let mut report = CredentialReport::default();
        for record in reader.records() {
            let record = record.map_err(|error| error.to_string())?;
            let row = Row {
                header: &header,
                record: &record,
            };
            if row.text("user")? == ROOT {
                report.root = Some(row.root());
            } else {
                report
                    .users
                    .insert(row.text("arn")?.to_owned(), row.credentials());
            }
        }
        Ok(report)
    }

    /// The credentials of a user.
    pub fn user(&self, arn: &str) -> Result<Credentials, String> {
        self.users.get(arn).cloned().unwrap_or_else(|| {
            Err("the credential report is older than this user: it has no row for it".to_owned())
        })
    }

    /// The credentials of the root user.
    pub fn root(&self) -> Result<RootUser, String> {
        self.root
            .clone()
            .unwrap_or_else(|| Err("the credential report has no row for the root user".to_owned()))
    }
}

struct Row<'r> {
    header: &'r StringRecord,
    record: &'r StringRecord,
}

impl Row<'_> {
    fn credentials(&self) -> Result<Credentials, String> {
        let needed = |column: &str| {
            self.flag(column)?
                .ok_or_else(|| format!("the credential report does not tell `{column}`"))
        };
        Ok(Credentials {
            password_enabled: needed("password_enabled")?,
            password_last_used: self.time("password_last_used")?,
            password_last_changed: self.time("password_last_changed")?,
            password_next_rotation: self.time("password_next_rotation")?,
            mfa_active: needed("mfa_active")?,
            access_keys: self.access_keys()?,
            signing_certificates: self.signing_certificates()?,
        })
    }

    fn root(&self) -> Result<RootUser, String> {
        Ok(RootUser {
            password_enabled: self.flag("password_enabled")?,
            password_last_used: self.time("password_last_used")?,
            password_last_changed: self.time("password_last_changed")?,
            mfa_active: self
                .flag("mfa_active")?
                .ok_or("the credential report does not tell `mfa_active`")?,
            access_keys: self.access_keys()?,
            signing_certificates: self.signing_certificates()?,
        })
    }

    fn access_keys(&self) -> Result<Vec<AccessKey>, String> {
        let mut keys = Vec::new();
        for number in [1, 2] {
            let column = |what: &str| format!("access_key_{number}_{what}");
            let key = AccessKey {
                number,
                active: self.flag(&column("active"))?.unwrap_or(false),
                last_rotated: self.time(&column("last_rotated"))?,
                last_used_date: self.time(&column("last_used_date"))?,
                last_used_region: self.fact(&column("last_used_region"))?.map(str::to_owned),
                last_used_service: self.fact(&column("last_used_service"))?.map(str::to_owned),
            };
            // A key that was made inactive keeps its date; where there is no key there is none.
            if key.active || key.last_rotated.is_some() {
                keys.push(key);
            }
        }
        Ok(keys)
    }

    fn signing_certificates(&self) -> Result<Vec<SigningCertificate>, String> {
        let mut certificates = Vec::new();
        for number in [1, 2] {
            let certificate = SigningCertificate {
                number,
                active: self
                    .flag(&format!("cert_{number}_active"))?
                    .unwrap_or(false),
                last_rotated: self.time(&format!("cert_{number}_last_rotated"))?,
            };
            if certificate.active || certificate.last_rotated.is_some() {
                certificates.push(certificate);
            }
        }
        Ok(certificates)
    }

    fn text(&self, column: &str) -> Result<&str, String> {
        // By name: AWS adds columns.
        let index = self.header.iter().position(|name| name == column);
        index
            .and_then(|index| self.record.get(index))
            .ok_or_else(|| format!("the credential report has no column `{column}`"))
    }

    fn fact(&self, column: &str) -> Result<Option<&str>, String> {
        let text = self.text(column)?;
        Ok(Some(text).filter(|text| !NOTHING.contains(text)))
    }

    fn flag(&self, column: &str) -> Result<Option<bool>, String> {
        self.fact(column)?
            .map(|text| match text.to_ascii_lowercase().as_str() {
                "true" => Ok(true),
                "false" => Ok(false),
                _ => Err(format!("the credential report has `{text}` as `{column}`")),
            })
            .transpose()
    }

    fn time(&self, column: &str) -> Result<Option<DateTime<Utc>>, String> {
        self.fact(column)?
            .map(|text| {
                DateTime::parse_from_rfc3339(text)
                    .map(|time| time.to_utc())
                    .map_err(|error| {
                        format!("the credential report has `{text}` as `{column}`: {error}")
                    })
            })
            .transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,\
        password_last_changed,password_next_rotation,mfa_active,access_key_1_active,\
        access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,\
        access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,\
        access_key_2_last_used_date,access_key_2_last_used_region,\
        access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,\
        cert_2_last_rotated";

    fn parse(rows: &[&str]) -> CredentialReport {
        let text = format!("{HEADER}\n{}", rows.join("\n"));
        CredentialReport::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn root_without_password_information() {
        let report = parse(&[
            "<root_account>,arn:aws:iam::111122223333:root,2014-01-01T00:00:00Z,\
            not_supported,2025-06-01T10:00:00+00:00,not_supported,not_supported,true,\
            false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A",
        ]);
        let root = report.root().unwrap();
        assert_eq!(root.password_enabled, None);
        assert_eq!(
            root.password_last_used.unwrap().to_rfc3339(),
            "2025-06-01T10:00:00+00:00"
        );
        assert!(root.mfa_active && root.access_keys.is_empty());
        assert!(root.signing_certificates.is_empty());
    }

    #[test]
    fn an_inactive_key_is_a_key_and_a_never_used_one_has_no_date() {
        let report = parse(&[
            "ops,arn:aws:iam::111122223333:user/ops,2024-01-01T00:00:00Z,\
            TRUE,no_information,2024-01-01T00:00:00Z,N/A,FALSE,\
            FALSE,2024-02-01T00:00:00Z,2024-03-01T00:00:00Z,N/A,s3,\
            TRUE,2024-04-01T00:00:00Z,N/A,N/A,N/A,false,N/A,false,N/A",
        ]);
        let ops = report.user("arn:aws:iam::111122223333:user/ops").unwrap();
        assert!(ops.password_enabled && !ops.mfa_active);
        assert_eq!(ops.password_last_used, None);
        let [old, new] = ops.access_keys.as_slice() else {
            panic!("two keys")
        };
        assert!(!old.active && old.last_used_service.as_deref() == Some("s3"));
        assert!(old.last_used_region.is_none());
        assert!(new.active && new.last_used_date.is_none() && new.last_rotated.is_some());
    }

    #[test]
    fn one_bad_row_does_not_lose_the_others() {
        let rest = "N/A,N/A,false,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A";
        let report = parse(&[
            &format!("a,arn:a,2024-01-01T00:00:00Z,perhaps,N/A,{rest}"),
            &format!("b,arn:b,2024-01-01T00:00:00Z,false,N/A,{rest}"),
        ]);
        assert!(report.user("arn:a").unwrap_err().contains("perhaps"));
        assert!(report.user("arn:b").is_ok());
        assert!(report.user("arn:c").unwrap_err().contains("no row"));
        assert!(report.root().is_err());
    }

    #[test]
    fn a_missing_column_is_not_taken_for_never() {
        let text = "user,arn,password_enabled,mfa_active\na,arn:a,true,true";
        let report = CredentialReport::parse(text.as_bytes()).unwrap();
        assert!(
            report
                .user("arn:a")
                .unwrap_err()
                .contains("password_last_used")
        );
    }
}
