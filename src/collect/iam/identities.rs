//! Reads users, groups, roles and managed policies, all from one paged operation.

use super::{PAGE, SharedReport, tags};
use crate::collect::Cx;
use crate::collect::convert::{policy, time};
use crate::model::iam::{AttachedPolicy, Group, InlinePolicy, Policy, Role, RoleLastUsed, User};
use crate::model::policy::PolicyDocument;
use crate::model::{Facet, GapId, Tags};
use aws_sdk_iam::types as sdk;
use std::collections::BTreeMap;
use tokio::join;

const DETAILS: &str = "iam:GetAccountAuthorizationDetails";
const ROLES: &str = "iam:ListRoles";
/// What the operation lists, with the word by which it is asked for that alone.
const KINDS: &[(&str, sdk::EntityType)] = &[
    ("iam.user", sdk::EntityType::User),
    ("iam.group", sdk::EntityType::Group),
    ("iam.role", sdk::EntityType::Role),
];

/// Reads those of the four kinds that are wanted.
pub(in crate::collect) async fn identities(cx: &Cx, report: SharedReport) {
    let mut kinds: Vec<&str> = KINDS
        .iter()
        .map(|(kind, _)| *kind)
        .filter(|kind| cx.wants(kind))
        .collect();
    // With policies nothing is filtered: it is the unfiltered answer that holds those of AWS's
    // policies that are in use, and not all thousand and more.
    let mut filter = None;
    if cx.wants("iam.policy") {
        kinds.push("iam.policy");
    } else {
        let wanted = KINDS.iter().filter(|(kind, _)| kinds.contains(kind));
        filter = Some(wanted.map(|(_, entity)| entity.clone()).collect::<Vec<_>>());
    }
    if kinds.is_empty() {
        return;
    }
    let clients = cx.clients();
    let mut users = Vec::new();
    let mut roles = Vec::new();
    let details = cx.pages(
        DETAILS,
        None,
        |token| {
            clients
                .iam()
                .get_account_authorization_details()
                .set_filter(filter.clone())
                .max_items(PAGE)
                .set_marker(token)
                .send()
        },
        |page| {
            users.extend(page.user_detail_list.unwrap_or_default());
            roles.extend(page.role_detail_list.unwrap_or_default());
            for item in page.group_detail_list.unwrap_or_default() {
                group(cx, item);
            }
            for item in page.policies.unwrap_or_default() {
                managed_policy(cx, item);
            }
            page.marker.filter(|_| page.is_truncated)
        },
    );
    let credentials = async {
        if cx.wants("iam.user.credentials") {
            Some(report.await)
        } else {
            None
        }
    };
    let (result, credentials, sessions) = join!(details, credentials, sessions(cx));
    for item in users {
        user(cx, item, credentials.as_ref());
    }
    for item in roles {
        role(cx, item, sessions.as_ref());
    }
    cx.listed(&kinds, &result);
}

type Report = Result<std::sync::Arc<crate::model::iam::CredentialReport>, GapId>;

fn user(cx: &Cx, item: sdk::UserDetail, report: Option<&Report>) {
    let Some((arn, name)) = cx.named("iam.user", DETAILS, item.arn.zip(item.user_name)) else {
        return;
    };
    let credentials = match report {
        None => Facet::not_asked(),
        Some(Err(gap)) => Err(gap.clone()).into(),
        Some(Ok(report)) => report
            .user(&arn)
            .map_err(|message| cx.malformed("iam:GetCredentialReport", Some(&arn), message))
            .into(),
    };
    let mut groups = item.group_list.unwrap_or_default();
    groups.sort();
    let inline = item.user_policy_list;
    let facts = User {
        path: item.path.unwrap_or_default(),
        user_id: item.user_id.unwrap_or_default(),
        create_date: item.create_date.as_ref().and_then(time),
        groups,
        attached_policies: attached(item.attached_managed_policies),
        inline_policies: inline_policies(cx, "iam.user.inline_policies", &arn, inline),
        permissions_boundary: item
            .permissions_boundary
            .and_then(|b| b.permissions_boundary_arn),
        credentials,
        administrative_policies: Facet::not_asked(),
    };
    let tags = Facet::Known(tags(item.tags.unwrap_or_default()));
    cx.emit(cx.meta(arn, name, tags), facts);
}

