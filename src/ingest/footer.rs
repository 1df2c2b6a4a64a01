//! What stands below the entries: totals, notes, signatures. And rows that are blank.
//!
//! The rule: from the last row upwards, a row belongs to the footer while its first filled cell opens
//! with a footer word (合计, 填表人, 备注：…) or while it has one filled cell only, as the lines of a
//! note do; lone cells count only below a footer word. A row that fills every mandatory column is an
//! entry whatever it opens with. Footer words in the middle of a list are not looked for: there they
//! are more likely part of a name, and a wrong row is reported rather than dropped.

use super::heading::Heading;
use super::workbook::{Cell, Grid, GridRow};

/// Words that open a footer whatever follows.
const SIGNATURES: [&str; 14] = [
    "填表人",
    "填报人",
    "制表人",
    "审核人",
    "复核人",
    "经办人",
    "填表单位",
    "填报单位",
    "填表日期",
    "填报日期",
    "制表日期",
    "填表说明",
    "填报说明",
    "单位负责人",
];
/// Words that open a footer only when they stand alone or before a colon, a bracket or a number.
const TOTALS: [&str; 8] = ["合计", "总计", "小计", "共计", "备注", "说明", "注", "联系人"];

/// The rows below the heading, sorted.
pub(crate) struct Body<'a> {
    pub(crate) rows: Vec<&'a GridRow>,
    pub(crate) blank: u32,
    pub(crate) footer: u32,
}

pub(crate) fn split<'a>(grid: &'a Grid, heading: &Heading) -> Body<'a> {
    let known: Vec<usize> = heading.indices().collect();
    let has_content = |row: &&GridRow| known.iter().any(|index| row.is_filled(*index));
    let below: Vec<&GridRow> = grid.rows.iter().filter(|row| row.number > heading.row).collect();
    let start = footer_start(&below, heading);
    let footer = (below.len() - start) as u32;
    // Numbered rows that nobody filled in are blank: a template is often numbered in advance.
    let rows: Vec<&GridRow> = below[..start].iter().copied().filter(has_content).collect();
    let last = rows.last().map_or(heading.row, |row| row.number);
    Body { blank: last - heading.row - rows.len() as u32, rows, footer }
}

pub(crate) fn is_blank(cell: &Cell) -> bool {
    match cell {
        Cell::Empty => true,
        Cell::Text(text) => text.trim().is_empty(),
        Cell::Number(_) | Cell::Day(_) | Cell::Error(_) => false,
    }
}

impl GridRow {
    pub(crate) fn is_filled(&self, index: usize) -> bool {
        self.cells.get(index).is_some_and(|cell| !is_blank(cell))
    }
}

/// The index of the first footer row, or the number of rows.
fn footer_start(rows: &[&GridRow], heading: &Heading) -> usize {
    let is_entry = |row: &GridRow| heading.mandatory().all(|mut group| group.any(|i| row.is_filled(i)));
    let mut start = rows.len();
    for (index, row) in rows.iter().enumerate().rev() {
        if opens_footer(row) && !is_entry(row) {
            start = index;
        } else if !stands_alone(row) {
            break;
        }
    }
    start
}

fn stands_alone(row: &GridRow) -> bool {
    row.cells.iter().filter(|cell| !is_blank(cell)).count() <= 1
}

fn opens_footer(row: &GridRow) -> bool {
    let Some(Cell::Text(text)) = row.cells.iter().find(|cell| !is_blank(cell)) else {
        return false;
    };
    let text: String = text.chars().filter(|c| !c.is_whitespace()).take(12).collect();
    let ends_word = |rest: &str| rest.chars().next().is_none_or(|c| c.is_ascii_digit() || matches!(c, ':' | '：' | '(' | '（'));
    SIGNATURES.iter().any(|word| text.starts_with(word))
        || TOTALS.iter().any(|word| text.strip_prefix(word).is_some_and(ends_word))
}
