//! Finding the heading among title rows, and the column of each field.
//!
//! Headings are compared after NFKC, in letters and digits only, first with what stands in brackets,
//! then without: `数量(份)` is 数量, but `单位(计量)` is not 单位.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

use super::Kind;
use super::columns::{Field, columns, mandatory};
use super::error::FileError;
use super::message::{CellProblem, Explain, letters};
use super::workbook::{Cell, Grid, GridRow};

/// The heading stands within the first rows of a list; below are entries.
const SEARCHED_ROWS: u32 = 20;
/// A longer text is a title or a note, not a heading.
const MAX_HEADING_CHARS: usize = 40;

/// The row of headings, understood.
#[derive(Debug)]
pub(crate) struct Heading {
    pub(crate) row: u32,
    pub(crate) unused: Vec<String>,
    kind: Kind,
    columns: Columns,
}

/// Where a field stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) index: usize,
    pub(crate) heading: String,
}

/// The columns of a list by field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns(HashMap<Field, Column>);

impl Columns {
    /// A problem of a row that was read, at the first of `fields` that the list has; at its first
    /// column when it has none of them.
    pub(crate) fn problem(&self, row: u32, fields: &[Field], fault: &dyn Explain) -> CellProblem {
        let column = fields.iter().find_map(|field| self.0.get(field)).unwrap_or_else(|| self.first());
        CellProblem::new(row, column.index, &column.heading, fault)
    }

    fn first(&self) -> &Column {
        // `find` accepts no heading without columns.
        self.0.values().min_by_key(|column| column.index).expect("a heading has columns")
    }
}

impl Heading {
    pub(crate) fn column(&self, field: Field) -> Option<&Column> {
        self.columns.0.get(&field)
    }

    pub(crate) fn columns(&self) -> &Columns {
        &self.columns
    }

    pub(crate) fn indices(&self) -> impl Iterator<Item = usize> {
        self.columns.0.values().map(|column| column.index)
    }

    /// The columns of which every entry fills at least one, group by group.
    pub(crate) fn mandatory(&self) -> impl Iterator<Item = impl Iterator<Item = usize>> {
        mandatory(self.kind)
            .iter()
            .map(|group| group.iter().filter_map(|field| self.columns.0.get(field)).map(|column| column.index))
    }
}

/// The row with the most recognised headings that has all mandatory ones; of equal rows the upper.
pub(crate) fn find(aliases: &Aliases, grid: &Grid) -> Result<Heading, FileError> {
    let mut best: Option<Match> = None;
    for row in grid.rows.iter().take_while(|row| row.number <= SEARCHED_ROWS) {
        let found = aliases.recognise(row);
        let better = |best: &Match| found.rank() > best.rank();
        if best.as_ref().is_none_or(better) {
            best = Some(found);
        }
    }
    let best = best.ok_or(FileError::Empty)?;
    if !best.missing.is_empty() || best.columns.len() < 2 {
        return Err(best.not_found(grid));
    }
    match best.twice {
        Some((heading, first, second)) => {
            Err(FileError::HeadingTwice { heading, first: letters(first), second: letters(second) })
        }
        None => Ok(Heading { row: best.row, unused: best.unused, kind: aliases.kind, columns: Columns(best.columns) }),
    }
}

/// The headings that the fields of one kind go by.
pub(crate) struct Aliases {
    kind: Kind,
    fields: HashMap<String, Field>,
}

struct Match {
    row: u32,
    columns: HashMap<Field, Column>,
    unused: Vec<String>,
    missing: Vec<String>,
    /// A field that two columns claim equally well.
    twice: Option<(String, usize, usize)>,
}

impl Match {
    /// All mandatory headings first, then the number of headings.
    fn rank(&self) -> (bool, usize) {
        (self.missing.is_empty(), self.columns.len())
    }

    fn not_found(self, grid: &Grid) -> FileError {
        let mut found: Vec<Column> = self.columns.into_values().collect();
        found.sort_by_key(|column| column.index);
        FileError::HeadingNotFound {
            sheet: grid.sheet.clone(),
            missing: self.missing,
            found: found.into_iter().map(|column| column.heading).collect(),
        }
    }
}

impl Aliases {
    pub(crate) fn new(kind: Kind) -> Self {
        let fields =
            columns(kind).iter().flat_map(|(field, names)| names.split_whitespace().map(|name| (key(name), *field))).collect();
        Self { kind, fields }
    }

