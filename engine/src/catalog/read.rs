//! From the text of a check file to a [`Check`], with all of its problems at once.

use super::check::{CATEGORIES, CONTROLS, Check, DOMAINS, Param, Remedy, Responsibility, Severity};
use super::compile::Compiler;
use super::examples::Examples;
use super::fields::{Fields, Found, texts};
use super::framework::Framework;
use super::responsibility::LAYERS;
use super::sources::Source;
use super::{did_you_mean, nearest};
use crate::model;
use std::collections::{BTreeMap, BTreeSet};
use waterline_yaml::{Problem, Value, Yaml};

pub(super) const KEYS: &[&str] = &[
    "id",
    "title",
    "resource",
    "severity",
    "when",
    "each",
    "assert",
    "params",
    "message",
    "risk",
    "remedy",
    "responsibility",
    "root_cause",
    "controls",
    "similar",
    "aliases",
    "examples",
];

const PARAM_KEYS: &[&str] = &["type", "default", "about", "min", "max"];

/// Words that an id does not need: it names the defect.
const IDLE_WORDS: &[&str] = &["ensure", "should", "must", "check"];

/// Reads a check file.
pub(super) fn check(
    compiler: &Compiler,
    frameworks: &BTreeMap<String, Framework>,
    source: &Source,
) -> Result<Check, Vec<Problem>> {
    let file = source.file();
    let mut found = Found::default();
    let check = match source.yaml() {
        Ok(root) => read(compiler, frameworks, source, &root, &mut found),
        Err(problem) => {
            found.add(problem);
            None
        }
    };
    match check {
        Some(check) if found.0.is_empty() => Ok(check),
        _ => {
            let mut problems: Vec<_> = found.0.into_iter().map(|p| p.in_file(file)).collect();
            problems.sort();
            problems.dedup();
            Err(problems)
        }
    }
}

fn read(
    compiler: &Compiler,
    frameworks: &BTreeMap<String, Framework>,
    source: &Source,
    root: &Yaml,
    found: &mut Found,
) -> Option<Check> {
    let fields = Fields::of(root, KEYS, found)?;
    let (examples, file) = (Examples::read(source, &fields, found), source.file());
    let source = source.text();
    let id = id(&fields, file, found);
    let title = fields.text("title", found);
    let severity = fields
        .word("severity", &Severity::ALL.map(Severity::word), found)
        .and_then(|word| word.parse().ok());
    let risk = fields.text("risk", found);
    let params = params(&fields, found);
    let responsibility = responsibility(&fields, found);
    let controls = controls(&fields, frameworks, found);
    let similar = lists(&fields, "similar", found);
    let aliases = fields
        .texts("aliases", found)
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    let kind = kind(&fields, found);
    if kind.is_none() {
        // Without the kind no expression can be checked; the rest was.
        fields.require("assert", found);
        fields.require("message", found);
        fields.require("remedy", found);
        return None;
    }
    let kind = kind?;
    let mut scope = compiler.scope(kind, &params);
    let when = compiler.bool(&fields, "when", &scope, source, found);
    let root_cause = compiler.cause(&fields, &scope, source, found);
    let each = compiler.each(&fields, &mut scope, source, found);
    let assert = match fields.require("assert", found) {
        Some(_) => compiler.bool(&fields, "assert", &scope, source, found),
        None => None,
    };
    let message = match fields.require("message", found) {
        Some(node) => compiler.template(node, &scope, source, found),
        None => None,
    };
    let remedy = remedy(
        compiler,
        &fields,
        &compiler.scope(kind, &params),
        source,
        found,
    );
    let mut facts: BTreeSet<String> = [kind.name.to_owned()].into();
    let parts = [&when, &assert, &root_cause].into_iter().flatten();
    for paths in parts
        .map(|part| part.paths().clone())
        .chain(each.iter().map(|(_, list)| list.paths().clone()))
        .chain(message.iter().map(|message| message.paths()))
    {
        facts.extend(paths.iter().filter_map(|path| compiler.facet(kind, path)));
    }
    let sources = ["when", "each", "assert", "message"]
        .into_iter()
        .filter_map(|key| {
            let node = fields.get(key)?;
            let text = match &node.value {
                Value::Map(entries) => {
                    let (name, list) = entries.first()?;
                    format!("{} in {}", name.text()?, list.text()?)
                }
                _ => node.text()?.to_owned(),
            };
            Some((key, text))
        })
        .collect();
    Some(Check {
        id: id?,
        title: title?,
        kind,
        severity: severity?,
        when,
        each,
        assert: assert?,
        sources,
        message: message?,
        risk: risk?,
        remedy: remedy?,
        responsibility: responsibility?,
        root_cause,
        controls,
        similar,
        aliases,
        params,
        examples,
        file: file.to_owned(),
        facts,
    })
}

fn id(fields: &Fields, file: &str, found: &mut Found) -> Option<String> {
    let id = fields.text("id", found)?;
    let place = fields.get("id")?.place;
    let mut wrong = |message: String| found.add(Problem::new(place, message));
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !id.chars().all(plain) || id.starts_with('-') || id.ends_with('-') || id.len() > 80 {
        wrong(format!(
            "`{id}` is not an id: lower-case words joined by `-`, 80 characters at most"
        ));
    }
    if let Some(idle) = id.split('-').find(|word| IDLE_WORDS.contains(word)) {
        wrong(format!("an id names the defect: leave out `{idle}`"));
    }
    let stem = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = stem.trim_end_matches(".yaml").trim_end_matches(".yml");
    if stem != id {
        wrong(format!(
            "the file is called `{stem}`, the check `{id}`: they must agree"
        ));
    }
    Some(id)
}

