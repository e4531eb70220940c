//! JSON of any shape, and valid JSON with something wrong.

use super::Entropy;
use serde_json::{Map, Value as Json, json};

/// JSON of any type.
pub(crate) fn any(entropy: &mut Entropy<'_>, depth: usize) -> Json {
    match entropy.below(if depth == 0 { 6 } else { 9 }) {
        0 => Json::Null,
        1 => entropy.one_in(2).into(),
        2 => entropy.number().into(),
        3 => json!(f64::from(entropy.byte()) / 7.0),
        4 | 5 => entropy.text().into(),
        6 => (0..entropy.below(4))
            .map(|_| any(entropy, depth - 1))
            .collect(),
        7 => deep(entropy),
        _ => {
            let entry = |entropy: &mut Entropy<'_>| (entropy.text(), any(entropy, depth - 1));
            Json::Object((0..entropy.below(4)).map(|_| entry(entropy)).collect())
        }
    }
}

/// Something nested deeply, yet not as deep as to overflow the stack of what drops it.
fn deep(entropy: &mut Entropy<'_>) -> Json {
    let list = entropy.one_in(2);
    (0..entropy.below(600)).fold(Json::Null, |inner, _| match list {
        true => Json::Array(vec![inner]),
        false => json!({ "Statement": inner }),
    })
}

/// Does something to some part of a value.
pub(crate) fn mutate(value: &mut Json, entropy: &mut Entropy<'_>) {
    let descend = entropy.below(4) != 0;
    match value {
        Json::Object(map) if descend && !map.is_empty() => {
            let at = entropy.below(map.len());
            if let Some((_, inner)) = map.iter_mut().nth(at) {
                return mutate(inner, entropy);
            }
        }
        Json::Array(items) if descend && !items.is_empty() => {
            let at = entropy.below(items.len());
            return mutate(&mut items[at], entropy);
        }
        _ => {}
    }
    match value {
        Json::Object(map) if !entropy.one_in(4) => change_object(map, entropy),
        Json::Array(items) if !entropy.one_in(4) => change_list(items, entropy),
        Json::String(text) if !entropy.one_in(3) => *text = change_text(text, entropy),
        other if entropy.one_in(3) => {
            let inner = other.take();
            *other = match entropy.one_in(2) {
                true => json!([inner]),
                false => json!({ entropy.text(): inner }),
            };
        }
        other => *other = any(entropy, 3),
    }
}

fn change_object(map: &mut Map<String, Json>, entropy: &mut Entropy<'_>) {
    let at = entropy.below(map.len());
    let key = map.keys().nth(at).cloned().unwrap_or_default();
    match entropy.below(4) {
        0 => {
            map.remove(&key);
        }
        1 => {
            let name = match entropy.below(3) {
                0 => key.to_uppercase(),
                1 => key.to_lowercase(),
                _ => entropy.text(),
            };
            if let Some(inner) = map.remove(&key) {
                map.insert(name, inner);
            }
        }
        2 => {
            map.insert(key, any(entropy, 3));
        }
        _ => {
            map.insert(entropy.text(), any(entropy, 3));
        }
    }
}

fn change_list(items: &mut Vec<Json>, entropy: &mut Entropy<'_>) {
    let at = entropy.below(items.len());
    match entropy.below(3) {
        0 if at < items.len() => {
            items.remove(at);
        }
        1 if at < items.len() => {
            let same = items[at].clone();
            items.extend(vec![same; entropy.below(5)]);
        }
        _ => items.push(any(entropy, 3)),
    }
}

/// A text with a part left out, doubled, or followed by another.
fn change_text(text: &str, entropy: &mut Entropy<'_>) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let at = entropy.below(characters.len());
    match entropy.below(4) {
        0 => entropy.text(),
        1 => {
            characters.truncate(at);
            characters.into_iter().collect()
        }
        2 => {
            characters.splice(at..at, entropy.text().chars());
            characters.into_iter().collect()
        }
        _ => format!("{text}{text}"),
    }
}
