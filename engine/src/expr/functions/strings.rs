//! Texts and plain lists.

use super::super::meter::charge;
use super::super::node::Node;
use super::operators::equal;
use super::{Function, FunctionDoc, Gives, Shape, list, native, text, text_list, texts};
use cel::ExecutionError;

macro_rules! function {
    ($name:literal, $signature:literal, $about:literal, $example:literal,
     $receiver:expr, $args:expr, $gives:expr, $run:expr) => {
        Function {
            doc: FunctionDoc {
                name: $name,
                signature: $signature,
                about: $about,
                example: $example,
            },
            receiver: $receiver,
            args: $args,
            gives: $gives,
            run: $run,
        }
    };
}

use Shape::{Numeric, Scalar, Scalars, Sized, Text, Texts};

pub(super) const FUNCTIONS: &[Function] = &[
    function!(
        "size",
        "x.size() -> int",
        "The characters of a text, the elements of a list, or the entries of a map.",
        "security_group.ingress.size() > 0",
        Some(Sized),
        &[],
        Gives::Int,
        None
    ),
    function!(
        "size",
        "size(x) -> int",
        "The same as `x.size()`.",
        "size(bucket.tags) == 0",
        None,
        &[Sized],
        Gives::Int,
        None
    ),
    function!(
        "contains",
        "string.contains(string) -> bool",
        "Whether a text holds another.",
        "image.platform.contains('Windows')",
        Some(Text),
        &[Text],
        Gives::Bool,
        None
    ),
    function!(
        "startsWith",
        "string.startsWith(string) -> bool",
        "Whether a text starts with another.",
        "user.name.startsWith('svc-')",
        Some(Text),
        &[Text],
        Gives::Bool,
        None
    ),
    function!(
        "endsWith",
        "string.endsWith(string) -> bool",
        "Whether a text ends with another.",
        "bucket.name.endsWith('-logs')",
        Some(Text),
        &[Text],
        Gives::Bool,
        None
    ),
    function!(
        "matches",
        "string.matches(string) -> bool",
        "Whether a regular expression (RE2 syntax) matches anywhere in a text.",
        "user.name.matches('^(svc|ci)-[a-z0-9-]+$')",
        Some(Text),
        &[Text],
        Gives::Bool,
        None
    ),
    function!(
        "lowerAscii",
        "string.lowerAscii() -> string",
        "The text with A to Z made small.",
        "db.engine.lowerAscii() == 'postgres'",
        Some(Text),
        &[],
        Gives::Text,
        native!(lower)
    ),
    function!(
        "split",
        "string.split(string) -> list<string>",
        "The parts of a text between a separator.",
        "image.uri.split('/')[0]",
        Some(Text),
        &[Text],
        Gives::Texts,
        native!(split)
    ),
    function!(
        "join",
        "list<string>.join(string) -> string",
        "Texts put together, with a separator between them.",
        "rule.cidrs.join(' ')",
        Some(Texts),
        &[Text],
        Gives::Text,
        native!(join)
    ),
    function!(
        "sort",
        "list.sort() -> list",
        "The list of scalars in ascending order.",
        "cluster.log_types.sort() == ['api', 'audit']",
        Some(Scalars),
        &[],
        Gives::Receiver,
        native!(sort)
    ),
    function!(
        "distinct",
        "list.distinct() -> list",
        "The list of scalars without repetitions, in the order of first appearance.",
        "instances.map(i, i.subnet).distinct().size() > 1",
        Some(Scalars),
        &[],
        Gives::Receiver,
        native!(distinct)
    ),
    function!(
        "string",
        "string(x) -> string",
        "A scalar or a time as text.",
        "string(params.port)",
        None,
        &[Scalar],
        Gives::Text,
        None
    ),
    function!(
        "int",
        "int(x) -> int",
        "A number, or a text that spells one, as an integer.",
        "int(cluster.version.split('.')[1]) >= 30",
        None,
        &[Numeric],
        Gives::Int,
        None
    ),
    function!(
        "double",
        "double(x) -> double",
        "A number, or a text that spells one, as a floating-point number.",
        "double(listener.tls_version) >= 1.2",
        None,
        &[Numeric],
        Gives::Double,
        None
    ),
];

fn lower(args: &[Node]) -> Result<Node, ExecutionError> {
    Ok(Node::text(text(&args[0])?.to_ascii_lowercase()))
}

fn split(args: &[Node]) -> Result<Node, ExecutionError> {
    let (whole, separator) = (text(&args[0])?, text(&args[1])?);
    charge(whole.len())?;
    if separator.is_empty() {
        return text_list(whole.chars());
    }
    text_list(whole.split(separator))
}

fn join(args: &[Node]) -> Result<Node, ExecutionError> {
    let (parts, separator) = (texts(&args[0])?, text(&args[1])?);
    let separators = separator.len().saturating_mul(parts.len());
    charge(
        parts
            .iter()
            .map(|p| p.len())
            .sum::<usize>()
            .saturating_add(separators),
    )?;
    Ok(Node::text(parts.join(separator)))
}

fn sort(args: &[Node]) -> Result<Node, ExecutionError> {
    let items = list(&args[0])?;
    args[0].known_throughout()?;
    charge(items.len().saturating_mul(8))?;
    let mut sorted: Vec<Node> = items.to_vec();
    let mut failed = None;
    sorted.sort_by(|a, b| {
        let compared = match a.as_val().as_comparer() {
            Some(comparer) => comparer.compare(b.as_val()),
            None => Err(ExecutionError::function_error(
                "sort",
                "cannot be put in order",
            )),
        };
        compared.unwrap_or_else(|error| {
            failed = Some(error);
            std::cmp::Ordering::Equal
        })
    });
    match failed {
        Some(error) => Err(error),
        None => Ok(Node::list(sorted)),
    }
}

fn distinct(args: &[Node]) -> Result<Node, ExecutionError> {
    let items = list(&args[0])?;
    args[0].known_throughout()?;
    let mut kept: Vec<Node> = Vec::new();
    for item in items {
        charge(kept.len())?;
        let mut seen = false;
        for other in &kept {
            seen = seen || equal(item.as_val(), other.as_val())?;
        }
        if !seen {
            kept.push(item.clone());
        }
    }
    Ok(Node::list(kept))
}
