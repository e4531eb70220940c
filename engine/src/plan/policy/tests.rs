use super::*;
use crate::model;
use proptest::prelude::*;
use serde_json::Value;

/// Every action that any read needs.
fn all() -> BTreeSet<&'static str> {
    model::reads()
        .flat_map(|read| read.actions.iter().copied())
        .collect()
}

fn allowed(documents: &[Document]) -> Vec<String> {
    let mut actions: Vec<String> = documents
        .iter()
        .flat_map(|document| &document.statement)
        .flat_map(|statement| statement.action.iter().cloned())
        .collect();
    actions.sort();
    actions
}

#[test]
fn services_are_statements_sorted_with_plain_names() {
    let actions = ["s3:GetBucketAcl", "access-analyzer:ListAnalyzers", "s3:A"];
    let documents = documents(actions);
    insta::assert_snapshot!(render(&documents, Format::Json), @r#"
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Sid": "AccessAnalyzer",
          "Effect": "Allow",
          "Action": [
            "access-analyzer:ListAnalyzers"
          ],
          "Resource": "*"
        },
        {
          "Sid": "S3",
          "Effect": "Allow",
          "Action": [
            "s3:A",
            "s3:GetBucketAcl"
          ],
          "Resource": "*"
        }
      ]
    }
    "#);
    assert_eq!(note(&documents), None);
}

#[test]
fn the_characters_are_those_that_are_not_white_space() {
    let documents = documents(all());
    for document in &documents {
        let pretty = json(document, true);
        let black = pretty.chars().filter(|c| !c.is_whitespace()).count();
        assert_eq!(document.characters(), black);
    }
}

/// More than any catalogue needs: documents for more policies than a role takes.
fn many() -> Vec<Document> {
    let actions: Vec<String> = (0..2000)
        .map(|number| format!("service{}:DescribeSomethingLong{number}", number % 40))
        .collect();
    documents(actions.iter().map(String::as_str))
}

#[test]
fn every_format_holds_the_same_documents() {
    for documents in [documents(all()), many()] {
        let plain: Vec<Value> = documents
            .iter()
            .map(|document| serde_json::to_value(document).unwrap())
            .collect();
        let parse = |format| serde_json::from_str(&render(&documents, format)).unwrap();
        match parse(Format::Json) {
            Value::Array(list) => assert_eq!(list, plain),
            document => assert_eq!([document], plain[..]),
        }
        let template: Value = parse(Format::CloudFormation);
        let resources = template["Resources"].as_object().unwrap();
        let held: Vec<&Value> = resources
            .values()
            .map(|resource| &resource["Properties"]["PolicyDocument"])
            .collect();
        assert_eq!(held, plain.iter().collect::<Vec<_>>());

        let terraform = render(&documents, Format::Terraform);
        let mut named: Vec<String> = terraform
            .lines()
            .filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\","))
            .map(str::to_owned)
            .collect();
        named.sort();
        assert_eq!(named, allowed(&documents));
        assert_eq!(
            terraform.matches("resource \"aws_iam_policy\"").count(),
            plain.len()
        );
    }
}

#[test]
fn terraform_is_laid_out_as_its_formatter_does_it() {
    let documents = documents(["s3:GetBucketAcl"]);
    insta::assert_snapshot!(render(&documents, Format::Terraform), @r#"
    resource "aws_iam_policy" "waterline_read_1" {
      name        = "waterline-read-1"
      description = "What waterline may read"

      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Sid    = "S3"
            Effect = "Allow"
            Action = [
              "s3:GetBucketAcl",
            ]
            Resource = "*"
          },
        ]
      })
    }
    "#);
}

#[test]
fn more_policies_than_a_role_takes_are_told() {
    let documents = many();
    assert!(documents.len() > MOST_POLICIES, "{}", documents.len());
    let note = note(&documents).unwrap();
    assert!(note.contains("A role takes 10 managed policies"), "{note}");
}

proptest! {
    /// Whatever the actions: each is allowed once, no document is too long, and no two
    /// statements of a document share a sid.
    #[test]
    fn every_action_is_allowed_once_within_the_limit(
        actions in prop::collection::btree_set("(ec2|s3|iam|kms):[A-Z][a-zA-Z]{3,60}", 0..800)
    ) {
        let documents = documents(actions.iter().map(String::as_str));
        prop_assert_eq!(allowed(&documents), actions.iter().cloned().collect::<Vec<_>>());
        for document in &documents {
            prop_assert!(document.characters() <= MOST_CHARACTERS);
            let sids: BTreeSet<&str> =
                document.statement.iter().map(|statement| statement.sid.as_str()).collect();
            prop_assert_eq!(sids.len(), document.statement.len());
        }
    }
}
