//! One request, from its first byte to its reply.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming as HyperBody;
use hyper::{Request as HyperRequest, Response};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::body::ReplyBody;
use super::{Shared, admin};
use crate::answer::{Question, page_number};
use crate::controls::{Plan, Request};
use crate::faults;
use crate::model::Protocol;
use crate::protocol::{self, Asked, Incoming, ReadError, Scope, Wire};
use crate::{Effect, Fault, LogEntry, Outcome};

/// Requests are no longer than this: the largest, BatchImportFindings, is limited to 6 MB.
const MAX_BODY: usize = 16 << 20;

/// Answers a request. An error breaks the connection.
pub(super) async fn handle(
    shared: Arc<Shared>,
    reset: Arc<AtomicBool>,
    request: HyperRequest<HyperBody>,
) -> io::Result<Response<ReplyBody>> {
    let at = shared.started.elapsed();
    let incoming = read_whole(request).await?;
    if incoming.path.starts_with("/_mocks") {
        return respond(admin::answer(&shared, &incoming), None);
    }
    let _open = shared.begin();
    let number = shared.requests.fetch_add(1, Ordering::Relaxed);
    let end = answer(&shared, &incoming, &request_id(number));
    let Ended {
        wire,
        plan,
        mut entry,
    } = end;
    entry.at_ms = u64::try_from(at.as_millis()).unwrap_or(u64::MAX);
    let broken = |how: &str| Outcome::Broken {
        how: how.to_owned(),
    };
    match (&plan.instead, &plan.body) {
        (Some(Effect::Reset {}), _) => entry.outcome = broken("reset"),
        (Some(Effect::Hang {}), _) => entry.outcome = broken("hang"),
        (_, Some(Effect::Truncate {})) => entry.outcome = broken("truncate"),
        _ => {}
    }
    shared.log.push(entry);
    if !plan.delay.is_zero() {
        tokio::time::sleep(plan.delay).await;
    }
    match plan.instead {
        Some(Effect::Reset {}) => {
            reset.store(true, Ordering::SeqCst);
            Err(io::Error::new(
                io::ErrorKind::ConnectionReset,
                "reset by a rule",
            ))
        }
        Some(Effect::Hang {}) => {
            // Longer than any client waits; it ends with the connection.
            tokio::time::sleep(Duration::from_secs(86_400)).await;
            Err(io::Error::other("hung by a rule"))
        }
        _ => respond(wire, plan.body.as_ref()),
    }
}

async fn read_whole(request: HyperRequest<HyperBody>) -> io::Result<Incoming> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, MAX_BODY)
        .collect()
        .await
        .map_err(io::Error::other)?;
    Ok(Incoming {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        raw_query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body: body.to_bytes(),
    })
}

fn respond(wire: Wire, effect: Option<&Effect>) -> io::Result<Response<ReplyBody>> {
    let mut builder = Response::builder().status(wire.status);
    for (name, value) in &wire.headers {
        builder = builder.header(name, value);
    }
    builder
        .body(ReplyBody::new(wire.body, effect))
        .map_err(io::Error::other)
}

