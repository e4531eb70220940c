//! Users, groups, roles and policies, and the credential report that tells of them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use super::{Spec, policy, random::Random, tags};
use crate::Account;

/// AWS's own policies that the account uses.
const MANAGED: [&str; 4] = [
    "AdministratorAccess",
    "PowerUserAccess",
    "ReadOnlyAccess",
    "AmazonSSMManagedInstanceCore",
];

/// A user and its credentials.
struct User {
    name: String,
    arn: String,
    created: String,
    password: bool,
    mfa: bool,
    /// Id, when made, when used.
    keys: Vec<(String, String, Option<String>)>,
    detail: Value,
}

pub(super) fn fill(account: &mut Account, spec: &Spec, random: &mut Random) {
    let policies: Vec<Value> = (0..spec.mix.policies)
        .map(|i| own_policy(spec, random, i))
        .collect();
    let users: Vec<User> = (0..spec.mix.users)
        .map(|i| user(spec, random, &policies, i))
        .collect();
    let roles: Vec<Value> = (0..spec.mix.roles)
        .map(|i| role(spec, random, &policies, i))
        .collect();
    let groups = json!([{
        "Path": "/", "GroupName": "developers", "GroupId": "AGPADEVELOPERS000001",
        "Arn": format!("arn:aws:iam::{}:group/developers", spec.id),
        "CreateDate": "2021-01-05T09:00:00Z", "GroupPolicyList": [],
        "AttachedManagedPolicies": [attached_managed("PowerUserAccess")],
    }]);
    let mut all = policies.clone();
    all.extend(MANAGED.iter().map(|name| managed_policy(name)));
    let mut reply = |operation: &str, output: Value| {
        account.reply("global", "iam", operation, output);
    };
    let details: Vec<&Value> = users.iter().map(|user| &user.detail).collect();
    reply(
        "GetAccountAuthorizationDetails",
        json!({
            "UserDetailList": details, "GroupDetailList": groups, "RoleDetailList": roles,
            "Policies": all,
        }),
    );
    let short: Vec<Value> = users.iter().map(|user| listed(user, random)).collect();
    reply("ListUsers", json!({ "Users": short }));
    let short: Vec<Value> = roles.iter().map(listed_role).collect();
    reply("ListRoles", json!({ "Roles": short }));
    let short: Vec<Value> = all.iter().map(listed_policy).collect();
    reply("ListPolicies", json!({ "Policies": short }));
    let keys: Vec<Value> = users
        .iter()
        .flat_map(|user| {
            user.keys.iter().map(|(id, made, _)| json!({
                "UserName": user.name, "AccessKeyId": id, "Status": "Active", "CreateDate": made,
            }))
        })
        .collect();
    reply("ListAccessKeys", json!({ "AccessKeyMetadata": keys }));
    let devices: Vec<Value> = users
        .iter()
        .zip(&short_users(&users))
        .filter(|(user, _)| user.mfa)
        .map(|(user, short)| {
            json!({
                "SerialNumber": format!("arn:aws:iam::{}:mfa/{}", spec.id, user.name),
                "User": short, "EnableDate": user.created,
            })
        })
        .collect();
    reply(
        "GetAccountSummary",
        json!({"SummaryMap": {
            "AccountMFAEnabled": 1, "AccountAccessKeysPresent": 0,
            "AccountSigningCertificatesPresent": 0, "Users": users.len(),
            "Groups": 1, "Roles": roles.len(), "Policies": policies.len(),
            "MFADevices": devices.len(), "MFADevicesInUse": devices.len(),
        }}),
    );
    reply(
        "ListVirtualMFADevices",
        json!({ "VirtualMFADevices": devices }),
    );
    reply(
        "GetAccountPasswordPolicy",
        json!({"PasswordPolicy": {
            "MinimumPasswordLength": 14, "RequireSymbols": true, "RequireNumbers": true,
            "RequireUppercaseCharacters": true, "RequireLowercaseCharacters": true,
            "AllowUsersToChangePassword": true, "ExpirePasswords": false,
            "PasswordReusePrevention": 24,
        }}),
    );
    reply(
        "GetCredentialReport",
        json!({
            "Content": BASE64.encode(report(spec, &users, random)), "ReportFormat": "text/csv",
            "GeneratedTime": "2026-11-22T11:55:00Z",
        }),
    );
    for user in &users {
        for (id, _, used) in &user.keys {
            let last = match used {
                Some(at) => {
                    json!({"LastUsedDate": at, "Region": "us-east-1", "ServiceName": "s3"})
                }
                None => json!({"Region": "N/A", "ServiceName": "N/A"}),
            };
            let output = json!({"UserName": user.name, "AccessKeyLastUsed": last});
            let input = json!({ "AccessKeyId": id });
            account.reply_to("global", "iam", "GetAccessKeyLastUsed", input, Ok(output));
        }
    }
}

