//! What somebody accepted, on a terminal.

use crate::assess::{Standing, Verdict};
use crate::report::Report;
use crate::report::page::Page;
use crate::report::summary::{attention, count};
use std::io::{self, Write};

impl Page {
    /// What is accepted, by whom and until when, and which exceptions somebody should look at.
    pub(super) fn accepted(&self, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
        let exceptions = &report.assessment.exceptions;
        let number = report.assessment.count(Verdict::Excepted);
        if number > 0 {
            let risks = count(number, "accepted risk");
            writeln!(
                out,
                "\n{}",
                self.bold(&format!("{risks}, not in the score"))
            )?;
        }
        for one in exceptions {
            if one.standing != Standing::InForce {
                continue;
            }
            let failures = count(one.findings, "failure");
            let line = format!(
                "{}: {failures}, until {}, owner {}",
                one.id, one.expires, one.owner
            );
            writeln!(out, "- {}", self.wrap(&line, 2))?;
            let ticket = one.ticket.as_ref();
            let ticket = ticket.map_or(String::new(), |ticket| format!(" ({ticket})"));
            let line = format!("{}. {}{ticket}", one.scope, one.reason.trim());
            writeln!(out, "  {}", self.dim(&self.wrap(&line, 2)))?;
        }
        if exceptions.iter().any(|one| one.needs_attention()) {
            writeln!(out, "\n{}", self.bold("Exceptions to look at"))?;
        }
        for one in exceptions.iter().filter(|one| one.needs_attention()) {
            let line = format!("{} ({}): {}", one.id, one.owner, attention(one));
            writeln!(out, "- {}", self.wrap(&line, 2))?;
        }
        Ok(())
    }
}
