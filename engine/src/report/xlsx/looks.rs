//! How cells look: sober colours by verdict, severity and status, readable in print.

use crate::assess::Verdict;
use crate::catalog::Severity;
use crate::report::controls::Status;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

/// A size that lets wide tables be read on paper.
const SIZE: f64 = 10.0;

const INK: u32 = 0x1F_2A37;
const RULE: u32 = 0xD5_DBE3;
const GREY: u32 = 0x5B_6675;

/// The accent of headings and of the tabs of frameworks.
pub(super) const NAVY: u32 = 0x1F_3A5F;
/// The tabs of evidence.
pub(super) const BLUE: u32 = 0x8F_A9C8;
/// The tabs of what could not be read.
pub(super) const AMBER: u32 = 0xC9_8A1B;

/// The formats of a workbook.
pub(super) struct Looks {
    /// The title of a sheet.
    pub(super) title: Format,
    /// The heading of a part of a page.
    pub(super) heading: Format,
    /// What stands above a table.
    pub(super) note: Format,
    /// The header of a table.
    pub(super) header: Format,
    /// The same over numbers.
    pub(super) header_right: Format,
    /// A short text.
    pub(super) plain: Format,
    /// A text that may be long.
    pub(super) wrap: Format,
    /// A label.
    pub(super) label: Format,
    /// A number of things.
    pub(super) count: Format,
    /// A number with one digit behind the point.
    pub(super) tenth: Format,
    /// A link within the workbook.
    pub(super) link: Format,
    /// A place to write in.
    pub(super) blank: Format,
    verdicts: [Format; 6],
    severities: [Format; 5],
    quiet: Format,
}

impl Looks {
    pub(super) fn new() -> Looks {
        let base = || {
            Format::new()
                .set_font_size(SIZE)
                .set_font_color(Color::RGB(INK))
                .set_align(FormatAlign::Top)
        };
        let ruled = || {
            base()
                .set_border_bottom(FormatBorder::Thin)
                .set_border_bottom_color(Color::RGB(RULE))
        };
        let filled = |fill: u32, ink: u32| {
            ruled()
                .set_background_color(Color::RGB(fill))
                .set_font_color(Color::RGB(ink))
        };
        let number = |format: &str| {
            ruled()
                .set_num_format(format)
                .set_align(FormatAlign::Right)
                .set_indent(1)
        };
        let header = || {
            base()
                .set_bold()
                .set_font_color(Color::White)
                .set_background_color(Color::RGB(NAVY))
                // Excel puts the button of the filter into the lower right corner.
                .set_align(FormatAlign::Top)
                .set_text_wrap()
        };
        Looks {
            title: base()
                .set_font_size(15.0)
                .set_bold()
                .set_font_color(Color::RGB(NAVY)),
            heading: base()
                .set_font_size(12.0)
                .set_bold()
                .set_font_color(Color::RGB(NAVY))
                .set_border_bottom(FormatBorder::Medium)
                .set_border_bottom_color(Color::RGB(NAVY)),
            note: base().set_font_color(Color::RGB(GREY)).set_text_wrap(),
            header: header(),
            header_right: header().set_align(FormatAlign::Right).set_indent(1),
            plain: ruled(),
            wrap: ruled().set_text_wrap(),
            label: ruled().set_bold().set_text_wrap(),
            count: number("#,##0"),
            tenth: number("0.0"),
            link: ruled()
                .set_font_color(Color::RGB(0x0B_57A4))
                .set_underline(rust_xlsxwriter::FormatUnderline::Single)
                .set_text_wrap(),
            blank: base()
                .set_border(FormatBorder::Thin)
                .set_border_color(Color::RGB(RULE))
                .set_background_color(Color::RGB(0xFF_FDF5))
                .set_text_wrap()
                .set_unlocked(),
            verdicts: [
                filled(0xF9_E1DF, 0x8E_1B1B).set_bold(),
                filled(0xFD_EFCF, 0x70_4A00).set_bold(),
                filled(0xE9_E4F4, 0x4A_3A7A),
                filled(0xE3_F1E6, 0x1D_5B2F),
                filled(0xE2_ECF6, 0x23_4F7B),
                filled(0xEF_F1F3, GREY),
            ],
            severities: [
                ruled().set_font_color(Color::RGB(GREY)),
                ruled(),
                ruled().set_font_color(Color::RGB(0x70_4A00)),
                ruled().set_font_color(Color::RGB(0xA8_3A12)).set_bold(),
                ruled().set_font_color(Color::RGB(0x8E_1B1B)).set_bold(),
            ],
            quiet: ruled().set_font_color(Color::RGB(GREY)),
        }
    }

    pub(super) const fn verdict(&self, verdict: Verdict) -> &Format {
        &self.verdicts[match verdict {
            Verdict::Fail => 0,
            Verdict::NotAssessed => 1,
            Verdict::Excepted => 2,
            Verdict::Pass => 3,
            Verdict::Inherited => 4,
            Verdict::NotApplicable => 5,
        }]
    }

    pub(super) const fn severity(&self, severity: Severity) -> &Format {
        &self.severities[match severity {
            Severity::Info => 0,
            Severity::Low => 1,
            Severity::Medium => 2,
            Severity::High => 3,
            Severity::Critical => 4,
        }]
    }

    pub(super) const fn status(&self, status: Status) -> &Format {
        match status {
            Status::Failed => self.verdict(Verdict::Fail),
            Status::NotAssessed => self.verdict(Verdict::NotAssessed),
            Status::Accepted => self.verdict(Verdict::Excepted),
            Status::Passed => self.verdict(Verdict::Pass),
            Status::Inherited => self.verdict(Verdict::Inherited),
            Status::NotApplicable | Status::NotRun => self.verdict(Verdict::NotApplicable),
            Status::Manual | Status::Uncovered => &self.quiet,
        }
    }
}