fn attached_managed(name: &str) -> Value {
    json!({"PolicyName": name, "PolicyArn": format!("arn:aws:iam::aws:policy/{name}")})
}

fn attached_own(random: &mut Random, policies: &[Value]) -> Option<Value> {
    let policy = random.pick(policies)?;
    Some(json!({"PolicyName": policy["PolicyName"], "PolicyArn": policy["Arn"]}))
}

fn user(spec: &Spec, random: &mut Random, policies: &[Value], number: usize) -> User {
    let person = random.chance(60);
    let name = format!("{}-{number:04}", if person { "person" } else { "service" });
    let arn = format!("arn:aws:iam::{}:user/{name}", spec.id);
    let created = random.time();
    let mut attached: Vec<Value> = Vec::new();
    if !person {
        attached.extend(attached_own(random, policies));
        if random.chance(10) {
            attached.push(attached_managed("AdministratorAccess"));
        }
    }
    let count = if person {
        random.below(2)
    } else {
        1 + random.below(2)
    };
    let keys = (0..count)
        .map(|_| {
            let id = format!("AKIA{}", random.hex(16).to_uppercase());
            let used = random.chance(85).then(|| random.lately());
            (id, random.time(), used)
        })
        .collect();
    let detail = json!({
        "Path": "/", "UserName": name, "UserId": format!("AIDA{}", random.hex(17).to_uppercase()),
        "Arn": arn, "CreateDate": created,
        "GroupList": if person { json!(["developers"]) } else { json!([]) },
        "AttachedManagedPolicies": attached, "Tags": tags(random, &name),
    });
    let mfa = person && random.chance(80);
    User {
        name,
        arn,
        created,
        password: person,
        mfa,
        keys,
        detail,
    }
}

fn short_users(users: &[User]) -> Vec<Value> {
    let members = ["Path", "UserName", "UserId", "Arn", "CreateDate"];
    users
        .iter()
        .map(|user| only(&user.detail, &members))
        .collect()
}

fn listed(user: &User, random: &mut Random) -> Value {
    let mut short = only(
        &user.detail,
        &["Path", "UserName", "UserId", "Arn", "CreateDate"],
    );
    if user.password {
        short["PasswordLastUsed"] = random.lately().into();
    }
    short
}

fn only(value: &Value, members: &[&str]) -> Value {
    members
        .iter()
        .map(|m| ((*m).to_owned(), value[*m].clone()))
        .collect()
}

