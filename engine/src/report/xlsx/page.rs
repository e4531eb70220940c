//! A page of prose and small tables, line by line: the first sheet.

use super::looks::Looks;
use super::text;
use rust_xlsxwriter::{Format, Url, Worksheet, XlsxError};

/// How wide the columns are, in characters.
pub(super) const WIDTHS: [f64; 11] = [
    48.0, 11.0, 11.0, 11.0, 11.0, 11.0, 11.0, 11.0, 11.0, 11.0, 11.0,
];

/// What a part of a line holds.
pub(super) enum Part<'a> {
    /// Text, in this format.
    Text(&'a str, &'a Format),
    /// A number, in this format.
    Number(f64, &'a Format),
    /// A link to a sheet, with this text.
    Link(&'a str, &'a str),
}

/// A page, written from above to below.
pub(super) struct Page<'p> {
    worksheet: &'p mut Worksheet,
    looks: &'p Looks,
    row: u32,
}

impl<'p> Page<'p> {
    pub(super) fn new(
        worksheet: &'p mut Worksheet,
        looks: &'p Looks,
        title: &str,
    ) -> Result<Page<'p>, XlsxError> {
        for (at, width) in (0..).zip(WIDTHS) {
            worksheet.set_column_width(at, width)?;
        }
        worksheet.set_screen_gridlines(false);
        super::book::print(worksheet, title, 1);
        Ok(Page {
            worksheet,
            looks,
            row: 0,
        })
    }

    /// The title of the page.
    pub(super) fn title(&mut self, title: &str) -> Result<(), XlsxError> {
        self.worksheet.set_row_height(self.row, 26)?;
        let title = text::cell(title);
        self.worksheet
            .write_string_with_format(self.row, 0, title, &self.looks.title)?;
        self.row += 1;
        Ok(())
    }

    /// The heading of a part, after an empty line.
    pub(super) fn heading(&mut self, heading: &str) -> Result<(), XlsxError> {
        self.row += 1;
        let last = WIDTHS.len() as u16 - 1;
        self.worksheet.set_row_height(self.row, 20)?;
        self.worksheet
            .merge_range(self.row, 0, self.row, last, heading, &self.looks.heading)?;
        self.row += 1;
        Ok(())
    }

    /// A paragraph over the whole width.
    pub(super) fn paragraph(&mut self, words: &str) -> Result<(), XlsxError> {
        let looks = self.looks;
        self.line(&[(WIDTHS.len(), Part::Text(words, &looks.note))])
    }

    /// A label and what it stands for.
    pub(super) fn fact(&mut self, label: &str, value: &str) -> Result<(), XlsxError> {
        let looks = self.looks;
        self.line(&[
            (1, Part::Text(label, &looks.label)),
            (WIDTHS.len() - 1, Part::Text(value, &looks.wrap)),
        ])
    }

    /// The header of a small table; `>` before a title puts it over numbers.
    pub(super) fn header(&mut self, titles: &[(usize, &str)]) -> Result<(), XlsxError> {
        let looks = self.looks;
        let parts: Vec<(usize, Part)> = titles
            .iter()
            .map(|(columns, title)| match title.strip_prefix('>') {
                Some(title) => (*columns, Part::Text(title, &looks.header_right)),
                None => (*columns, Part::Text(title, &looks.header)),
            })
            .collect();
        self.line(&parts)
    }

    /// A line of parts, each over so many columns; as high as its longest text.
    pub(super) fn line(&mut self, parts: &[(usize, Part<'_>)]) -> Result<(), XlsxError> {
        let (mut at, mut high) = (0, 1);
        for (columns, part) in parts {
            let (first, last) = (at as u16, (at + columns - 1) as u16);
            let width: f64 = WIDTHS.iter().skip(at).take(*columns).sum();
            at += columns;
            let (row, worksheet) = (self.row, &mut *self.worksheet);
            match part {
                Part::Text(words, look) => {
                    let words = text::cell(words);
                    high = high.max(lines(&words, width));
                    if first == last {
                        worksheet.write_string_with_format(row, first, words, look)?;
                    } else {
                        worksheet.merge_range(row, first, row, last, &words, look)?;
                    }
                }
                Part::Number(number, look) => {
                    worksheet.write_number_with_format(row, first, *number, look)?;
                }
                Part::Link(sheet, words) => {
                    high = high.max(lines(words, width));
                    let place = format!("internal:'{}'!A1", sheet.replace('\'', "''"));
                    let link = Url::new(place).set_text(text::cell(words));
                    worksheet.write_url_with_format(row, first, link, &self.looks.link)?;
                }
            }
        }
        let height = 13.5 * high as f64 + 2.5;
        self.worksheet.set_row_height(self.row, height.min(400.0))?;
        self.row += 1;
        Ok(())
    }
}

/// How many lines a text takes in a column of so many characters: Excel does not find it out for
/// cells that are joined.
pub(super) fn lines(text: &str, width: f64) -> usize {
    // A line of prose breaks between words, so that some of it stays empty.
    let width = ((width * 0.95) as usize).max(1);
    text.lines()
        .map(|line| line.chars().count().div_ceil(width).max(1))
        .sum::<usize>()
        .max(1)
}
