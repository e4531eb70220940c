//! Reads AWS Organizations: the organization of the account, and more of it where the account
//! manages it. The collector of the account calls this, for both need the same first call.

use super::convert::policy;
use super::{Collector, Cx};
use crate::model::account::Membership;
use crate::model::organizations as model;
use crate::model::{Facet, GapId};
use aws_sdk_organizations::types::{OrganizationFeatureSet, PolicyType, PolicyTypeStatus};
use futures_util::future::join_all;
use tokio::join;

pub(super) static COLLECTORS: &[Collector] = &[];

/// The largest page of most of the service's lists.
const PAGE: i32 = 20;

/// The organization as `organizations:DescribeOrganization` tells it to any of its accounts.
pub(super) struct Organization {
    arn: String,
    id: String,
    feature_set: String,
    management_account_id: String,
}

impl Organization {
    pub(super) fn membership(&self) -> Membership {
        Membership {
            organization_id: self.id.clone(),
            feature_set: self.feature_set.clone(),
            management_account_id: self.management_account_id.clone(),
        }
    }
}

/// The organization that the account is in.
pub(super) async fn described(cx: &Cx, account_arn: &str) -> Facet<Option<Organization>> {
    cx.facet_or(
        "organizations:DescribeOrganization",
        account_arn,
        &["AWSOrganizationsNotInUseException"],
        None,
        || cx.clients().organizations().describe_organization().send(),
        |reply| {
            let found = reply
                .organization
                .ok_or("the reply holds no organization")?;
            let feature_set = found
                .feature_set
                .as_ref()
                .map(|set| set.as_str().to_owned());
            Ok(Some(Organization {
                arn: found.arn.ok_or("the organization has no ARN")?,
                id: found.id.ok_or("the organization has no id")?,
                feature_set: feature_set.ok_or("the organization has no feature set")?,
                management_account_id: found
                    .master_account_id
                    .ok_or("the organization has no management account")?,
            }))
        },
    )
    .await
}

/// The organization as a resource of the account, which must manage it.
pub(super) async fn managed(cx: &Cx, organization: Facet<Option<Organization>>) {
    const KIND: &str = "organizations.organization";
    if !cx.wants(KIND) {
        return;
    }
    let found = match organization {
        Facet::Known(found) => found,
        Facet::Unread(gaps) => {
            if let Some(gap) = gaps.into_iter().next() {
                cx.listed(&[KIND], &Err(gap));
            }
            return;
        }
    };
    if let Some(found) = found.filter(|found| *found.management_account_id == *cx.account) {
        let arn = found.arn.as_str();
        let (
            enabled_policy_types,
            authorization_policies,
            delegated_administrators,
            resource_policy,
        ) = join!(
            enabled_policy_types(cx, arn),
            authorization_policies(cx, arn, &found.feature_set),
            delegated_administrators(cx, arn),
            resource_policy(cx, arn),
        );
        let facts = model::Organization {
            feature_set: found.feature_set,
            management_account_id: found.management_account_id,
            enabled_policy_types,
            authorization_policies,
            delegated_administrators,
            resource_policy,
        };
        cx.emit(cx.meta(found.arn, found.id, Facet::not_asked()), facts);
    }
    cx.listed(&[KIND], &Ok(()));
}

