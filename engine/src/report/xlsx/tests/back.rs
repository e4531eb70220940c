//! Reads a workbook back: the parts of the package, and the cells of its sheets.

use quick_xml::events::Event;
use quick_xml::{Reader, XmlVersion};
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

/// The header is in the third row.
const HEADER: u32 = 3;

/// The cells of a sheet by row and column, from 1.
type Cells = BTreeMap<(u32, u32), String>;

/// A workbook, read.
pub(super) struct Workbook {
    parts: BTreeMap<String, String>,
    /// Sheets in their order.
    sheets: Vec<(String, Cells)>,
}

impl Workbook {
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.sheets.iter().map(|(name, _)| name.as_str())
    }

    pub(super) fn part(&self, name: &str) -> &str {
        &self.parts[name]
    }

    pub(super) fn parts(&self) -> impl Iterator<Item = &str> {
        self.parts.values().map(String::as_str)
    }

    pub(super) fn rows(&self, sheet: &str) -> &Cells {
        let found = self.sheets.iter().find(|(name, _)| name == sheet);
        &found.unwrap_or_else(|| panic!("no sheet {sheet}")).1
    }

    /// What stands below a header, row by row; empty cells are empty texts.
    pub(super) fn cells(&self, sheet: &str, title: &str) -> Vec<&str> {
        let cells = self.rows(sheet);
        let column = cells
            .iter()
            .find(|((row, _), text)| *row == HEADER && *text == title)
            .unwrap_or_else(|| panic!("{sheet} has no column {title}"))
            .0
            .1;
        let last = cells.keys().map(|(row, _)| *row).max().unwrap();
        (HEADER + 1..=last)
            .map(|row| cells.get(&(row, column)).map_or("", String::as_str))
            .collect()
    }

    /// The same, where a text stands in each row.
    pub(super) fn column(&self, sheet: &str, title: &str) -> Vec<&str> {
        let mut cells = self.cells(sheet, title);
        cells.retain(|text| !text.is_empty());
        cells
    }
}

pub(super) fn read(bytes: &[u8]) -> Workbook {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut parts = BTreeMap::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        parts.insert(file.name().unwrap().into_owned(), text);
    }
    let strings = strings(&parts["xl/sharedStrings.xml"]);
    let sheets = names(&parts["xl/workbook.xml"])
        .into_iter()
        .zip(1..)
        .map(|(name, number)| {
            let part = &parts[&format!("xl/worksheets/sheet{number}.xml")];
            (name, cells(part, &strings))
        })
        .collect();
    Workbook { parts, sheets }
}

fn attribute(element: &quick_xml::events::BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.try_get_attribute(name).unwrap()?;
    let value = found.normalized_value(XmlVersion::Implicit1_0).unwrap();
    Some(value.into_owned())
}

fn names(xml: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let mut names = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return names,
            Event::Empty(element) if element.name().as_ref() == "sheet" => {
                names.push(attribute(&element, "name").unwrap());
            }
            _ => {}
        }
    }
}

/// The text of an event within an element.
fn words(event: &Event<'_>, text: &mut String) {
    match event {
        Event::Text(part) => text.push_str(&part.xml_content(XmlVersion::Implicit1_0)),
        Event::GeneralRef(part) => text.push(match &*part.xml_content(XmlVersion::Implicit1_0) {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            other => panic!("&{other};"),
        }),
        _ => {}
    }
}

fn strings(xml: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let (mut strings, mut inside) = (Vec::new(), false);
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return strings,
            Event::Start(element) => match element.name().as_ref() {
                "si" => strings.push(String::new()),
                "t" => inside = true,
                _ => {}
            },
            Event::End(element) if element.name().as_ref() == "t" => inside = false,
            event if inside => words(&event, strings.last_mut().unwrap()),
            _ => {}
        }
    }
}

fn cells(xml: &str, strings: &[String]) -> Cells {
    let mut reader = Reader::from_str(xml);
    let mut cells = BTreeMap::new();
    let (mut at, mut shared, mut value) = ((0, 0), false, None);
    let mut last = 0;
    loop {
        let event = reader.read_event().unwrap();
        if let Event::Start(element) | Event::Empty(element) = &event
            && element.name().as_ref() == "row"
        {
            // Excel takes a workbook for damaged in which a row stands twice.
            let row: u32 = attribute(element, "r").unwrap().parse().unwrap();
            assert!(row > last, "row {row} after row {last}");
            last = row;
        }
        match event {
            Event::Eof => return cells,
            Event::Start(element) => match element.name().as_ref() {
                "c" => {
                    at = place(&attribute(&element, "r").unwrap());
                    shared = attribute(&element, "t").as_deref() == Some("s");
                }
                "v" => value = Some(String::new()),
                _ => {}
            },
            Event::End(element) if element.name().as_ref() == "v" => {
                let value = value.take().unwrap();
                let text = if shared {
                    strings[value.parse::<usize>().unwrap()].clone()
                } else {
                    value
                };
                cells.insert(at, text);
            }
            event => {
                if let Some(value) = &mut value {
                    words(&event, value);
                }
            }
        }
    }
}

/// `AB12` is row 12, column 28.
fn place(name: &str) -> (u32, u32) {
    let letters = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let column = letters
        .bytes()
        .fold(0, |column, byte| column * 26 + u32::from(byte - b'A' + 1));
    (name[letters.len()..].parse().unwrap(), column)
}
