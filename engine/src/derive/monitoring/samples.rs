//! Sample events, in the form in which CloudTrail records them: what the metric filters of an
//! account must match for the account to be watched.
//!
//! Each event comes in several variants, and a filter matches it when it matches all of them:
//! by a role and by an IAM user, here and there. A filter that looks only at one user, or at
//! one Region, is thus not taken for one that watches the event.

use serde_json::{Value, json};

/// A sort of event that an account should watch.
pub(super) struct Topic {
    /// The facet of `cloudtrail.account` that tells which of the events are watched.
    pub(super) facet: &'static str,
    /// The names of the events.
    pub(super) events: &'static [&'static str],
    /// The variants of an event, in an account.
    pub(super) variants: fn(event: &str, account: &str) -> Vec<Value>,
}

/// Every topic.
pub(super) static TOPICS: &[Topic] = &[
    Topic {
        facet: "watched_unauthorized_calls",
        events: &[
            "AccessDenied",
            "AccessDeniedException",
            "Client.UnauthorizedOperation",
        ],
        variants: unauthorized,
    },
    Topic {
        facet: "watched_sign_in_without_mfa",
        events: &["ConsoleLogin"],
        variants: |_, account| vec![sign_in(user(account), "Success", "No")],
    },
    Topic {
        facet: "watched_root_use",
        events: &["ApiCall", "ConsoleLogin"],
        variants: root_use,
    },
    Topic {
        facet: "watched_iam_policy_changes",
        events: &[
            "AttachGroupPolicy",
            "AttachRolePolicy",
            "AttachUserPolicy",
            "CreatePolicy",
            "CreatePolicyVersion",
            "DeleteGroupPolicy",
            "DeletePolicy",
            "DeletePolicyVersion",
            "DeleteRolePolicy",
            "DeleteUserPolicy",
            "DetachGroupPolicy",
            "DetachRolePolicy",
            "DetachUserPolicy",
            "PutGroupPolicy",
            "PutRolePolicy",
            "PutUserPolicy",
            "SetDefaultPolicyVersion",
        ],
        variants: |event, account| global_call(event, "iam", account),
    },
    Topic {
        facet: "watched_trail_changes",
        events: &[
            "CreateTrail",
            "DeleteTrail",
            "PutEventSelectors",
            "StartLogging",
            "StopLogging",
            "UpdateTrail",
        ],
        variants: |event, account| regional_call(event, "cloudtrail", account),
    },
    Topic {
        facet: "watched_sign_in_failures",
        events: &["ConsoleLogin"],
        variants: |_, account| {
            let mut event = sign_in(user(account), "Failure", "No");
            event["errorMessage"] = "Failed authentication".into();
            vec![event]
        },
    },
    Topic {
        facet: "watched_kms_key_removals",
        events: &["DisableKey", "ScheduleKeyDeletion"],
        variants: |event, account| regional_call(event, "kms", account),
    },
    Topic {
        facet: "watched_bucket_policy_changes",
        events: &[
            "DeleteBucketCors",
            "DeleteBucketLifecycle",
            "DeleteBucketPolicy",
            "DeleteBucketReplication",
            "PutBucketAcl",
            "PutBucketCors",
            "PutBucketLifecycle",
            "PutBucketPolicy",
            "PutBucketReplication",
        ],
        variants: |event, account| regional_call(event, "s3", account),
    },
    Topic {
        facet: "watched_config_changes",
        events: &[
            "DeleteConfigurationRecorder",
            "DeleteDeliveryChannel",
            "PutConfigurationRecorder",
            "PutDeliveryChannel",
            "StopConfigurationRecorder",
        ],
        variants: |event, account| regional_call(event, "config", account),
    },
    Topic {
        facet: "watched_security_group_changes",
        events: &[
            "AuthorizeSecurityGroupEgress",
            "AuthorizeSecurityGroupIngress",
            "CreateSecurityGroup",
            "DeleteSecurityGroup",
            "ModifySecurityGroupRules",
            "RevokeSecurityGroupEgress",
            "RevokeSecurityGroupIngress",
        ],
        variants: ec2_call,
    },
    Topic {
        facet: "watched_network_acl_changes",
        events: &[
            "CreateNetworkAcl",
            "CreateNetworkAclEntry",
            "DeleteNetworkAcl",
            "DeleteNetworkAclEntry",
            "ReplaceNetworkAclAssociation",
            "ReplaceNetworkAclEntry",
        ],
        variants: ec2_call,
    },
    Topic {
        facet: "watched_gateway_changes",
        events: &[
            "AttachInternetGateway",
            "CreateCustomerGateway",
            "CreateInternetGateway",
            "DeleteCustomerGateway",
            "DeleteInternetGateway",
            "DetachInternetGateway",
        ],
        variants: ec2_call,
    },
    Topic {
        facet: "watched_route_table_changes",
        events: &[
            "CreateRoute",
            "CreateRouteTable",
            "DeleteRoute",
            "DeleteRouteTable",
            "DisassociateRouteTable",
            "ReplaceRoute",
            "ReplaceRouteTableAssociation",
        ],
        variants: ec2_call,
    },
    Topic {
        facet: "watched_vpc_changes",
        events: &[
            "AcceptVpcPeeringConnection",
            "AttachClassicLinkVpc",
            "CreateVpc",
            "CreateVpcPeeringConnection",
            "DeleteVpc",
            "DeleteVpcPeeringConnection",
            "DetachClassicLinkVpc",
            "DisableVpcClassicLink",
            "EnableVpcClassicLink",
            "ModifyVpcAttribute",
            "RejectVpcPeeringConnection",
        ],
        variants: ec2_call,
    },
    Topic {
        facet: "watched_organization_changes",
        events: &[
            "AcceptHandshake",
            "AttachPolicy",
            "CreateAccount",
            "CreateOrganizationalUnit",
            "CreatePolicy",
            "DeclineHandshake",
            "DeleteOrganization",
            "DeleteOrganizationalUnit",
            "DeletePolicy",
            "DetachPolicy",
            "DisablePolicyType",
            "EnablePolicyType",
            "InviteAccountToOrganization",
            "LeaveOrganization",
            "MoveAccount",
            "RemoveAccountFromOrganization",
            "UpdateOrganizationalUnit",
            "UpdatePolicy",
        ],
        variants: |event, account| global_call(event, "organizations", account),
    },
];

