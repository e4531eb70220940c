use crate::derive::derive;
use crate::model::account::{Account, Membership};
use crate::model::iam::{
    AttachedPolicy, Credentials, Group, InlinePolicy, Policy, Role, SamlProvider, Trust, User,
};
use crate::model::policy::PolicyDocument;
use crate::model::{
    CUSTOMER, Facet, Facts, GLOBAL, GapId, Header, Listing, Meta, Resource, Snapshot, Tags,
};
use chrono::Utc;

const ACCOUNT: &str = "111122223333";
const ADMIN: &str = r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
const READER: &str = r#"{"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}"#;

fn document(text: &str) -> PolicyDocument {
    PolicyDocument::parse(text).unwrap()
}

fn unread<T>(gap: &str) -> Facet<T> {
    Facet::Unread(vec![gap.into()])
}

fn arn(kind: &str, name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:{kind}/{name}")
}

fn resource(arn: String, id: &str, facts: impl Facts + 'static) -> Resource {
    Resource {
        meta: Meta {
            arn: arn.into(),
            id: id.into(),
            account: ACCOUNT.into(),
            region: GLOBAL.into(),
            tags: Facet::Known(Tags::new()),
            managed_by: CUSTOMER.into(),
        },
        facts: Box::new(facts),
    }
}

/// A snapshot of these, the lists of all kinds complete but for those with a gap.
fn snapshot(resources: Vec<Resource>, incomplete: &[&str]) -> Snapshot {
    let kinds = [
        "account",
        "iam.user",
        "iam.group",
        "iam.role",
        "iam.policy",
        "iam.saml_provider",
        "iam.oidc_provider",
    ];
    let listing = |kind: &&str| Listing {
        kind: (*kind).into(),
        account: ACCOUNT.into(),
        region: GLOBAL.into(),
        gaps: incomplete
            .contains(kind)
            .then(|| GapId::from("lost"))
            .into_iter()
            .collect(),
    };
    let mut snapshot = Snapshot {
        header: Header {
            schema: 1,
            tool: String::new(),
            account: ACCOUNT.to_owned(),
            caller: String::new(),
            partition: "aws".to_owned(),
            regions: Vec::new(),
            started: Utc::now(),
            asked: Vec::new(),
            ledger: Vec::new(),
        },
        resources,
        listings: kinds.iter().map(listing).collect(),
        gaps: Vec::new(),
    };
    derive(&mut snapshot);
    snapshot
}

fn attached(arns: &[&str]) -> Vec<AttachedPolicy> {
    let policy = |arn: &&str| AttachedPolicy {
        policy_name: arn.rsplit('/').next().unwrap().to_owned(),
        policy_arn: (*arn).to_owned(),
    };
    arns.iter().map(policy).collect()
}

fn user(name: &str, groups: &[&str], policies: &[&str]) -> Resource {
    let facts = User {
        path: "/".to_owned(),
        user_id: String::new(),
        create_date: None,
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        attached_policies: attached(policies),
        inline_policies: Facet::Known(Vec::new()),
        permissions_boundary: None,
        credentials: Facet::not_asked(),
        administrative_policies: Facet::not_asked(),
    };
    resource(arn("user", name), name, facts)
}

fn group(name: &str, inline: Facet<Vec<InlinePolicy>>) -> Resource {
    let facts = Group {
        path: "/".to_owned(),
        group_id: String::new(),
        create_date: None,
        attached_policies: Vec::new(),
        inline_policies: inline,
        users: Facet::not_asked(),
        administrative_policies: Facet::not_asked(),
    };
    resource(arn("group", name), name, facts)
}

fn role(name: &str, policies: &[&str], trust: Facet<PolicyDocument>) -> Resource {
    let facts = Role {
        path: "/".to_owned(),
        role_id: String::new(),
        create_date: None,
        attached_policies: attached(policies),
        inline_policies: Facet::Known(Vec::new()),
        trust_policy: trust,
        permissions_boundary: None,
        last_used: None,
        instance_profiles: Vec::new(),
        max_session_duration: Facet::not_asked(),
        trusts: Facet::not_asked(),
        management_account_id: Facet::not_asked(),
        administrative_policies: Facet::not_asked(),
    };
    resource(arn("role", name), name, facts)
}

fn policy(name: &str, document: Facet<PolicyDocument>) -> Resource {
    let facts = Policy {
        path: "/".to_owned(),
        policy_id: String::new(),
        create_date: None,
        update_date: None,
        default_version_id: None,
        attachment_count: 0,
        permissions_boundary_usage_count: 0,
        is_attachable: true,
        document,
        attached_to: Facet::not_asked(),
    };
    resource(arn("policy", name), name, facts)
}

