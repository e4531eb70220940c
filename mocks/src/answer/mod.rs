//! What an account answers to a request.

mod absent;
pub(crate) mod derived;
mod filters;
mod findings;
mod paging;
mod path;
mod simulate;
mod sts;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

pub(crate) use paging::page_number;

use crate::account::Reply;
use crate::protocol::{Asked, missing};
use crate::{Account, Controls, Effect, Fault};

/// Answers for all accounts. What clients change (assumed roles, imported findings) is kept here;
/// the accounts themselves never change.
#[derive(Debug)]
pub(crate) struct Answers {
    accounts: Vec<Arc<Account>>,
    /// What is denied: a simulation of policies tells it.
    controls: Controls,
    sessions: sts::Sessions,
    findings: findings::Findings,
    /// Names in the reply to a list, by account, Region and path: asked for by every request
    /// about one of them.
    names: Mutex<HashMap<String, Arc<absent::Names>>>,
    /// The Regions of each account's buckets.
    buckets: Mutex<HashMap<String, Arc<derived::Buckets>>>,
}

/// Who asks, and of which account.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) account: Arc<Account>,
    /// ARN of the caller.
    pub(crate) arn: String,
    pub(crate) user_id: String,
}

/// A request in its place.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) asked: &'a Asked,
    pub(crate) caller: &'a Caller,
    pub(crate) region: &'a str,
    /// The most items of a page, whatever the request asks for.
    pub(crate) items: Option<usize>,
    /// The third page leads back to the second.
    pub(crate) circles: bool,
    /// Which findings of a batch fail.
    pub(crate) refused: &'a [Effect],
}

impl Question<'_> {
    pub(crate) fn account(&self) -> &Account {
        &self.caller.account
    }

    fn service(&self) -> &str {
        &self.asked.service.name
    }

    /// `service:Operation`.
    pub(crate) fn key(&self) -> String {
        format!("{}:{}", self.service(), self.asked.operation)
    }

    /// The account's reply to another operation of the service, whatever its input.
    fn other(&self, operation: &str) -> Option<Arc<Value>> {
        match self
            .account()
            .find(self.region, self.service(), operation, &Value::Null)?
            .0
        {
            Reply::Output(output) => Some(output),
            Reply::Error(_) => None,
        }
    }

    fn input(&self, member: &str) -> Option<&Value> {
        self.asked.input.get(member)
    }

    fn input_text(&self, member: &str) -> Option<&str> {
        self.input(member)?.as_str()
    }
}

impl Answers {
    pub(crate) fn new(accounts: Vec<Account>, controls: Controls) -> Self {
        Self {
            accounts: accounts.into_iter().map(Arc::new).collect(),
            controls,
            sessions: sts::Sessions::default(),
            findings: findings::Findings::default(),
            names: Mutex::default(),
            buckets: Mutex::default(),
        }
    }

    /// Whose access key it is: an assumed role's, one that an account names, one with an account
    /// in it (`AKIA` or `ASIA`, then twelve digits), or the first account's.
    pub(crate) fn caller(&self, access_key: &str) -> Option<Caller> {
        if let Some(caller) = self.sessions.find(access_key) {
            return Some(caller);
        }
        let named = self
            .accounts
            .iter()
            .find(|a| a.access_keys().iter().any(|key| key == access_key));
        let account = match (named, encoded_account(access_key)) {
            (Some(account), _) => account,
            (None, Some(id)) => self.accounts.iter().find(|a| a.id() == id)?,
            (None, None) => self.accounts.first()?,
        };
        let user_id = format!("AIDA{}DEMO", account.id());
        Some(Caller {
            account: Arc::clone(account),
            arn: account.caller(),
            user_id,
        })
    }

    /// The answer to a request.
    pub(crate) fn answer(&self, question: &Question<'_>) -> Result<Value, Fault> {
        match derived::with_key_for_alias(question) {
            Some(asked) => self.answer_as_asked(&Question {
                asked: &asked,
                ..*question
            }),
            None => self.answer_as_asked(question),
        }
    }

    fn answer_as_asked(&self, question: &Question<'_>) -> Result<Value, Fault> {
        let asked = question.asked;
        if let Some(member) = missing(asked) {
            return Err(crate::faults::missing(asked, member));
        }
        match question.key().as_str() {
            "sts:GetCallerIdentity" => return Ok(sts::identity(question)),
            "sts:AssumeRole" => return self.sessions.assume(&self.accounts, question),
            _ => {}
        }
        let bucket_region = self.bucket_region(question);
        if let Some(fault) = derived::wrong_region(question, bucket_region.as_deref()) {
            return Err(fault);
        }
        let input = &asked.input;
        let found =
            question
                .account()
                .find(question.region, question.service(), &asked.operation, input);
        let (output, keyed_by) = match found {
            Some((Reply::Output(output), keyed_by)) => (output, keyed_by),
            Some((Reply::Error(fault), _)) => return Err(fault),
            None => {
                self.must_be_there(question)?;
                let output = match question.key().as_str() {
                    "iam:SimulatePrincipalPolicy" => simulate::simulate(question, &self.controls)?,
                    _ => derived::output(question, bucket_region.as_deref())
                        .map_or_else(|| absent::answer(question), Ok)?,
                };
                (Arc::new(output), &[][..])
            }
        };
        match question.key().as_str() {
            "securityhub:BatchImportFindings" => return self.findings.import(question),
            "securityhub:BatchUpdateFindings" => return Ok(self.findings.update(question)),
            "securityhub:GetFindings" => return self.findings.get(question, &output),
            _ => {}
        }
        let lists = filters::apply(question, &output, keyed_by)?;
        let mut output = paging::page(question, &output, lists)?;
        derived::finish(question, &mut output);
        Ok(output)
    }

    /// The Region of the bucket that a request to S3 names, by the list of buckets.
    fn bucket_region(&self, question: &Question<'_>) -> Option<String> {
        if question.service() != "s3" {
            return None;
        }
        let bucket = question.input_text("Bucket")?;
        let mut cached = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let account = question.account().id().to_owned();
        let buckets = Arc::clone(
            cached
                .entry(account)
                .or_insert_with(|| derived::buckets(question)),
        );
        drop(cached);
        buckets.get(bucket).cloned()
    }

    /// Names in the reply to a list.
    fn names(&self, question: &Question<'_>, list: &str, path: &str) -> Arc<absent::Names> {
        let (account, service) = (question.account().id(), question.service());
        let key = format!("{account}/{}/{service}:{list}/{path}", question.region);
        let mut cached = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(cached.entry(key).or_insert_with(|| {
            let reply = question.other(list);
            Arc::new(
                reply
                    .map(|output| path::texts(&output, path))
                    .unwrap_or_default(),
            )
        }))
    }
}

fn encoded_account(access_key: &str) -> Option<&str> {
    let rest = access_key
        .strip_prefix("AKIA")
        .or_else(|| access_key.strip_prefix("ASIA"))?;
    let id = rest.get(..12)?;
    id.bytes().all(|b| b.is_ascii_digit()).then_some(id)
}
