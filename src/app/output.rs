//! Where reports go: to the screen, or to files that are opened before the work begins.

use super::Error;
use crate::report::{self, Format, Report, Style};
use crate::sink::FileSink;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::PathBuf;
use std::str::FromStr;

/// A report that is asked for: `FORMAT` or `FORMAT=FILE`.
#[derive(Clone, Debug)]
pub struct Output<F = Format> {
    /// The format.
    pub format: F,
    /// The file; the screen when none.
    pub file: Option<PathBuf>,
}

impl<F: FromStr<Err = String>> FromStr for Output<F> {
    type Err = String;

    fn from_str(text: &str) -> Result<Output<F>, String> {
        let (format, file) = match text.split_once('=') {
            Some((_, "")) => return Err(format!("`{text}` names no file after the `=`")),
            Some((format, file)) => (format, Some(PathBuf::from(file))),
            None => (text, None),
        };
        Ok(Output {
            format: format.parse()?,
            file,
        })
    }
}

/// A format of what is told of several assessments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digest {
    /// For people, on a terminal.
    Table,
    /// For a pull request or a ticket.
    Markdown,
    /// For programs.
    Json,
}

impl FromStr for Digest {
    type Err = String;

    fn from_str(text: &str) -> Result<Digest, String> {
        match text {
            "table" => Ok(Digest::Table),
            "markdown" => Ok(Digest::Markdown),
            "json" => Ok(Digest::Json),
            _ => Err(format!("`{text}` is not a format: table, markdown, json")),
        }
    }
}

/// What the screen can show and how much is wanted on it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Screen {
    /// No progress, and no table unless it is asked for.
    pub quiet: bool,
    /// Every failing resource.
    pub all: bool,
}

impl Screen {
    /// Columns of the terminal; 80 where there is none.
    pub(super) fn width(self) -> usize {
        io::stdout()
            .is_terminal()
            .then(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)))
            .flatten()
            .unwrap_or(80)
    }

    fn style(self, to_file: bool) -> Style {
        Style {
            width: if to_file { 80 } else { self.width() },
            colour: !to_file
                && anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never,
            all: self.all || to_file,
        }
    }
}

/// The reports of a run, ready to be written.
pub(super) struct Outputs<F = Format> {
    screen: Screen,
    wanted: Vec<(F, Option<FileSink>)>,
}

impl<F: Copy> Outputs<F> {
    /// Opens every file. Nothing asked for is a table on the screen.
    pub(super) fn open(
        wanted: &[Output<F>],
        table: F,
        screen: Screen,
    ) -> Result<Outputs<F>, Error> {
        let mut outputs = Outputs {
            screen,
            wanted: Vec::new(),
        };
        if wanted.is_empty() && !screen.quiet {
            outputs.wanted.push((table, None));
        }
        for output in wanted {
            let file = output.file.as_deref().map(FileSink::open).transpose()?;
            outputs.wanted.push((output.format, file));
        }
        if outputs
            .wanted
            .iter()
            .filter(|(_, file)| file.is_none())
            .count()
            > 1
        {
            let message = "only one format can go to the screen: give the others a file, as in -o json=report.json";
            return Err(Error::Usage(message.into()));
        }
        Ok(outputs)
    }

    /// Renders and delivers every report.
    pub(super) fn write(
        self,
        render: impl Fn(F, Style, &mut (dyn Write + Send)) -> io::Result<()>,
    ) -> Result<(), Error> {
        for (format, file) in self.wanted {
            let style = self.screen.style(file.is_some());
            match file {
                Some(file) => file.finish(|out| render(format, style, out))?,
                None => shown(|out| render(format, style, out))?,
            }
        }
        Ok(())
    }
}

/// Refuses bytes that would only confuse a terminal. Into a pipe they may go.
fn readable(wanted: &[(Format, Option<FileSink>)], terminal: bool) -> Result<(), String> {
    let binary = |(format, file): &&(Format, Option<FileSink>)| format.binary() && file.is_none();
    match wanted.iter().find(binary) {
        Some((format, _)) if terminal => Err(format!(
            "{format} is not text, and the screen shows text only: give it a file, as in -o {format}=report.{format}"
        )),
        _ => Ok(()),
    }
}

impl Outputs {
    /// Opens the files of reports on an assessment.
    pub(super) fn of_reports(wanted: &[Output], screen: Screen) -> Result<Outputs, Error> {
        let outputs = Outputs::open(wanted, Format::Table, screen)?;
        readable(&outputs.wanted, io::stdout().is_terminal()).map_err(Error::Usage)?;
        Ok(outputs)
    }

    /// Renders and delivers every report of an assessment.
    pub(super) fn deliver(self, report: &Report<'_>) -> Result<(), Error> {
        let formats = self.wanted.iter().map(|(format, _)| *format);
        for told in formats.filter_map(|format| report::limit(report, format)) {
            anstream::eprintln!("{told}");
        }
        self.write(|format, style, out| report::render(report, format, style, out))
    }
}

/// Writes bytes to the screen. A reader that has seen enough (`| head`) is no error.
pub(super) fn screen(bytes: &[u8]) -> Result<(), Error> {
    shown(|out| out.write_all(bytes))
}

/// Writes to the screen, as [`screen`] does.
fn shown(write: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>) -> Result<(), Error> {
    let mut out = BufWriter::new(io::stdout());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::Screen(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;

    #[test]
    fn what_is_not_text_goes_into_files_and_pipes_only() {
        let refused = readable(&[(Format::Xlsx, None)], true).unwrap_err();
        assert!(refused.contains("-o xlsx=report.xlsx"), "{refused}");
        assert!(readable(&[(Format::Xlsx, None)], false).is_ok());
        let folder = tempfile::tempdir().unwrap();
        let file = FileSink::open(&folder.path().join("report.xlsx")).unwrap();
        assert!(readable(&[(Format::Xlsx, Some(file)), (Format::Table, None)], true).is_ok());
        for format in Format::ALL {
            assert_eq!(
                readable(&[(format, None)], true).is_err(),
                format == Format::Xlsx
            );
        }
    }
}