fn account(organization: Facet<Option<Membership>>) -> Resource {
    let facts = Account {
        summary: Facet::not_asked(),
        password_policy: Facet::not_asked(),
        root_user: Facet::not_asked(),
        root_virtual_mfa: Facet::not_asked(),
        aliases: Facet::not_asked(),
        security_contact: Facet::not_asked(),
        billing_contact: Facet::not_asked(),
        operations_contact: Facet::not_asked(),
        contact_information: Facet::not_asked(),
        public_access_block: Facet::not_asked(),
        organizations_features: Facet::not_asked(),
        organization,
        support_access: Facet::not_asked(),
        federation: Facet::not_asked(),
    };
    resource(format!("arn:aws:iam::{ACCOUNT}:root"), ACCOUNT, facts)
}

fn facts<'s, K: crate::model::Kind>(snapshot: &'s Snapshot, id: &str) -> &'s K {
    snapshot
        .of::<K>()
        .find(|(meta, _)| &*meta.id == id)
        .unwrap()
        .1
}

fn inline(text: &str) -> Facet<Vec<InlinePolicy>> {
    Facet::Known(vec![InlinePolicy {
        policy_name: "inline".to_owned(),
        document: document(text),
    }])
}

#[test]
fn a_user_holds_what_its_groups_hold() {
    let own = arn("policy", "everything");
    let resources = vec![
        user("direct", &[], &[&own]),
        user("by-group", &["admins"], &[]),
        user("reader", &["readers"], &[]),
        group("admins", inline(ADMIN)),
        group("readers", inline(READER)),
        policy("everything", Facet::Known(document(ADMIN))),
    ];
    let snapshot = snapshot(resources, &[]);
    let held = |name: &str| {
        facts::<User>(&snapshot, name)
            .administrative_policies
            .known()
            .unwrap()
            .clone()
    };
    assert_eq!(held("direct")[0].policy_arn.as_deref(), Some(own.as_str()));
    assert_eq!(held("by-group")[0].group.as_deref(), Some("admins"));
    assert!(held("reader").is_empty());
    let admins: &Group = facts(&snapshot, "admins");
    assert_eq!(admins.users.known().unwrap(), &["by-group"]);
    assert_eq!(admins.administrative_policies.known().unwrap().len(), 1);
}

#[test]
fn what_is_unread_is_not_taken_for_harmless() {
    let aws = "arn:aws:iam::aws:policy/AdministratorAccess";
    let odd = arn("policy", "odd");
    let resources = vec![
        user("odd", &[], &[&odd]),
        user("gone", &["nowhere"], &[]),
        user("admin", &[], &[&odd, aws]),
        policy("odd", unread("bad")),
    ];
    let snapshot = snapshot(resources, &["iam.group"]);
    let held = |name: &str| &facts::<User>(&snapshot, name).administrative_policies;
    assert_eq!(held("odd"), &unread("bad"));
    assert_eq!(held("gone"), &unread("lost"));
    // One that is known decides, whatever the other says.
    assert_eq!(
        held("admin").known().unwrap()[0].policy_arn.as_deref(),
        Some(aws)
    );
}

#[test]
fn attachments_need_all_lists() {
    let support = "arn:aws:iam::aws:policy/AWSSupportAccess";
    let own = arn("policy", "own");
    let resources = || {
        vec![
            account(Facet::not_asked()),
            user("ops", &[], &[&own]),
            policy("own", Facet::not_asked()),
        ]
    };
    let complete = snapshot(resources(), &[]);
    let facts_of = |snapshot: &Snapshot| {
        (
            facts::<Policy>(snapshot, "own").attached_to.clone(),
            facts::<Account>(snapshot, ACCOUNT).support_access.clone(),
        )
    };
    let known = (
        Facet::Known(vec![arn("user", "ops")]),
        Facet::Known(Vec::new()),
    );
    assert_eq!(facts_of(&complete), known);
    let partial = snapshot(resources(), &["iam.role"]);
    assert_eq!(facts_of(&partial), (unread("lost"), unread("lost")));
    let mut resources = resources();
    resources.push(role("support", &[support], Facet::not_asked()));
    let partial = snapshot(resources, &["iam.role"]);
    assert_eq!(
        facts_of(&partial).1,
        Facet::Known(vec![arn("role", "support")])
    );
}