fn group(cx: &Cx, item: sdk::GroupDetail) {
    let Some((arn, name)) = cx.named("iam.group", DETAILS, item.arn.zip(item.group_name)) else {
        return;
    };
    let inline = item.group_policy_list;
    let facts = Group {
        path: item.path.unwrap_or_default(),
        group_id: item.group_id.unwrap_or_default(),
        create_date: item.create_date.as_ref().and_then(time),
        attached_policies: attached(item.attached_managed_policies),
        inline_policies: inline_policies(cx, "iam.group.inline_policies", &arn, inline),
        users: Facet::not_asked(),
        administrative_policies: Facet::not_asked(),
    };
    cx.emit(cx.meta(arn, name, Facet::Known(Tags::new())), facts);
}

fn role(cx: &Cx, item: sdk::RoleDetail, sessions: Option<&Result<BTreeMap<String, i64>, GapId>>) {
    let Some((arn, name)) = cx.named("iam.role", DETAILS, item.arn.zip(item.role_name)) else {
        return;
    };
    let path = item.path.unwrap_or_default();
    let trust_policy = match item.assume_role_policy_document {
        _ if !cx.wants("iam.role.trust_policy") => Facet::not_asked(),
        Some(text) => document(cx, &arn, "the trust policy", &text).into(),
        None => {
            Err(cx.malformed(DETAILS, Some(&arn), "there is no trust policy".to_owned())).into()
        }
    };
    let max_session_duration = match sessions {
        None => Facet::not_asked(),
        Some(Err(gap)) => Err(gap.clone()).into(),
        Some(Ok(sessions)) => sessions
            .get(&arn)
            .copied()
            .ok_or_else(|| cx.malformed(ROLES, Some(&arn), "the role is not listed".to_owned()))
            .into(),
    };
    let profiles = item.instance_profile_list.unwrap_or_default();
    let mut instance_profiles: Vec<_> = profiles
        .into_iter()
        .map(|profile| profile.instance_profile_name)
        .collect();
    instance_profiles.sort();
    let inline = item.role_policy_list;
    let last_used = item.role_last_used.and_then(|used| {
        Some(RoleLastUsed {
            last_used_date: time(&used.last_used_date?)?,
            region: used.region,
        })
    });
    let facts = Role {
        role_id: item.role_id.unwrap_or_default(),
        create_date: item.create_date.as_ref().and_then(time),
        attached_policies: attached(item.attached_managed_policies),
        inline_policies: inline_policies(cx, "iam.role.inline_policies", &arn, inline),
        trust_policy,
        permissions_boundary: item
            .permissions_boundary
            .and_then(|b| b.permissions_boundary_arn),
        last_used,
        instance_profiles,
        max_session_duration,
        trusts: Facet::not_asked(),
        management_account_id: Facet::not_asked(),
        administrative_policies: Facet::not_asked(),
        path,
    };
    let mut meta = cx.meta(arn, name, Facet::Known(tags(item.tags.unwrap_or_default())));
    if facts.path.starts_with("/aws-service-role/") {
        meta.managed_by = "aws".into();
    } else if facts.path.starts_with("/aws-reserved/sso.amazonaws.com/") {
        meta.managed_by = "sso".into();
    }
    cx.emit(meta, facts);
}

/// The longest sessions of the roles, by ARN; nothing when not wanted.
async fn sessions(cx: &Cx) -> Option<Result<BTreeMap<String, i64>, GapId>> {
    if !cx.wants("iam.role.max_session_duration") {
        return None;
    }
    let clients = cx.clients();
    let mut sessions = BTreeMap::new();
    let listed = cx
        .pages(
            ROLES,
            None,
            |token| {
                clients
                    .iam()
                    .list_roles()
                    .max_items(PAGE)
                    .set_marker(token)
                    .send()
            },
            |page| {
                sessions.extend(
                    page.roles
                        .into_iter()
                        .filter_map(|role| Some((role.arn, role.max_session_duration?.into()))),
                );
                page.marker.filter(|_| page.is_truncated)
            },
        )
        .await;
    Some(listed.map(|()| sessions))
}