async fn enabled_policy_types(cx: &Cx, arn: &str) -> Facet<Vec<String>> {
    if !cx.wants("organizations.organization.enabled_policy_types") {
        return Facet::not_asked();
    }
    let clients = cx.clients();
    let mut types = Vec::new();
    cx.pages(
        "organizations:ListRoots",
        Some(arn),
        |token| {
            let call = clients.organizations().list_roots();
            call.max_results(PAGE).set_next_token(token).send()
        },
        |page| {
            for root in page.roots.unwrap_or_default() {
                for summary in root.policy_types.unwrap_or_default() {
                    if summary.status == Some(PolicyTypeStatus::Enabled) {
                        types.extend(summary.r#type.map(|name| name.as_str().to_owned()));
                    }
                }
            }
            page.next_token
        },
    )
    .await
    .map(|()| {
        types.sort();
        types
    })
    .into()
}

async fn authorization_policies(
    cx: &Cx,
    arn: &str,
    feature_set: &str,
) -> Facet<Vec<model::AuthorizationPolicy>> {
    if !cx.wants("organizations.organization.authorization_policies") {
        return Facet::not_asked();
    }
    if feature_set != OrganizationFeatureSet::All.as_str() {
        // With consolidated billing alone there are no policies, and AWS refuses the question.
        return Facet::Known(Vec::new());
    }
    let (service, resource) = join!(
        policies(cx, arn, PolicyType::ServiceControlPolicy),
        policies(cx, arn, PolicyType::ResourceControlPolicy),
    );
    let all = service.and_then(|mut all| {
        all.extend(resource?);
        Ok(all)
    });
    let targets = async |mut item: model::AuthorizationPolicy| {
        item.targets = targets(cx, arn, &item.id).await?;
        Ok(item)
    };
    match all {
        Ok(all) => {
            let told: Result<Vec<_>, GapId> = join_all(all.into_iter().map(targets))
                .await
                .into_iter()
                .collect();
            told.into()
        }
        Err(gap) => Err(gap).into(),
    }
}

async fn policies(
    cx: &Cx,
    arn: &str,
    kind: PolicyType,
) -> Result<Vec<model::AuthorizationPolicy>, GapId> {
    let clients = cx.clients();
    let mut found = Vec::new();
    cx.pages(
        "organizations:ListPolicies",
        Some(arn),
        |token| {
            let call = clients.organizations().list_policies().filter(kind.clone());
            call.max_results(PAGE).set_next_token(token).send()
        },
        |page| {
            let own = page.policies.unwrap_or_default().into_iter();
            found.extend(own.filter(|item| !item.aws_managed).filter_map(|item| {
                Some(model::AuthorizationPolicy {
                    id: item.id?,
                    name: item.name.unwrap_or_default(),
                    policy_type: kind.as_str().to_owned(),
                    targets: Vec::new(),
                })
            }));
            page.next_token
        },
    )
    .await
    .map(|()| {
        found.sort_by(|a, b| a.id.cmp(&b.id));
        found
    })
}

async fn targets(cx: &Cx, arn: &str, policy_id: &str) -> Result<Vec<model::PolicyTarget>, GapId> {
    let clients = cx.clients();
    let mut found = Vec::new();
    cx.pages(
        "organizations:ListTargetsForPolicy",
        Some(arn),
        |token| {
            let call = clients
                .organizations()
                .list_targets_for_policy()
                .policy_id(policy_id);
            call.max_results(PAGE).set_next_token(token).send()
        },
        |page| {
            found.extend(
                page.targets
                    .unwrap_or_default()
                    .into_iter()
                    .filter_map(|target| {
                        Some(model::PolicyTarget {
                            target_type: target.r#type?.as_str().to_owned(),
                            target_id: target.target_id?,
                        })
                    }),
            );
            page.next_token
        },
    )
    .await
    .map(|()| {
        found.sort();
        found
    })
}

async fn delegated_administrators(cx: &Cx, arn: &str) -> Facet<Vec<model::DelegatedAdministrator>> {
    if !cx.wants("organizations.organization.delegated_administrators") {
        return Facet::not_asked();
    }
    let clients = cx.clients();
    let mut accounts = Vec::new();
    let listed = cx
        .pages(
            "organizations:ListDelegatedAdministrators",
            Some(arn),
            |token| {
                let call = clients.organizations().list_delegated_administrators();
                call.max_results(PAGE).set_next_token(token).send()
            },
            |page| {
                let some = page.delegated_administrators.unwrap_or_default();
                accounts.extend(some.into_iter().filter_map(|account| account.id));
                page.next_token
            },
        )
        .await;
    if let Err(gap) = listed {
        return Err(gap).into();
    }
    accounts.sort();
    let administrator = async |account_id: String| {
        Ok(model::DelegatedAdministrator {
            service_principals: services(cx, arn, &account_id).await?,
            account_id,
        })
    };
    let told: Result<Vec<_>, GapId> = join_all(accounts.into_iter().map(administrator))
        .await
        .into_iter()
        .collect();
    told.into()
}

async fn services(cx: &Cx, arn: &str, account_id: &str) -> Result<Vec<String>, GapId> {
    let clients = cx.clients();
    let mut found = Vec::new();
    cx.pages(
        "organizations:ListDelegatedServicesForAccount",
        Some(arn),
        |token| {
            let call = clients
                .organizations()
                .list_delegated_services_for_account();
            call.account_id(account_id)
                .max_results(PAGE)
                .set_next_token(token)
                .send()
        },
        |page| {
            let some = page.delegated_services.unwrap_or_default();
            found.extend(
                some.into_iter()
                    .filter_map(|service| service.service_principal),
            );
            page.next_token
        },
    )
    .await
    .map(|()| {
        found.sort();
        found
    })
}

async fn resource_policy(
    cx: &Cx,
    arn: &str,
) -> Facet<Option<crate::model::policy::PolicyDocument>> {
    cx.facet_or(
        "organizations:DescribeResourcePolicy",
        arn,
        &["ResourcePolicyNotFoundException"],
        None,
        || {
            cx.clients()
                .organizations()
                .describe_resource_policy()
                .send()
        },
        |reply| {
            let content = reply.resource_policy.and_then(|policy| policy.content);
            content.as_deref().map(policy).transpose()
        },
    )
    .await
}
