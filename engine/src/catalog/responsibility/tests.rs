use super::*;
use crate::catalog::compile::Compiler;
use crate::catalog::embedded;
use crate::catalog::{BUILTIN, Problem, Source};
use crate::expr::{Engine, on_deep_stack};

fn read(text: &str) -> Result<Model, Vec<Problem>> {
    let source = Source::new("model.yaml", text);
    on_deep_stack(|| Model::read(&Compiler::new(Engine::new()), &source))
}

fn builtin() -> &'static str {
    match embedded::RESPONSIBILITY {
        [(_, text, ..)] => text,
        other => panic!("{} files", other.len()),
    }
}

/// The problems of the built-in file with one text in the place of another.
fn problems(of: &str, with: &str) -> Vec<String> {
    assert!(builtin().contains(of), "{of}");
    let problems = read(&builtin().replacen(of, with, 1))
        .err()
        .unwrap_or_default();
    problems
        .iter()
        .map(|problem| {
            assert_eq!(problem.file, "model.yaml");
            format!("{}: {}", problem.place.line, problem.message)
        })
        .collect()
}

fn told(of: &str, with: &str, message: &str) {
    let problems = problems(of, with);
    let found = problems.iter().any(|problem| problem.contains(message));
    assert!(found, "no `{message}` in {problems:#?}");
}

#[test]
fn the_layers_of_the_file_are_those_of_the_list() {
    let model = read(builtin()).unwrap_or_else(|problems| panic!("{problems:?}"));
    let layers: Vec<&str> = model.layers.iter().map(|layer| layer.id.as_str()).collect();
    assert_eq!(layers, LAYERS);
}

#[test]
fn every_cell_states_the_parts_of_its_owners() {
    let model = read(builtin()).unwrap_or_else(|problems| panic!("{problems:?}"));
    let mut cited = 0;
    for mode in &model.modes {
        for layer in LAYERS {
            let cell = model.cell(mode, layer).unwrap();
            let customer = cell.owner != Party::Aws;
            let aws = cell.owner != Party::Customer;
            assert_eq!(cell.customer.is_some(), customer, "{} {layer}", mode.id);
            assert_eq!(cell.aws.is_some(), aws, "{} {layer}", mode.id);
            cited += usize::from(model.page(&cell).is_some());
        }
    }
    assert!(cited > 50, "only {cited} cells rest on a page");
}

#[test]
fn a_cell_without_the_part_of_an_owner_is_a_problem() {
    let part = "        aws: Builds and publishes patched images.\n";
    told(part, "", "what is shared has both parts");
    let owner = "        owner: shared\n        aws: Encrypts every new object";
    let aws = "        owner: aws\n        aws: Encrypts every new object";
    told(owner, aws, "what is AWS's has the part `aws` only");
}

#[test]
fn sources_are_there_and_are_aws_s_and_are_used() {
    told(
        "source: rds-maintenance",
        "source: rds-maintenence",
        "there is no source",
    );
    told("source: eks-managed-nodes\n", "\n", "`source` is missing");
    told(
        "https://docs.aws.amazon.com/efs/",
        "https://example.com/efs/",
        "not a page of AWS's",
    );
    told(
        "source: target-tracking",
        "source: inferred",
        "no cell names the source",
    );
}

#[test]
fn kinds_conditions_and_layers_are_checked() {
    told(
        "kind: eks.fargate_profile",
        "kind: eks.fargat",
        "unknown kind",
    );
    told(
        "nodegroup.ami_type ==",
        "nodegroup.ami_tipe ==",
        "no field `ami_tipe`",
    );
    told("like: ec2\n", "like: ecs\n", "there is no mode `ecs`");
    told(
        "  - {layer: backup, ",
        "  - {layer: backups, ",
        "`backups` is not a layer",
    );
    told(
        "  guest-os:\n    title",
        "  guest:\n    title",
        "the layer `guest-os` is missing",
    );
    told(
        "kind: eks.nodegroup, when: nodegroup.ami_type == \"CUSTOM\"",
        "kind: \"eks.*\", when: nodegroup.ami_type == \"CUSTOM\"",
        "a condition needs one kind",
    );
}

#[test]
fn a_condition_must_not_cost_a_call() {
    told(
        "kind: eks.nodegroup, when: nodegroup.ami_type == \"CUSTOM\"",
        "kind: eks.cluster, when: cluster.version == \"1.33\"",
        "needs a call of its own",
    );
}

#[test]
fn every_combination_and_every_kind_has_its_place() {
    told(
        "  - {layer: identity, domain: [platform-iam]}\n",
        "",
        "has no layer",
    );
    told(
        "    of: [{kind: \"*\"}]\n",
        "    of: [{kind: sns.topic}]\n",
        "has no mode that always fits",
    );
}

#[test]
fn the_layer_of_a_check_is_its_own_word_or_follows_from_the_others() {
    let catalog = &*BUILTIN;
    let layer = |id: &str| catalog.check(id).unwrap().responsibility.layer.clone();
    assert_eq!(layer("ec2-instance-imdsv1-allowed"), "guest-os");
    assert_eq!(
        layer("ec2-security-group-ssh-open-to-ipv4-world"),
        "network"
    );
    assert_eq!(layer("rds-db-instance-minor-upgrades-off"), "platform");
    assert_eq!(layer("eks-cluster-audit-log-off"), "logging");
    for check in &catalog.checks {
        let layer = check.responsibility.layer.as_str();
        assert!(LAYERS.contains(&layer), "{}: `{layer}`", check.id);
    }
}