fn kind(fields: &Fields, found: &mut Found) -> Option<&'static model::KindInfo> {
    let name = fields.text("resource", found)?;
    let kind = model::kind(&name);
    if kind.is_none() {
        let place = fields.get("resource")?.place;
        let mut problem = Problem::new(place, format!("unknown kind of resource `{name}`"));
        problem.help = did_you_mean(&name, model::kinds().map(|kind| kind.name))
            .or_else(|| Some("`waterline checks schema` lists them".to_owned()));
        found.add(problem);
    }
    kind
}

fn params(fields: &Fields, found: &mut Found) -> BTreeMap<String, Param> {
    let mut params = BTreeMap::new();
    let Some(open) = fields
        .get("params")
        .and_then(|node| Fields::open(node, found))
    else {
        return params;
    };
    for (key, name, node) in open.entries() {
        let Some(param) = Fields::of(node, PARAM_KEYS, found) else {
            continue;
        };
        let kinds = ["integer", "number", "string", "boolean", "list"];
        let kind = param.word("type", &kinds, found);
        let about = param.text("about", found);
        let default = param.require("default", found).map(Yaml::to_json);
        let (Some(kind), Some(about), Some(default)) = (kind, about, default) else {
            continue;
        };
        let mut bound = |name: &str| {
            let value = param.get(name)?.to_json();
            if value.as_f64().is_none() {
                let message = format!("`{name}` is not a number");
                found.add(Problem::new(key.place, message));
            }
            value.as_f64()
        };
        let (min, max) = (bound("min"), bound("max"));
        let param = Param {
            kind,
            default,
            about,
            min,
            max,
        };
        if let Some(objection) = param.objection(&param.default) {
            let message = format!("the default of `{name}`: {objection}");
            found.add(Problem::new(key.place, message));
        }
        params.insert(name.to_owned(), param);
    }
    params
}

fn responsibility(fields: &Fields, found: &mut Found) -> Option<Responsibility> {
    let node = fields.require("responsibility", found)?;
    let part = Fields::of(node, &["domain", "control", "category", "layer"], found)?;
    let domains: Vec<&str> = DOMAINS.iter().map(|(name, _)| *name).collect();
    let domain = part.word("domain", &domains, found);
    let control = part.word("control", CONTROLS, found);
    let category = part.word("category", CATEGORIES, found);
    let layer = match part.get("layer") {
        Some(_) => part.word("layer", LAYERS, found)?,
        // The model of responsibility tells it from the other words.
        None => String::new(),
    };
    Some(Responsibility {
        domain: domain?,
        control: control?,
        category: category?,
        layer,
    })
}

fn controls(
    fields: &Fields,
    frameworks: &BTreeMap<String, Framework>,
    found: &mut Found,
) -> BTreeMap<String, Vec<String>> {
    let controls = lists(fields, "controls", found);
    let Some(open) = fields
        .get("controls")
        .and_then(|node| Fields::open(node, &mut Found::default()))
    else {
        return controls;
    };
    for (key, name, node) in open.entries() {
        let Some(framework) = frameworks.get(name) else {
            let mut problem = Problem::new(key.place, format!("unknown framework `{name}`"));
            problem.help = did_you_mean(name, frameworks.keys().map(String::as_str));
            found.add(problem);
            continue;
        };
        for (item, control) in texts(node, &mut Found::default()) {
            if !framework.has(&control) {
                let message = format!("{name} has no control `{control}`");
                let mut problem = Problem::new(item.place, message);
                problem.help =
                    nearest(&control, framework.ids()).map(|id| format!("did you mean `{id}`?"));
                found.add(problem);
            }
        }
    }
    controls
}

fn lists(fields: &Fields, name: &str, found: &mut Found) -> BTreeMap<String, Vec<String>> {
    let Some(open) = fields.get(name).and_then(|node| Fields::open(node, found)) else {
        return BTreeMap::new();
    };
    open.entries()
        .map(|(_, name, node)| {
            let items = texts(node, found)
                .into_iter()
                .map(|(_, text)| text)
                .collect();
            (name.to_owned(), items)
        })
        .collect()
}

fn remedy(
    compiler: &Compiler,
    fields: &Fields,
    scope: &crate::expr::Scope,
    source: &str,
    found: &mut Found,
) -> Option<Remedy> {
    let node = fields.require("remedy", found)?;
    let part = Fields::of(node, &["text", "cli", "terraform", "links"], found)?;
    let text = part.text("text", found);
    let links = part.texts("links", found);
    if links.is_empty() {
        let message = "a remedy needs a link to AWS's documentation";
        found.add(Problem::new(node.place, message));
    }
    for (item, link) in &links {
        if !link.starts_with("https://") {
            found.add(Problem::new(
                item.place,
                format!("`{link}` is not an https link"),
            ));
        }
    }
    let cli = part
        .get("cli")
        .and_then(|node| compiler.template(node, scope, source, found));
    Some(Remedy {
        text: text?,
        cli,
        cli_source: part.optional_text("cli", found),
        terraform: part.optional_text("terraform", found),
        links: links.into_iter().map(|(_, link)| link).collect(),
    })
}
