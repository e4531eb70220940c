//! Reads the account: root user, contacts, password policy, organization. The credential
//! report holds the root user and the IAM users, so one collector reads both.

use super::iam::{self, SharedReport};
use super::organizations::{self, Organization};
use super::{Collector, Cx};
use crate::model::account::{Account, ContactInformation, PasswordPolicy, RootUser, Summary};
use crate::model::s3::PublicAccessBlock;
use crate::model::{Facet, Scope};
use aws_sdk_account::types::AlternateContactType;
use aws_sdk_iam::types::{AssignmentStatusType, SummaryKeyType};
use std::collections::HashMap;
use tokio::join;

pub(super) static COLLECTORS: &[Collector] = &[Collector {
    gives: &[
        "account",
        "iam.user",
        "iam.group",
        "iam.role",
        "iam.policy",
        "organizations.organization",
    ],
    scope: Scope::Global,
    run: |cx| Box::pin(run(cx)),
}];

async fn run(cx: Cx) {
    let report = iam::report(&cx);
    join!(account(&cx, report.clone()), iam::identities(&cx, report));
}

async fn account(cx: &Cx, report: SharedReport) {
    let arn = format!("arn:{}:iam::{}:root", cx.partition(), cx.account);
    // What the organization itself is asked needs no more than to know which it is.
    let organization = async {
        let found = organizations::described(cx, &arn).await;
        let membership = found.map(|found| found.as_ref().map(Organization::membership));
        organizations::managed(cx, found).await;
        membership
    };
    let facts = async {
        if cx.wants("account") {
            Some(facts(cx, &arn, report).await)
        } else {
            None
        }
    };
    let (organization, facts) = join!(organization, facts);
    if let Some(mut facts) = facts {
        facts.organization = organization;
        // The tags of an account belong to the organization's management account.
        cx.emit(cx.meta(arn, cx.account.clone(), Facet::not_asked()), facts);
        cx.listed(&["account"], &Ok(()));
    }
}

async fn facts(cx: &Cx, arn: &str, report: SharedReport) -> Account {
    let (
        summary,
        password_policy,
        root_user,
        root_virtual_mfa,
        aliases,
        security_contact,
        billing_contact,
        operations_contact,
        contact_information,
        public_access_block,
        organizations_features,
    ) = join!(
        summary(cx, arn),
        password_policy(cx, arn),
        root_user(cx, arn, report),
        root_virtual_mfa(cx, arn),
        aliases(cx, arn),
        contact(
            cx,
            arn,
            "account.security_contact",
            AlternateContactType::Security
        ),
        contact(
            cx,
            arn,
            "account.billing_contact",
            AlternateContactType::Billing
        ),
        contact(
            cx,
            arn,
            "account.operations_contact",
            AlternateContactType::Operations
        ),
        contact_information(cx, arn),
        public_access_block(cx, arn),
        organizations_features(cx, arn),
    );
    Account {
        summary,
        password_policy,
        root_user,
        root_virtual_mfa,
        aliases,
        security_contact,
        billing_contact,
        operations_contact,
        contact_information,
        public_access_block,
        organizations_features,
        organization: Facet::not_asked(),
        support_access: Facet::not_asked(),
        federation: Facet::not_asked(),
    }
}

async fn summary(cx: &Cx, arn: &str) -> Facet<Summary> {
    cx.facet(
        "iam:GetAccountSummary",
        arn,
        || cx.clients().iam().get_account_summary().send(),
        |reply| summary_of(&reply.summary_map.unwrap_or_default()),
    )
    .await
}

fn summary_of(map: &HashMap<SummaryKeyType, i32>) -> Result<Summary, String> {
    let optional = |key: SummaryKeyType| map.get(&key).copied().map(i64::from);
    let number = |key: SummaryKeyType| {
        let name = key.as_str().to_owned();
        optional(key).ok_or_else(|| format!("the account summary has no `{name}`"))
    };
    Ok(Summary {
        users: number(SummaryKeyType::Users)?,
        groups: number(SummaryKeyType::Groups)?,
        roles: number(SummaryKeyType::Roles)?,
        policies: number(SummaryKeyType::Policies)?,
        account_mfa_enabled: number(SummaryKeyType::AccountMfaEnabled)? > 0,
        account_access_keys_present: number(SummaryKeyType::AccountAccessKeysPresent)? > 0,
        account_signing_certificates_present: number(
            SummaryKeyType::AccountSigningCertificatesPresent,
        )? > 0,
        account_password_present: optional(SummaryKeyType::AccountPasswordPresent)
            .map(|present| present > 0),
    })
}

async fn password_policy(cx: &Cx, arn: &str) -> Facet<Option<PasswordPolicy>> {
    cx.facet_or(
        "iam:GetAccountPasswordPolicy",
        arn,
        &["NoSuchEntity"],
        None,
        || cx.clients().iam().get_account_password_policy().send(),
        |reply| {
            let policy = reply
                .password_policy
                .ok_or("the reply holds no password policy")?;
            let length = policy
                .minimum_password_length
                .ok_or("the password policy has no minimum length")?;
            Ok(Some(PasswordPolicy {
                minimum_password_length: length.into(),
                require_symbols: policy.require_symbols,
                require_numbers: policy.require_numbers,
                require_uppercase_characters: policy.require_uppercase_characters,
                require_lowercase_characters: policy.require_lowercase_characters,
                allow_users_to_change_password: policy.allow_users_to_change_password,
                expire_passwords: policy.expire_passwords,
                // AWS tells 0 as well as nothing for "never".
                max_password_age: policy
                    .max_password_age
                    .filter(|days| *days > 0)
                    .map(i64::from),
                password_reuse_prevention: policy
                    .password_reuse_prevention
                    .filter(|count| *count > 0)
                    .map(i64::from),
                hard_expiry: policy.hard_expiry,
            }))
        },
    )
    .await
}

