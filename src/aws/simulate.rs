//! What the caller may do, as IAM's policy simulator tells it.

use super::clients::Clients;
use super::error::Failure;
use super::retry::Retries;
use super::session::Session;
use crate::model::{GLOBAL, Reason};
use aws_sdk_iam::types::{EvaluationResult, PolicyEvaluationDecisionType};
use std::collections::{BTreeMap, BTreeSet};

/// How many actions one request names. The API documents no limit; its replies have at most 100
/// results a page unless more are asked for.
const BATCH: usize = 100;

/// What the simulator said.
#[derive(Clone, Debug)]
pub struct Simulation {
    /// The user or role whose policies were simulated.
    pub principal: String,
    /// The actions that it is not allowed, and why.
    pub refused: BTreeMap<String, String>,
}

/// Why nothing was simulated.
#[derive(Debug, thiserror::Error)]
pub enum NotSimulated {
    /// The simulator takes users and roles only.
    #[error("IAM's policy simulator takes a user or a role, and {0} is neither")]
    Caller(String),
    /// The role's path, which its ARN needs, is not known.
    #[error(
        "IAM's policy simulator does not find {arn}: the role may have a path, which \
         iam:GetRole would tell ({message}); {GRANT}"
    )]
    Path {
        /// The role's ARN if it has no path.
        arn: String,
        /// Why it could not be asked.
        message: String,
    },
    /// The simulator was asked and failed.
    #[error("IAM's policy simulator did not answer: {}{}", told(.0), grant(.0))]
    Failed(Failure),
}

/// How to be allowed to ask the simulator.
const GRANT: &str =
    "`waterline policy --preflight`, or `--publish security-hub`, has the permission";

fn grant(failure: &Failure) -> String {
    match failure.reason {
        Reason::Denied => format!("; {GRANT}"),
        _ => String::new(),
    }
}

fn told(failure: &Failure) -> String {
    match &failure.code {
        Some(code) => format!("{code}: {}", failure.message),
        None => failure.message.clone(),
    }
}

/// Whose policies are to be simulated.
#[derive(Debug, PartialEq, Eq)]
enum Principal<'a> {
    /// A user, by its ARN.
    User(&'a str),
    /// A role, by its name: the ARN of a session leaves the role's path out.
    Role(&'a str),
    /// The root user, or someone whom another identity provider vouches for.
    Other,
}

impl Principal<'_> {
    fn of(caller: &str) -> Principal<'_> {
        let resource = caller.splitn(6, ':').nth(5).unwrap_or_default();
        let mut parts = resource.split('/');
        match (parts.next(), parts.next()) {
            (Some("user"), Some(_)) => Principal::User(caller),
            (Some("assumed-role"), Some(name)) => Principal::Role(name),
            _ => Principal::Other,
        }
    }
}

impl Session {
    /// Asks IAM's policy simulator which of these actions the caller is not allowed, on all
    /// resources. It sees the policies of the user or role, its permissions boundary, and the
    /// organization's service control policies; it sees no policy of a resource, no session
    /// policy, and no condition whose value only a real request has.
    pub async fn simulate(&self, actions: &BTreeSet<&str>) -> Result<Simulation, NotSimulated> {
        let clients = self.clients(&GLOBAL.into());
        let (principal, guessed) = match Principal::of(&self.caller) {
            Principal::User(arn) => (arn.to_owned(), None),
            Principal::Role(name) => self.role(&clients, name).await,
            Principal::Other => return Err(NotSimulated::Caller(self.caller.clone())),
        };
        let actions: Vec<&str> = actions.iter().copied().collect();
        let mut refused = BTreeMap::new();
        for batch in actions.chunks(BATCH) {
            let results = batch_of(self.retries, &clients, &principal, batch).await;
            let results = results.map_err(|failure| match (&failure.code, &guessed) {
                (Some(code), Some(message)) if code == "NoSuchEntity" => NotSimulated::Path {
                    arn: principal.clone(),
                    message: message.clone(),
                },
                _ => NotSimulated::Failed(failure),
            })?;
            for result in results {
                if result.eval_decision != PolicyEvaluationDecisionType::Allowed {
                    refused.insert(result.eval_action_name.clone(), why(&result));
                }
            }
        }
        Ok(Simulation { principal, refused })
    }