fn role(spec: &Spec, random: &mut Random, policies: &[Value], number: usize) -> Value {
    let service = random.word(&["ec2", "lambda", "ecs-tasks", "backup"]);
    let linked = random.chance(15);
    let (path, name) = if linked {
        (
            format!("/aws-service-role/{service}.amazonaws.com/"),
            format!("AWSServiceRole{number:04}"),
        )
    } else {
        ("/".to_owned(), format!("role-{number:04}"))
    };
    let principal = match random.below(100) {
        0..10 if !linked => json!({"AWS": "arn:aws:iam::444455556666:root"}),
        10..13 if !linked => json!({"AWS": "*"}),
        _ => json!({"Service": format!("{service}.amazonaws.com")}),
    };
    let trust = json!({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"});
    let mut attached: Vec<Value> = attached_own(random, policies).into_iter().collect();
    if random.chance(8) {
        attached.push(attached_managed("AdministratorAccess"));
    }
    let inline = if random.chance(25) {
        json!([{"PolicyName": "inline", "PolicyDocument": policy(statement(random))}])
    } else {
        json!([])
    };
    json!({
        "Path": path, "RoleName": name,
        "RoleId": format!("AROA{}", random.hex(17).to_uppercase()),
        "Arn": format!("arn:aws:iam::{}:role{path}{name}", spec.id), "CreateDate": random.time(),
        "AssumeRolePolicyDocument": policy(trust), "InstanceProfileList": [],
        "RolePolicyList": inline, "AttachedManagedPolicies": attached,
        "Tags": tags(random, &name),
        "RoleLastUsed": {"LastUsedDate": random.lately(), "Region": spec.regions.first()},
    })
}

fn listed_role(role: &Value) -> Value {
    let members = [
        "Path",
        "RoleName",
        "RoleId",
        "Arn",
        "CreateDate",
        "AssumeRolePolicyDocument",
    ];
    let mut listed = only(role, &members);
    listed["MaxSessionDuration"] = json!(3600);
    listed
}

fn statement(random: &mut Random) -> Value {
    match random.below(100) {
        0..5 => json!({"Effect": "Allow", "Action": "*", "Resource": "*"}),
        5..20 => json!({"Effect": "Allow", "Action": ["s3:*", "sqs:*"], "Resource": "*"}),
        20..30 => json!({"Effect": "Allow", "Action": ["iam:PassRole", "ec2:RunInstances"],
                         "Resource": "*"}),
        _ => json!({"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"],
                    "Resource": format!("arn:aws:s3:::bucket-{}/*", random.hex(6))}),
    }
}

fn own_policy(spec: &Spec, random: &mut Random, number: usize) -> Value {
    let name = format!("policy-{number:04}");
    let document = policy(statement(random));
    describe_policy(
        &format!("arn:aws:iam::{}:policy/{name}", spec.id),
        &name,
        &document,
        random.time(),
    )
}

fn managed_policy(name: &str) -> Value {
    let action = match name {
        "AdministratorAccess" => json!("*"),
        "ReadOnlyAccess" => json!(["ec2:Describe*", "s3:Get*", "s3:List*"]),
        "PowerUserAccess" => json!(["ec2:*", "s3:*", "lambda:*"]),
        _ => json!(["ssm:UpdateInstanceInformation", "ssmmessages:*"]),
    };
    let document = policy(json!({"Effect": "Allow", "Action": action, "Resource": "*"}));
    let arn = format!("arn:aws:iam::aws:policy/{name}");
    describe_policy(&arn, name, &document, "2015-02-06T18:39:46Z".to_owned())
}

fn describe_policy(arn: &str, name: &str, document: &Value, created: String) -> Value {
    json!({
        "PolicyName": name, "PolicyId": format!("ANPA{:0>17}", name.to_uppercase().replace('-', "")),
        "Arn": arn, "Path": "/", "DefaultVersionId": "v1", "AttachmentCount": 1,
        "PermissionsBoundaryUsageCount": 0, "IsAttachable": true, "CreateDate": created,
        "UpdateDate": created,
        "PolicyVersionList": [{
            "Document": document, "VersionId": "v1", "IsDefaultVersion": true, "CreateDate": created,
        }],
    })
}

fn listed_policy(policy: &Value) -> Value {
    let mut short = policy.clone();
    if let Some(members) = short.as_object_mut() {
        members.remove("PolicyVersionList");
    }
    short
}

/// The credential report, in the columns that IAM gives it.
fn report(spec: &Spec, users: &[User], random: &mut Random) -> String {
    let mut out = String::from(
        "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
         password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,\
         access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,\
         access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,\
         access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
         cert_1_last_rotated,cert_2_active,cert_2_last_rotated\n",
    );
    out.push_str(&format!(
        "<root_account>,arn:aws:iam::{}:root,2021-01-04T09:00:00+00:00,not_supported,\
         2025-02-03T10:11:12+00:00,not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,\
         N/A,N/A,N/A,N/A,false,N/A,false,N/A\n",
        spec.id
    ));
    let offset = |time: &str| time.replace('Z', "+00:00");
    for user in users {
        let password = if user.password {
            format!(
                "true,{},{},N/A",
                offset(&random.lately()),
                offset(&random.time())
            )
        } else {
            "false,N/A,N/A,N/A".to_owned()
        };
        let keys = (0..2).map(|i| match user.keys.get(i) {
            Some((_, made, Some(used))) => {
                format!("true,{},{},us-east-1,s3", offset(made), offset(used))
            }
            Some((_, made, None)) => format!("true,{},N/A,N/A,N/A", offset(made)),
            None => "false,N/A,N/A,N/A,N/A".to_owned(),
        });
        let keys: Vec<String> = keys.collect();
        out.push_str(&format!(
            "{},{},{},{password},{},{},false,N/A,false,N/A\n",
            user.name,
            user.arn,
            offset(&user.created),
            user.mfa,
            keys.join(",")
        ));
    }
    out
}
