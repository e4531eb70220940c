//! Who the caller is, and assuming roles.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::{Caller, Question, path};
use crate::account::Reply;
use crate::{Account, Fault};

/// Roles that were assumed, by access key.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    held: Mutex<HashMap<String, Caller>>,
}

pub(super) fn identity(question: &Question<'_>) -> Value {
    json!({
        "Account": question.account().id(),
        "Arn": question.caller.arn,
        "UserId": question.caller.user_id,
    })
}

impl Sessions {
    pub(super) fn find(&self, access_key: &str) -> Option<Caller> {
        self.held
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(access_key)
            .cloned()
    }

    /// Gives credentials for a role of any account that is served. An account that lists roles
    /// refuses those that it has not, in the words in which AWS does.
    pub(super) fn assume(
        &self,
        accounts: &[Arc<Account>],
        question: &Question<'_>,
    ) -> Result<Value, Fault> {
        let role = question.input_text("RoleArn").unwrap_or_default();
        let session = question.input_text("RoleSessionName").unwrap_or_default();
        let seconds = question
            .input("DurationSeconds")
            .and_then(Value::as_u64)
            .unwrap_or(3600);
        let mut parts = role.splitn(6, ':');
        let (id, name) = (parts.nth(4), parts.next());
        let account = id.and_then(|id| accounts.iter().find(|account| account.id() == id));
        let refused = || {
            let caller = &question.caller.arn;
            let message = format!(
                "User: {caller} is not authorized to perform: sts:AssumeRole on resource: {role}"
            );
            Fault::new("AccessDenied", &message, 403)
        };
        let (Some(account), Some(name)) = (account, name.and_then(|n| n.strip_prefix("role/")))
        else {
            return Err(refused());
        };
        let name = name.rsplit('/').next().unwrap_or(name);
        let lets = account
            .lets_assume(name, question.input_text("ExternalId"))
            .unwrap_or_else(|| roles(account).is_none_or(|roles| roles.contains(role)));
        if !lets {
            return Err(refused());
        }
        let partition = account.partition();
        let arn = format!(
            "arn:{partition}:sts::{}:assumed-role/{name}/{session}",
            account.id()
        );
        let role_id = format!("AROA{}ROLE", account.id());
        let user_id = format!("{role_id}:{session}");
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let key = format!("ASIA{}{:04X}", account.id(), held.len() + 1);
        held.insert(
            key.clone(),
            Caller {
                account: Arc::clone(account),
                arn: arn.clone(),
                user_id: user_id.clone(),
            },
        );
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |d| d.as_secs());
        Ok(json!({
            "Credentials": {
                "AccessKeyId": key,
                "SecretAccessKey": "emulated/secret/access/key/of/the/session",
                "SessionToken": format!("emulated-session-token-{key}"),
                "Expiration": now + account.session_seconds().unwrap_or(seconds),
            },
            "AssumedRoleUser": {"AssumedRoleId": user_id, "Arn": arn},
        }))
    }
}

/// ARNs of the account's roles, if its files tell them.
fn roles(account: &Account) -> Option<std::collections::HashSet<String>> {
    let sources = [
        ("GetAccountAuthorizationDetails", "RoleDetailList[].Arn"),
        ("ListRoles", "Roles[].Arn"),
    ];
    sources.iter().find_map(|(operation, at)| {
        match account.find("global", "iam", operation, &Value::Null)?.0 {
            Reply::Output(output) => Some(path::texts(&output, at)),
            Reply::Error(_) => None,
        }
    })
}
