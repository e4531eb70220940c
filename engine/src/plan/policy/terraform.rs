//! The documents as Terraform resources, laid out as `terraform fmt` does it.

use super::{Document, Statement, about};
use std::fmt::Write as _;

pub(super) fn render(documents: &[Document]) -> String {
    let mut out = String::new();
    for (number, document) in (1..).zip(documents) {
        if number > 1 {
            out.push('\n');
        }
        // Writing to a String does not fail.
        let _ = policy(&mut out, number, documents.len(), document);
    }
    out
}

fn policy(out: &mut String, number: usize, of: usize, document: &Document) -> std::fmt::Result {
    writeln!(
        out,
        "resource \"aws_iam_policy\" \"waterline_read_{number}\" {{"
    )?;
    writeln!(out, "  name        = \"waterline-read-{number}\"")?;
    writeln!(out, "  description = \"{}\"", about(number, of))?;
    writeln!(out, "\n  policy = jsonencode({{")?;
    writeln!(out, "    Version = \"{}\"", document.version)?;
    writeln!(out, "    Statement = [")?;
    for part in &document.statement {
        statement(out, part)?;
    }
    writeln!(out, "    ]\n  }})\n}}")
}

fn statement(out: &mut String, statement: &Statement) -> std::fmt::Result {
    writeln!(out, "      {{")?;
    writeln!(out, "        Sid    = \"{}\"", statement.sid)?;
    writeln!(out, "        Effect = \"{}\"", statement.effect)?;
    writeln!(out, "        Action = [")?;
    for action in &statement.action {
        writeln!(out, "          \"{action}\",")?;
    }
    writeln!(out, "        ]")?;
    writeln!(out, "        Resource = \"{}\"", statement.resource)?;
    writeln!(out, "      }},")
}