    /// How many headings a row of texts has; decides which delimiter a CSV file uses.
    pub(crate) fn count(&self, texts: &[String]) -> usize {
        let cells = texts.iter().map(|text| Cell::Text(text.clone())).collect();
        self.recognise(&GridRow { number: 1, cells }).columns.len()
    }

    fn recognise(&self, row: &GridRow) -> Match {
        let headings: Vec<(usize, String)> =
            row.cells.iter().enumerate().filter_map(|(index, cell)| Some((index, heading_text(cell)?))).collect();
        let mut columns: HashMap<Field, Column> = HashMap::new();
        let mut twice = None;
        let mut rest = Vec::new();
        for (index, heading) in headings {
            match self.fields.get(&key(&heading)) {
                Some(field) => match columns.get(field) {
                    Some(first) => twice = Some((heading, first.index, index)),
                    None => drop(columns.insert(*field, Column { index, heading })),
                },
                None => rest.push((index, heading)),
            }
        }
        let mut unused = Vec::new();
        for (index, heading) in rest {
            match self.fields.get(&key(&without_brackets(&heading))) {
                Some(field) if !columns.contains_key(field) => {
                    columns.insert(*field, Column { index, heading });
                }
                Some(_) | None => unused.push(heading),
            }
        }
        let missing = self.missing(&columns);
        Match { row: row.number, columns, unused, missing, twice }
    }

    /// The mandatory headings that are not there; of a group the names of all, joined by 或.
    fn missing(&self, found: &HashMap<Field, Column>) -> Vec<String> {
        let name = |field: &Field| {
            let column = columns(self.kind).iter().find(|(known, _)| known == field);
            column.and_then(|(_, names)| names.split_whitespace().next()).unwrap_or_default()
        };
        mandatory(self.kind)
            .iter()
            .filter(|group| !group.iter().any(|field| found.contains_key(field)))
            .map(|group| group.iter().map(name).collect::<Vec<_>>().join("或"))
            .collect()
    }
}

/// The heading in one line, as a message may repeat it; `None` for what cannot be a heading.
fn heading_text(cell: &Cell) -> Option<String> {
    let Cell::Text(text) = cell else {
        return None;
    };
    let text: String = text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    (!text.is_empty() && text.chars().count() <= MAX_HEADING_CHARS).then_some(text)
}

fn key(heading: &str) -> String {
    heading.nfkc().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn without_brackets(heading: &str) -> String {
    let mut depth = 0_usize;
    heading
        .nfkc()
        .filter(|c| match c {
            '(' | '[' | '【' | '〔' | '〈' | '<' => {
                depth += 1;
                false
            }
            ')' | ']' | '】' | '〕' | '〉' | '>' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [Kind; 3] = [Kind::Organisations, Kind::Demands, Kind::Resources];

    #[test]
    fn no_heading_of_a_kind_stands_for_two_fields() {
        for kind in KINDS {
            let mut fields: HashMap<String, Field> = HashMap::new();
            for (field, names) in columns(kind) {
                for name in names.split_whitespace() {
                    let before = fields.insert(key(name), *field);
                    assert!(before.is_none_or(|before| before == *field), "{kind:?} {name}");
                }
            }
        }
    }

    #[test]
    fn every_alias_is_recognised_in_every_decoration() {
        for kind in KINDS {
            for (field, names) in columns(kind) {
                for name in names.split_whitespace() {
                    for written in [
                        name.to_owned(),
                        format!("*{name}："),
                        format!(" {} ", name.replace('(', "（").replace(')', "）")),
                        format!("{}\n(必填)", name),
                        name.chars().map(|c| format!("{c} ")).collect(),
                    ] {
                        let row = GridRow { number: 1, cells: vec![Cell::Text(written.clone())] };
                        let found = Aliases::new(kind).recognise(&row);
                        assert!(found.columns.contains_key(field), "{kind:?} {written}");
                    }
                }
            }
        }
    }

    #[test]
    fn an_exact_heading_goes_before_one_with_a_remark_in_brackets() {
        let row = ["数量(已落实)", "数量", "单位(盖章)"].map(|text| Cell::Text(text.to_owned()));
        let found = Aliases::new(Kind::Demands).recognise(&GridRow { number: 1, cells: row.to_vec() });

        assert_eq!(found.columns[&Field::Quantity].index, 1);
        assert_eq!(found.columns[&Field::Unit].heading, "单位(盖章)");
        assert_eq!(found.unused, ["数量(已落实)"]);
        assert_eq!(found.twice, None);
    }
}