fn managed_policy(cx: &Cx, item: sdk::ManagedPolicyDetail) {
    let Some(arn) = cx.named("iam.policy", DETAILS, item.arn) else {
        return;
    };
    // The ARN ends in the name: an answer that has no name apart does not lose the policy.
    let name = item
        .policy_name
        .unwrap_or_else(|| arn.rsplit('/').next().unwrap_or(&arn).to_owned());
    let aws = arn.contains(":iam::aws:policy/");
    let count = |count: Option<i32>| count.map_or(0, i64::from);
    let attachment_count = count(item.attachment_count);
    let permissions_boundary_usage_count = count(item.permissions_boundary_usage_count);
    if aws && attachment_count + permissions_boundary_usage_count == 0 {
        return;
    }
    let versions = item.policy_version_list.unwrap_or_default();
    let text = versions
        .into_iter()
        .find(|version| version.is_default_version)
        .and_then(|version| version.document);
    let document = match text {
        _ if !cx.wants("iam.policy.document") => Facet::not_asked(),
        Some(text) => document(cx, &arn, "the policy", &text).into(),
        None => Err(cx.malformed(DETAILS, Some(&arn), "no version is in force".to_owned())).into(),
    };
    let facts = Policy {
        path: item.path.unwrap_or_default(),
        policy_id: item.policy_id.unwrap_or_default(),
        create_date: item.create_date.as_ref().and_then(time),
        update_date: item.update_date.as_ref().and_then(time),
        default_version_id: item.default_version_id,
        attachment_count,
        permissions_boundary_usage_count,
        is_attachable: item.is_attachable,
        document,
        attached_to: Facet::not_asked(),
    };
    if aws {
        // Nobody can tag AWS's policies.
        let mut meta = cx.meta(arn, name, Facet::Known(Tags::new()));
        meta.managed_by = "aws".into();
        cx.emit(meta, facts);
    } else {
        let of = arn.clone();
        cx.part("iam.policy", &of, |task| async move {
            let tags = policy_tags(&task, &arn).await;
            task.emit(task.meta(arn, name, tags), facts);
        });
    }
}

async fn policy_tags(cx: &Cx, arn: &str) -> Facet<Tags> {
    let clients = cx.clients();
    cx.facet(
        "iam:ListPolicyTags",
        arn,
        || {
            clients
                .iam()
                .list_policy_tags()
                .policy_arn(arn)
                .max_items(PAGE)
                .send()
        },
        |reply| super::all_tags(reply.tags, reply.is_truncated),
    )
    .await
}

fn attached(policies: Option<Vec<sdk::AttachedPolicy>>) -> Vec<AttachedPolicy> {
    let mut attached: Vec<_> = policies
        .unwrap_or_default()
        .into_iter()
        .filter_map(|policy| {
            Some(AttachedPolicy {
                policy_name: policy.policy_name?,
                policy_arn: policy.policy_arn?,
            })
        })
        .collect();
    attached.sort();
    attached
}

fn inline_policies(
    cx: &Cx,
    fact: &str,
    arn: &str,
    policies: Option<Vec<sdk::PolicyDetail>>,
) -> Facet<Vec<InlinePolicy>> {
    if !cx.wants(fact) {
        return Facet::not_asked();
    }
    let mut inline = Vec::new();
    for item in policies.unwrap_or_default() {
        let policy_name = item.policy_name.unwrap_or_default();
        let text = item.policy_document.unwrap_or_default();
        match document(
            cx,
            arn,
            &format!("the inline policy `{policy_name}`"),
            &text,
        ) {
            Ok(document) => inline.push(InlinePolicy {
                policy_name,
                document,
            }),
            Err(gap) => return Err(gap).into(),
        }
    }
    inline.sort_by(|a, b| a.policy_name.cmp(&b.policy_name));
    Facet::Known(inline)
}

fn document(cx: &Cx, arn: &str, what: &str, text: &str) -> Result<PolicyDocument, GapId> {
    policy(text).map_err(|message| cx.malformed(DETAILS, Some(arn), format!("{what}: {message}")))
}