/// A request's id in the form of a UUID: made from its number, so that it is the same on every
/// run.
fn request_id(number: u64) -> String {
    let digest = Sha256::digest(number.to_be_bytes());
    let hex: String = digest
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

/// What came of a request.
struct Ended {
    wire: Wire,
    plan: Plan,
    entry: LogEntry,
}

fn answer(shared: &Shared, incoming: &Incoming, id: &str) -> Ended {
    let Some(scope) = incoming.scope() else {
        let protocol = guess(incoming);
        return refuse(incoming, None, protocol, &faults::unsigned(), id);
    };
    let Some((service, protocol)) = protocol::choose_service(incoming, &scope) else {
        let fault = faults::not_served(&format!("the service {}", scope.service));
        return refuse(incoming, Some(&scope), guess(incoming), &fault, id);
    };
    let Some(caller) = shared.answers.caller(&scope.access_key) else {
        let fault = faults::invalid_credentials(protocol);
        return refuse(incoming, Some(&scope), protocol, &fault, id);
    };
    let account = caller.account.id().to_owned();
    let entry = |operation: &str, input: Value| LogEntry {
        service: service.name.clone(),
        operation: operation.to_owned(),
        account: account.clone(),
        region: scope.region.clone(),
        input,
        outcome: Outcome::Ok {},
        at_ms: 0,
    };
    let (mut entry, fault) = match protocol::read(&service, protocol, incoming) {
        Ok(asked) => {
            let question = Question {
                asked: &asked,
                caller: &caller,
                region: &scope.region,
                items: None,
                circles: false,
                refused: &[],
            };
            let entry = entry(&asked.operation, asked.input.clone());
            return finish(shared, &question, entry, id);
        }
        Err(ReadError::NotServed(what)) => {
            let fault = faults::not_served(&format!("{}:{what}", service.name));
            (entry(&what, Value::Null), fault)
        }
        Err(ReadError::Malformed(what)) => {
            (entry("", Value::Null), faults::malformed(protocol, &what))
        }
    };
    entry.outcome = Outcome::Error {
        code: fault.code.clone(),
        status: fault.status,
    };
    let wire = protocol::write_fault(Some(&service), protocol, &fault, id);
    Ended {
        wire,
        plan: Plan::default(),
        entry,
    }
}

/// A request that was understood: the rules, then the answer.
fn finish(shared: &Shared, question: &Question<'_>, mut entry: LogEntry, id: &str) -> Ended {
    let asked = question.asked;
    let account = question.account();
    let key = question.key();
    let plan = shared.controls.plan(&Request {
        key: &key,
        service: &asked.service.name,
        region: question.region,
        account: account.id(),
        page: page_number(asked),
        input: &|| asked.input.to_string(),
    });
    let regions = account.regions();
    let enabled = regions.is_empty()
        || regions.iter().any(|region| region == question.region)
        || is_global(&asked.service.name, question.region);
    let answer = match &plan.instead {
        Some(effect) => Err(instead(asked, effect, question)),
        None if !enabled => Err(faults::invalid_credentials(asked.protocol)),
        None => shared.answers.answer(&Question {
            items: plan.items,
            circles: plan.circles,
            refused: &plan.refused,
            ..*question
        }),
    };
    let wire = match answer {
        Ok(output) => protocol::write(asked, &output, id),
        Err(fault) => {
            entry.outcome = Outcome::Error {
                code: fault.code.clone(),
                status: fault.status,
            };
            protocol::write_fault(Some(&asked.service), asked.protocol, &fault, id)
        }
    };
    Ended { wire, plan, entry }
}

/// Services that answer for the whole partition, whatever Region signs the request; sts does so at
/// the partition's first Region. S3 has its own answer to the wrong Region.
fn is_global(service: &str, region: &str) -> bool {
    match service {
        "account" | "iam" | "organizations" | "s3" | "s3control" => true,
        "sts" => {
            matches!(
                region,
                "us-east-1" | "cn-north-1" | "cn-northwest-1" | "us-gov-west-1"
            )
        }
        _ => false,
    }
}

fn instead(asked: &Asked, effect: &Effect, question: &Question<'_>) -> Fault {
    match effect {
        Effect::Throttle {} => faults::throttled(asked),
        Effect::Deny {} => faults::denied(
            asked,
            &question.caller.arn,
            question.region,
            question.account().id(),
        ),
        Effect::NotImplemented {} => faults::not_served("this operation, by a rule"),
        Effect::NotSupported {} => faults::not_supported(asked, question.region),
        Effect::Error {
            status,
            code,
            message,
        } => {
            let mut fault = faults::internal(asked, *status);
            if let Some(code) = code {
                fault.code.clone_from(code);
            }
            if let Some(message) = message {
                fault.message.clone_from(message);
            }
            fault
        }
        // A lost page; what breaks the connection has no reply, and this one is not sent.
        _ => faults::internal(asked, 500),
    }
}

/// A request that is not understood so far as to say which operation it is.
fn refuse(
    incoming: &Incoming,
    scope: Option<&Scope>,
    protocol: Protocol,
    fault: &Fault,
    id: &str,
) -> Ended {
    let entry = LogEntry {
        service: scope.map(|s| s.service.clone()).unwrap_or_default(),
        operation: format!("{} {}", incoming.method, incoming.path),
        account: String::new(),
        region: scope.map(|s| s.region.clone()).unwrap_or_default(),
        input: Value::Null,
        outcome: Outcome::Error {
            code: fault.code.clone(),
            status: fault.status,
        },
        at_ms: 0,
    };
    Ended {
        wire: protocol::write_fault(None, protocol, fault, id),
        plan: Plan::default(),
        entry,
    }
}

/// The protocol of a request of which only the form is known.
fn guess(incoming: &Incoming) -> Protocol {
    let content_type = incoming.header("content-type").unwrap_or_default();
    if incoming.header("smithy-protocol").is_some() {
        Protocol::Cbor
    } else if incoming.header("x-amz-target").is_some() {
        Protocol::Json
    } else if content_type.starts_with("application/json") {
        Protocol::RestJson
    } else {
        Protocol::Query
    }
}