fn trusts(text: &str) -> Vec<Trust> {
    let snapshot = snapshot(vec![role("r", &[], Facet::Known(document(text)))], &[]);
    facts::<Role>(&snapshot, "r")
        .trusts
        .known()
        .unwrap()
        .clone()
}

#[test]
fn trusts_tell_kinds_and_what_narrows() {
    let trusts = trusts(
        r#"{"Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole",
             "Principal": {"AWS": ["444455556666", "arn:aws:iam::444455556666:role/x", "AIDAEXAMPLE"]},
             "Condition": {"StringEquals": {"sts:ExternalId": "e"}, "Bool": {"aws:MultiFactorAuthPresent": "true"}}},
            {"Effect": "Allow", "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
             "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/Token.example.com/id"},
             "Condition": {"StringLike": {"token.example.com/id:sub": ["*", "x"]},
                           "StringEqualsIfExists": {"token.example.com/id:aud": "a"}}},
            {"Effect": "Allow", "Action": "sts:TagSession", "Principal": "*"},
            {"Effect": "Deny", "Action": "sts:*", "Principal": {"Service": "ec2.amazonaws.com"}},
            {"Effect": "Allow", "Action": "sts:*", "Principal": {"Service": "lambda.amazonaws.com"}}
        ]}"#,
    );
    let kinds: Vec<_> = trusts
        .iter()
        .map(|trust| {
            (
                trust.kind.as_str(),
                trust.account_id.as_deref(),
                trust.conditions.len(),
            )
        })
        .collect();
    let expected = [
        ("account", Some("444455556666"), 1),
        ("identity", None, 1),
        ("identity", Some("444455556666"), 1),
        ("oidc", None, 0),
        ("service", None, 0),
    ];
    assert_eq!(kinds, expected);
    assert_eq!(trusts[0].conditions[0].key, "sts:externalid");
    assert_eq!(trusts[3].issuer.as_deref(), Some("token.example.com/id"));
}

#[test]
fn anyone_is_told_in_each_of_its_spellings() {
    for principal in [
        r#""Principal": "*""#,
        r#""Principal": {"AWS": "*"}"#,
        r#""NotPrincipal": {"AWS": "444455556666"}"#,
    ] {
        let text = format!(
            r#"{{"Statement": {{"Effect": "Allow", "Action": "sts:AssumeRole", {principal}}}}}"#
        );
        assert_eq!(trusts(&text)[0].kind, "anyone", "{principal}");
    }
}

#[test]
fn the_management_account_is_known_of_roles() {
    let membership = Membership {
        organization_id: "o-a1b2c3d4e5".to_owned(),
        feature_set: "ALL".to_owned(),
        management_account_id: "999988887777".to_owned(),
    };
    for (organization, expected) in [
        (
            Facet::Known(Some(membership)),
            Facet::Known(Some("999988887777".to_owned())),
        ),
        (Facet::Known(None), Facet::Known(None)),
        (unread("denied"), unread("denied")),
    ] {
        let resources = vec![account(organization), role("r", &[], unread("x"))];
        let snapshot = snapshot(resources, &[]);
        let role: &Role = facts(&snapshot, "r");
        assert_eq!(role.management_account_id, expected);
        assert_eq!(role.trusts, unread("x"));
    }
}

#[test]
fn federation_counts_only_users_with_a_password() {
    let person = |name: &str, credentials: Facet<bool>| {
        let mut person = user(name, &[], &[]);
        let facts = person.facts.as_any_mut().downcast_mut::<User>().unwrap();
        facts.credentials = credentials.map(|enabled| Credentials {
            password_enabled: *enabled,
            password_last_used: None,
            password_last_changed: None,
            password_next_rotation: None,
            mfa_active: false,
            access_keys: Vec::new(),
            signing_certificates: Vec::new(),
        });
        person
    };
    let idp = SamlProvider {
        create_date: None,
        valid_until: None,
    };
    let resources = |late: Facet<bool>| {
        vec![
            account(Facet::not_asked()),
            resource(arn("saml-provider", "idp"), "idp", idp.clone()),
            person("ops", Facet::Known(true)),
            person("bot", Facet::Known(false)),
            person("late", late),
        ]
    };
    let complete = snapshot(resources(Facet::Known(false)), &[]);
    let federation = facts::<Account>(&complete, ACCOUNT)
        .federation
        .known()
        .unwrap();
    assert_eq!(federation.console_users, ["ops"]);
    assert_eq!(federation.saml_providers.len(), 1);
    let partial = snapshot(resources(unread("gap")), &[]);
    assert!(
        facts::<Account>(&partial, ACCOUNT)
            .federation
            .known()
            .is_none()
    );
}
