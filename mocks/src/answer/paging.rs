//! Cutting lists into pages, by the service's paginator.
//!
//! A token says where its page begins and for which request it was given; it is opaque to clients
//! and refused when it does not fit.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::filters::Lists;
use super::{Question, path};
use crate::Fault;
use crate::model::{Paginator, data};
use crate::protocol::Asked;

/// How an operation pages, if it does.
pub(super) fn paginator(asked: &Asked) -> Option<Paginator> {
    let key = format!("{}:{}", asked.service.name, asked.operation);
    let page = asked.model().and_then(|operation| operation.page.clone());
    page.or_else(|| data().paging.paginators.get(&key).cloned())
}

/// The number of the page that a request asks for, from 1.
pub(crate) fn page_number(asked: &Asked) -> usize {
    let token = paginator(asked).and_then(|page| {
        let token = page
            .input
            .iter()
            .find_map(|member| asked.input.get(member))?;
        decode(token.as_str()?)
    });
    token.map_or(1, |token| token.page)
}

/// The page of an output that a request asks for; with `lists` in place of the output's own.
pub(super) fn page(
    question: &Question<'_>,
    output: &Value,
    lists: Option<Lists<'_>>,
) -> Result<Value, Fault> {
    let Some(fields) = output.as_object() else {
        return Ok(output.clone());
    };
    let Some(pager) = paginator(question.asked) else {
        let mut whole = output.clone();
        for (member, items) in lists.into_iter().flatten() {
            whole[member] = items.into_iter().cloned().collect();
        }
        return Ok(whole);
    };
    let start = start(question, &pager)?;
    let size = size(question, &pager)?
        .unwrap_or(usize::MAX)
        .min(question.items.map_or(usize::MAX, |most| most.max(1)));
    let mut lists = lists.unwrap_or_default();
    for member in &pager.result {
        if let (Some(Value::Array(items)), false) = (fields.get(member), lists.contains_key(member))
        {
            lists.insert(member.clone(), items.iter().collect());
        }
    }
    let total: usize = pager
        .result
        .iter()
        .filter_map(|m| lists.get(m))
        .map(Vec::len)
        .sum();
    if start.offset > total {
        return Err(bad_token(question, ""));
    }
    let end = start.offset.saturating_add(size).min(total);
    let mut out: serde_json::Map<String, Value> = fields
        .iter()
        .filter(|(name, _)| !lists.contains_key(*name) && !pager.output.contains(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    // Several lists are paged as one, one after the other.
    let mut before = 0;
    for member in &pager.result {
        let Some(items) = lists.get(member) else {
            continue;
        };
        let from = start.offset.clamp(before, before + items.len()) - before;
        let to = end.clamp(before, before + items.len()) - before;
        out.insert(
            member.clone(),
            items[from..to].iter().copied().cloned().collect(),
        );
        before += items.len();
    }
    if end < total {
        let next = if question.circles && start.page == 3 {
            Token {
                offset: start.offset - size,
                page: 2,
            }
        } else {
            Token {
                offset: end,
                page: start.page + 1,
            }
        };
        for member in &pager.output {
            out.insert(member.clone(), next.encode(question, &pager).into());
        }
    }
    if let Some(more) = &pager.more {
        out.insert(more.clone(), json!(end < total));
    }
    Ok(Value::Object(out))
}

/// Where a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Token {
    offset: usize,
    page: usize,
}

impl Token {
    fn encode(self, question: &Question<'_>, pager: &Paginator) -> String {
        BASE64.encode(format!(
            "{}.{}.{}",
            self.offset,
            self.page,
            bond(question, pager)
        ))
    }
}

fn decode(token: &str) -> Option<Token> {
    let text = String::from_utf8(BASE64.decode(token).ok()?).ok()?;
    let mut parts = text.split('.');
    let offset = parts.next()?.parse().ok()?;
    Some(Token {
        offset,
        page: parts.next()?.parse().ok()?,
    })
}

/// Ties a token to the request that it was given for.
fn bond(question: &Question<'_>, pager: &Paginator) -> String {
    let mut input = question.asked.input.clone();
    if let Some(fields) = input.as_object_mut() {
        fields.retain(|name, _| !pager.input.contains(name) && pager.limit.as_ref() != Some(name));
    }
    let text = format!(
        "{} {} {} {input}",
        question.account().id(),
        question.region,
        question.key()
    );
    Sha256::digest(text.as_bytes())
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn start(question: &Question<'_>, pager: &Paginator) -> Result<Token, Fault> {
    let Some(given) = pager.input.iter().find_map(|member| question.input(member)) else {
        return Ok(Token { offset: 0, page: 1 });
    };
    let given = path::text(given);
    match decode(&given) {
        Some(token) if token.encode(question, pager) == given => Ok(token),
        _ => Err(bad_token(question, &given)),
    }
}

fn bad_token(question: &Question<'_>, token: &str) -> Fault {
    let service = &question.asked.service;
    let errors = question
        .asked
        .model()
        .map_or(&[][..], |operation| operation.errors.as_slice());
    let named = errors.iter().find(|name| {
        name.starts_with("Invalid") && (name.contains("Token") || name.contains("Marker"))
    });
    if let Some(name) = named {
        let said = service
            .shapes
            .get(name)
            .and_then(|shape| shape.error.as_ref());
        let code = said.and_then(|e| e.code.as_deref()).unwrap_or(name);
        let status = said.and_then(|e| e.http_status_code).unwrap_or(400);
        return Fault::new(code, "The pagination token is not valid.", status);
    }
    match data().paging.tokens.get(&service.name) {
        Some(fault) => {
            let message = fault.message.replace("{token}", token);
            Fault {
                message,
                ..fault.clone()
            }
        }
        None => Fault::new(
            "ValidationException",
            "The pagination token is not valid.",
            400,
        ),
    }
}

/// Items of a page; `None` if there is no bound.
fn size(question: &Question<'_>, pager: &Paginator) -> Result<Option<usize>, Fault> {
    let key = question.key();
    let sizes = &data().paging.sizes;
    let known = sizes
        .get(&key)
        .or_else(|| sizes.get(question.service()))
        .copied();
    let known = known.unwrap_or_default();
    let Some(limit) = &pager.limit else {
        return Ok(known.default);
    };
    let Some(wanted) = question.input(limit) else {
        return Ok(known.default);
    };
    let number = wanted.as_u64().or_else(|| wanted.as_str()?.parse().ok());
    let wanted = number.and_then(|n| usize::try_from(n).ok());
    let (least, most) = bounds(question, limit);
    let least = known.least.unwrap_or(least);
    let most = known.most.filter(|_| known.strict).unwrap_or(most);
    let Some(wanted) = wanted.filter(|n| *n >= least && *n <= most) else {
        return Err(crate::faults::bad_size(question.asked, limit));
    };
    Ok(Some(wanted.min(known.most.unwrap_or(usize::MAX)).max(1)))
}

/// The bounds that the model gives for a page's size. Within them a service may still give less.
fn bounds(question: &Question<'_>, limit: &str) -> (usize, usize) {
    let service = &question.asked.service;
    let shape = question.asked.model().and_then(|operation| {
        let input = service.shape(&operation.input.as_ref()?.shape);
        Some(service.shape(&input.members.get(limit)?.shape))
    });
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small, positive"
    )]
    let whole = |number: f64| number.max(0.0) as usize;
    let least = shape.and_then(|s| s.min).map_or(0, whole);
    let most = shape.and_then(|s| s.max).map_or(usize::MAX, whole);
    (least, most)
}
