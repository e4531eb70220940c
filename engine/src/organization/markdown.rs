//! Several assessments as one, for a ticket or a page.

use super::document::{Document, State};
use super::words::{
    about, account, count, extent, failure, gap, in_charge, interval, left_out, members, named,
    path, percent, severities, title, worst_first,
};
use crate::report::escape_markdown as escape;
use std::io::{self, Write};

/// Writes the document as Markdown.
pub fn markdown(document: &Document, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# Security posture: {}\n", escape(&title(document)))?;
    writeln!(
        out,
        "**Score {}** · coverage {} · {}\n",
        interval(document.score.whole),
        percent(document.coverage),
        about(document)
    )?;
    if let Some(told) = in_charge(document) {
        writeln!(out, "{}\n", escape(&told))?;
    }
    for note in &document.notes {
        writeln!(out, "> {}\n", escape(note))?;
    }
    writeln!(out, "| domain | score | coverage |\n|---|---|---|")?;
    for domain in &document.score.domains {
        let (score, coverage) = (interval(domain.score), percent(domain.coverage));
        writeln!(out, "| {} | {score} | {coverage} |", escape(&domain.title))?;
    }
    if !document.units.is_empty() {
        writeln!(
            out,
            "\n## Organizational units\n\n| unit | accounts | score | coverage | failures |\n|---|---|---|---|---|"
        )?;
        for unit in &document.units {
            writeln!(
                out,
                "| {} | {} | {} | {} | {} |",
                escape(&unit.path),
                members(unit),
                interval(unit.score),
                percent(unit.coverage),
                severities(&unit.failures)
            )?;
        }
    }
    accounts(document, out)?;
    checks(document, out)?;
    if !document.gaps.is_empty() {
        writeln!(out, "## Not assessed\n")?;
        for missing in &document.gaps {
            let message = missing.message.lines().next().unwrap_or_default();
            writeln!(out, "- {}. {}", escape(&gap(missing)), escape(message))?;
        }
        writeln!(out)?;
    }
    if !document.shared.is_empty() {
        writeln!(
            out,
            "## Seen by several accounts, counted once\n\n| resource | owner | seen by | check |\n|---|---|---|---|"
        )?;
        for shared in &document.shared {
            writeln!(
                out,
                "| {} | {} | {} | `{}` |",
                escape(&shared.arn),
                shared.owner,
                shared.seen_by.join(", "),
                shared.check
            )?;
        }
    }
    Ok(())
}

fn accounts(document: &Document, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "\n## Accounts\n\n| account | unit | score | coverage | failures |\n|---|---|---|---|---|"
    )?;
    for one in worst_first(document) {
        let failures = match one.state {
            State::Read | State::LeftOut => severities(&one.failures),
            State::Interrupted => format!("{} (interrupted)", severities(&one.failures)),
            State::NotRead | State::Missing => "**not read**".to_owned(),
        };
        writeln!(
            out,
            "| {} | {} | {} | {} | {failures} |",
            escape(&named(one)),
            escape(path(document, one.unit.as_deref())),
            interval(one.score),
            percent(one.coverage)
        )?;
    }
    writeln!(out)?;
    let unread = document.accounts.iter().filter(|a| a.state.is_unknown());
    for one in unread {
        writeln!(out, "- **{}**: {}", escape(&named(one)), escape(&one.why))?;
    }
    for (why, accounts) in left_out(document) {
        let names: Vec<String> = accounts.into_iter().map(named).collect();
        writeln!(
            out,
            "- left out ({}): {}",
            escape(why),
            escape(&names.join(", "))
        )?;
    }
    Ok(())
}

fn checks(document: &Document, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n## Failures: {}\n", severities(&document.failures))?;
    for check in document.checks.iter().filter(|c| !c.failing.is_empty()) {
        writeln!(
            out,
            "<details><summary><b>{}</b> {} ({})</summary>\n",
            check.severity,
            escape(&check.title),
            extent(check)
        )?;
        writeln!(out, "`{}`: {}\n", check.id, escape(check.risk.trim()))?;
        for (id, fails) in &check.failing {
            let name = escape(&account(document, id));
            writeln!(out, "- {name}: {}", count(*fails, "failure"))?;
        }
        writeln!(out, "\nThe first of them:\n")?;
        for example in &check.examples {
            writeln!(out, "- {}", escape(&failure(example)))?;
        }
        writeln!(out, "\n**Mend it.** {}\n", escape(check.remedy.trim()))?;
        writeln!(out, "</details>\n")?;
    }
    Ok(())
}