fn user(account: &str) -> Value {
    json!({
        "type": "IAMUser",
        "principalId": "AIDAEXAMPLEEXAMPLE001",
        "arn": format!("arn:aws:iam::{account}:user/jo"),
        "accountId": account,
        "accessKeyId": "AKIAEXAMPLEEXAMPLE01",
        "userName": "jo",
    })
}

fn role(account: &str) -> Value {
    json!({
        "type": "AssumedRole",
        "principalId": "AROAEXAMPLEEXAMPLE001:jo",
        "arn": format!("arn:aws:sts::{account}:assumed-role/Operations/jo"),
        "accountId": account,
        "accessKeyId": "ASIAEXAMPLEEXAMPLE01",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": "AROAEXAMPLEEXAMPLE001",
                "arn": format!("arn:aws:iam::{account}:role/Operations"),
                "accountId": account,
                "userName": "Operations",
            },
            "attributes": {
                "creationDate": "2025-11-04T08:00:00Z",
                "mfaAuthenticated": "true",
            },
        },
    })
}

fn root(account: &str) -> Value {
    json!({
        "type": "Root",
        "principalId": account,
        "arn": format!("arn:aws:iam::{account}:root"),
        "accountId": account,
        "accessKeyId": "ASIAEXAMPLEEXAMPLE02",
    })
}

fn call(event: &str, service: &str, who: Value, region: &str, from: &str) -> Value {
    let account = who["accountId"].clone();
    json!({
        "eventVersion": "1.11",
        "userIdentity": who,
        "eventTime": "2025-11-04T08:15:00Z",
        "eventSource": format!("{service}.amazonaws.com"),
        "eventName": event,
        "awsRegion": region,
        "sourceIPAddress": from,
        "userAgent": "aws-cli/2.31.0",
        "requestParameters": {},
        "responseElements": null,
        "requestID": "11111111-2222-3333-4444-555555555555",
        "eventID": "66666666-7777-8888-9999-000000000000",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": account,
        "eventCategory": "Management",
    })
}

/// A call of a service that is in every Region.
fn regional_call(event: &str, service: &str, account: &str) -> Vec<Value> {
    vec![
        call(event, service, role(account), "us-east-1", "203.0.113.10"),
        call(
            event,
            service,
            user(account),
            "eu-central-1",
            "198.51.100.20",
        ),
    ]
}

/// A call of a service whose events are all recorded in one Region.
fn global_call(event: &str, service: &str, account: &str) -> Vec<Value> {
    vec![
        call(event, service, role(account), "us-east-1", "203.0.113.10"),
        call(event, service, user(account), "us-east-1", "198.51.100.20"),
    ]
}

fn ec2_call(event: &str, account: &str) -> Vec<Value> {
    regional_call(event, "ec2", account)
}

fn unauthorized(code: &str, account: &str) -> Vec<Value> {
    let (name, service) = match code {
        "Client.UnauthorizedOperation" => ("RunInstances", "ec2"),
        "AccessDeniedException" => ("Decrypt", "kms"),
        _ => ("ListUsers", "iam"),
    };
    let mut events = regional_call(name, service, account);
    for event in &mut events {
        event["errorCode"] = code.into();
        event["errorMessage"] = "The caller is not authorized to perform this action".into();
    }
    events
}

fn sign_in(who: Value, outcome: &str, mfa: &str) -> Value {
    let mut event = call("ConsoleLogin", "signin", who, "us-east-1", "203.0.113.10");
    event["eventType"] = "AwsConsoleSignIn".into();
    event["userAgent"] = "Mozilla/5.0".into();
    event["requestParameters"] = Value::Null;
    event["responseElements"] = json!({"ConsoleLogin": outcome});
    event["additionalEventData"] = json!({
        "LoginTo": "https://console.aws.amazon.com/console/home",
        "MobileVersion": "No",
        "MFAUsed": mfa,
    });
    event
}

fn root_use(event: &str, account: &str) -> Vec<Value> {
    match event {
        "ConsoleLogin" => vec![sign_in(root(account), "Success", "Yes")],
        _ => vec![
            call(
                "CreateAccessKey",
                "iam",
                root(account),
                "us-east-1",
                "203.0.113.10",
            ),
            call(
                "RunInstances",
                "ec2",
                root(account),
                "eu-central-1",
                "198.51.100.20",
            ),
        ],
    }
}