    /// The ARN of a role; with why it is a guess, if it is one.
    async fn role(&self, clients: &Clients, name: &str) -> (String, Option<String>) {
        let iam = clients.iam();
        let asked = self
            .retries
            .again(|| iam.get_role().role_name(name).send())
            .await;
        match asked {
            Ok(reply) if reply.role.is_some() => {
                (reply.role.map(|role| role.arn).unwrap_or_default(), None)
            }
            other => {
                let arn = format!("arn:{}:iam::{}:role/{name}", self.partition, self.account);
                let message = other
                    .err()
                    .map_or_else(String::new, |failure| told(&failure));
                (arn, Some(message))
            }
        }
    }
}

/// All results for some actions.
async fn batch_of(
    retries: Retries,
    clients: &Clients,
    principal: &str,
    actions: &[&str],
) -> Result<Vec<EvaluationResult>, Failure> {
    let iam = clients.iam();
    let names: Vec<String> = actions.iter().map(|action| (*action).to_owned()).collect();
    let mut results = Vec::new();
    let mut marker: Option<String> = None;
    loop {
        let page = retries
            .again(|| {
                iam.simulate_principal_policy()
                    .policy_source_arn(principal)
                    .set_action_names(Some(names.clone()))
                    .set_marker(marker.clone())
                    .send()
            })
            .await?;
        results.extend(page.evaluation_results.unwrap_or_default());
        let next = page
            .marker
            .filter(|next| page.is_truncated && !next.is_empty());
        if next.is_none() || next == marker {
            return Ok(results);
        }
        marker = next;
    }
}

/// Why an action is refused, in words.
fn why(result: &EvaluationResult) -> String {
    let organization = result
        .organizations_decision_detail
        .as_ref()
        .is_some_and(|detail| !detail.allowed_by_organizations);
    let boundary = result
        .permissions_boundary_decision_detail
        .as_ref()
        .is_some_and(|detail| !detail.allowed_by_permissions_boundary);
    let mut why = match (&result.eval_decision, organization, boundary) {
        (_, true, _) => "the organization's policies do not allow it",
        (_, _, true) => "the permissions boundary does not allow it",
        (PolicyEvaluationDecisionType::ExplicitDeny, ..) => "a policy denies it",
        _ => "no policy allows it",
    }
    .to_owned();
    let keys = result.missing_context_values.as_deref().unwrap_or_default();
    if !keys.is_empty() {
        why.push_str(", as far as can be said without ");
        why.push_str(&keys.join(", "));
    }
    why
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_callers_arn_tells_whose_policies_count() {
        let user = "arn:aws:iam::111122223333:user/staff/alice";
        assert_eq!(Principal::of(user), Principal::User(user));
        assert_eq!(
            Principal::of("arn:aws-cn:sts::111122223333:assumed-role/auditor/me@example.com"),
            Principal::Role("auditor")
        );
        for other in [
            "arn:aws:iam::111122223333:root",
            "arn:aws:sts::111122223333:federated-user/bob",
            "",
        ] {
            assert_eq!(Principal::of(other), Principal::Other, "{other}");
        }
    }

    #[test]
    fn a_refusal_says_who_refuses_and_what_it_hangs_on() {
        let result = |decision: &str| {
            EvaluationResult::builder()
                .eval_action_name("s3:GetBucketAcl")
                .eval_decision(decision.into())
        };
        let said = |result: aws_sdk_iam::types::builders::EvaluationResultBuilder| {
            why(&result.build().unwrap())
        };
        assert_eq!(said(result("implicitDeny")), "no policy allows it");
        assert_eq!(said(result("explicitDeny")), "a policy denies it");
        let scp = aws_sdk_iam::types::OrganizationsDecisionDetail::builder();
        assert_eq!(
            said(result("implicitDeny").organizations_decision_detail(scp.build())),
            "the organization's policies do not allow it"
        );
        assert_eq!(
            said(result("implicitDeny").missing_context_values("aws:RequestedRegion")),
            "no policy allows it, as far as can be said without aws:RequestedRegion"
        );
    }
}