async fn root_user(cx: &Cx, arn: &str, report: SharedReport) -> Facet<RootUser> {
    if !cx.wants("account.root_user") {
        return Facet::not_asked();
    }
    report
        .await
        .and_then(|report| {
            report
                .root()
                .map_err(|message| cx.malformed("iam:GetCredentialReport", Some(arn), message))
        })
        .into()
}

async fn root_virtual_mfa(cx: &Cx, arn: &str) -> Facet<bool> {
    if !cx.wants("account.root_virtual_mfa") {
        return Facet::not_asked();
    }
    let clients = cx.clients();
    let mut found = false;
    cx.pages(
        "iam:ListVirtualMFADevices",
        Some(arn),
        |token| {
            clients
                .iam()
                .list_virtual_mfa_devices()
                .assignment_status(AssignmentStatusType::Assigned)
                .max_items(1000)
                .set_marker(token)
                .send()
        },
        |page| {
            found |= page.virtual_mfa_devices.iter().any(|device| {
                // Once there was one such device and it had this name; now root has up to
                // eight, of any name, and the owner tells them apart.
                device
                    .serial_number
                    .ends_with(":mfa/root-account-mfa-device")
                    || device.user.as_ref().is_some_and(|user| user.arn == arn)
            });
            page.marker.filter(|_| page.is_truncated)
        },
    )
    .await
    .map(|()| found)
    .into()
}

async fn aliases(cx: &Cx, arn: &str) -> Facet<Vec<String>> {
    cx.facet(
        "iam:ListAccountAliases",
        arn,
        || cx.clients().iam().list_account_aliases().send(),
        |reply| Ok(reply.account_aliases),
    )
    .await
}

async fn contact(cx: &Cx, arn: &str, fact: &str, which: AlternateContactType) -> Facet<bool> {
    // One operation for three facets: the operation does not tell which is wanted.
    if !cx.wants(fact) {
        return Facet::not_asked();
    }
    let clients = cx.clients();
    cx.facet_or(
        "account:GetAlternateContact",
        arn,
        &["ResourceNotFoundException"],
        false,
        || {
            clients
                .account()
                .get_alternate_contact()
                .alternate_contact_type(which.clone())
                .send()
        },
        |reply| Ok(reply.alternate_contact.is_some()),
    )
    .await
}

async fn contact_information(cx: &Cx, arn: &str) -> Facet<Option<ContactInformation>> {
    cx.facet_or(
        "account:GetContactInformation",
        arn,
        &["ResourceNotFoundException"],
        None,
        || cx.clients().account().get_contact_information().send(),
        |reply| {
            let there = |text: &str| !text.trim().is_empty();
            Ok(reply.contact_information.map(|contact| ContactInformation {
                has_full_name: there(&contact.full_name),
                has_address: there(&contact.address_line1),
                has_phone_number: there(&contact.phone_number),
                has_company_name: contact.company_name.as_deref().is_some_and(there),
            }))
        },
    )
    .await
}

async fn public_access_block(cx: &Cx, arn: &str) -> Facet<Option<PublicAccessBlock>> {
    cx.facet_or(
        "s3control:GetPublicAccessBlock",
        arn,
        &["NoSuchPublicAccessBlockConfiguration"],
        None,
        || {
            cx.clients()
                .s3control()
                .get_public_access_block()
                .account_id(&*cx.account)
                .send()
        },
        |reply| {
            Ok(reply
                .public_access_block_configuration
                .map(|block| PublicAccessBlock {
                    block_public_acls: block.block_public_acls.unwrap_or(false),
                    ignore_public_acls: block.ignore_public_acls.unwrap_or(false),
                    block_public_policy: block.block_public_policy.unwrap_or(false),
                    restrict_public_buckets: block.restrict_public_buckets.unwrap_or(false),
                }))
        },
    )
    .await
}

/// Errors of `iam:ListOrganizationsFeatures` by which AWS does not tell this account. AWS's
/// pages spell them without `Exception`, its service model with it.
const NOT_TOLD: &[&str] = &[
    "AccountNotManagementOrDelegatedAdministrator",
    "OrganizationNotFound",
];
/// Those that say that the organization cannot have switched on any feature.
const NO_FEATURES: &[&str] = &[
    "OrganizationNotInAllFeaturesMode",
    "ServiceAccessNotEnabled",
];

async fn organizations_features(cx: &Cx, arn: &str) -> Facet<Option<Vec<String>>> {
    const OPERATION: &str = "iam:ListOrganizationsFeatures";
    if !cx.wants("account.organizations_features") {
        return Facet::not_asked();
    }
    let clients = cx.clients();
    let reply = cx
        .attempt(OPERATION, || {
            clients.iam().list_organizations_features().send()
        })
        .await;
    match reply {
        Ok(reply) => {
            let features = reply.enabled_features.unwrap_or_default();
            let mut features: Vec<_> = features
                .iter()
                .map(|feature| feature.as_str().to_owned())
                .collect();
            features.sort();
            Facet::Known(Some(features))
        }
        Err(failure) => {
            let code = failure.code.as_deref().unwrap_or_default();
            let code = code.trim_end_matches("Exception");
            if NOT_TOLD.contains(&code) {
                Facet::Known(None)
            } else if NO_FEATURES.contains(&code) {
                Facet::Known(Some(Vec::new()))
            } else {
                Err(cx.gap(OPERATION, Some(arn), &failure)).into()
            }
        }
    }
}
