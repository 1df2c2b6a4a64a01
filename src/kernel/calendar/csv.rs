//! Calendar years from a table of exceptions, as the coordinator imports it.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{CalendarYear, DayKind, STATUTORY_DAYS_ONLY, YearStatus};

impl CalendarYear {
    /// Reads lines of `date,kind,name_en,source` below that very heading; the years come out
    /// ascending.
    ///
    /// Dates are written 2026-10-01, kinds OFF or WORK; the name is for the reader of the file and
    /// is not kept. Lines may come in any order, blank ones are passed over. A year is provisional
    /// if its source is [`STATUTORY_DAYS_ONLY`], else official; all its lines name the same source.
    /// Quoted fields are refused, not misread.
    pub fn parse_csv(text: &str) -> Result<Vec<Self>, CsvError> {
        // Spreadsheet programs put a byte order mark first.
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let mut lines = (1..).zip(text.lines());
        if lines.next().map(|(_, heading)| heading) != Some(HEADING) {
            return Err(CsvError { line: 1, problem: CsvProblem::Heading });
        }
        let mut years = BTreeMap::new();
        for (line, text) in lines.filter(|(_, text)| !text.trim().is_empty()) {
            Row::parse(text).and_then(|row| row.add_to(&mut years)).map_err(|problem| CsvError { line, problem })?;
        }
        Ok(years.into_values().collect())
    }
}

/// Where a table is wrong, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct CsvError {
    /// Counted from 1, the heading being line 1.
    pub line: usize,
    pub problem: CsvProblem,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CsvProblem {
    #[error("the heading is not {HEADING}")]
    Heading,
    #[error("there are not four fields, or one is quoted")]
    Fields,
    #[error("the date is not a date written like 2026-10-01")]
    Date,
    #[error("the kind is neither OFF nor WORK")]
    Kind,
    #[error("the source is missing")]
    MissingSource,
    #[error("the date was given before")]
    DuplicateDate,
    #[error("an earlier line names another source for the same year")]
    OtherSource,
}

const HEADING: &str = "date,kind,name_en,source";

struct Row<'a> {
    date: Date,
    kind: DayKind,
    source: &'a str,
}

impl<'a> Row<'a> {
    fn parse(line: &'a str) -> Result<Self, CsvProblem> {
        let fields: Vec<&str> = line.split(',').map(str::trim).collect();
        let [date, kind, _name, source] = fields[..] else {
            return Err(CsvProblem::Fields);
        };
        if line.contains('"') {
            return Err(CsvProblem::Fields);
        }
        if source.is_empty() {
            return Err(CsvProblem::MissingSource);
        }
        let date = Date::strptime("%Y-%m-%d", date).map_err(|_| CsvProblem::Date)?;
        let kind = match kind {
            "OFF" => DayKind::Off,
            "WORK" => DayKind::Work,
            _ => return Err(CsvProblem::Kind),
        };
        Ok(Self { date, kind, source })
    }

    fn add_to(self, years: &mut BTreeMap<i16, CalendarYear>) -> Result<(), CsvProblem> {
        let year = self.date.year();
        let table = years.entry(year).or_insert_with(|| CalendarYear {
            year,
            source: self.source.to_owned(),
            status: match self.source {
                STATUTORY_DAYS_ONLY => YearStatus::Provisional,
                _ => YearStatus::Official,
            },
            exceptions: BTreeMap::new(),
        });
        if table.source != self.source {
            return Err(CsvProblem::OtherSource);
        }
        match table.exceptions.insert(self.date, self.kind) {
            None => Ok(()),
            Some(_) => Err(CsvProblem::DuplicateDate),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem_of(lines: &str) -> Result<usize, (usize, CsvProblem)> {
        CalendarYear::parse_csv(&format!("{HEADING}\n{lines}"))
            .map(|years| years.len())
            .map_err(|error| (error.line, error.problem))
    }

    #[test]
    fn a_table_may_come_from_a_spreadsheet_program_and_unsorted() {
        let text = "\u{FEFF}date,kind,name_en,source\r\n\
            2027-01-01,OFF,New Year's Day,statutory days only\r\n\r\n\
            2026-01-04,WORK,,notice 7\r\n\
            2026-01-01,OFF,New Year's Day,notice 7\r\n";
        let years = CalendarYear::parse_csv(text).unwrap();
        let seen: Vec<_> =
            years.iter().map(|table| (table.year, table.source.as_str(), table.status, table.exceptions.len())).collect();
        assert_eq!(
            seen,
            [(2026, "notice 7", YearStatus::Official, 2), (2027, "statutory days only", YearStatus::Provisional, 1),]
        );
    }

    #[test]
    fn a_table_without_lines_has_no_years() {
        assert_eq!(problem_of(""), Ok(0));
    }

    #[test]
    fn every_mistake_is_refused_with_its_line() {
        let good = "2026-01-01,OFF,New Year,n7\n";
        let after_good = |line: &str| problem_of(&format!("{good}\n{line}\n"));
        assert_eq!(after_good("2026-01-02,OFF,New Year"), Err((4, CsvProblem::Fields)));
        assert_eq!(after_good("2026-01-02,OFF,a,n7,b"), Err((4, CsvProblem::Fields)));
        assert_eq!(after_good("2026-01-02,OFF,\"New Year\",n7"), Err((4, CsvProblem::Fields)));
        assert_eq!(after_good("2026-02-29,OFF,a,n7"), Err((4, CsvProblem::Date)));
        assert_eq!(after_good("2026/01/02,OFF,a,n7"), Err((4, CsvProblem::Date)));
        assert_eq!(after_good("2026-01-02,off,a,n7"), Err((4, CsvProblem::Kind)));
        assert_eq!(after_good("2026-01-02,OFF,a, "), Err((4, CsvProblem::MissingSource)));
        assert_eq!(after_good("2026-01-01,WORK,a,n7"), Err((4, CsvProblem::DuplicateDate)));
        assert_eq!(after_good("2026-01-02,OFF,a,n8"), Err((4, CsvProblem::OtherSource)));
        assert_eq!(after_good("2027-01-01,OFF,a,n8"), Ok(2));
    }

    #[test]
    fn another_heading_is_refused() {
        let heading = CsvError { line: 1, problem: CsvProblem::Heading };
        assert_eq!(CalendarYear::parse_csv(""), Err(heading));
        assert_eq!(CalendarYear::parse_csv("date,kind\n"), Err(heading));
        assert_eq!(heading.to_string(), "line 1: the heading is not date,kind,name_en,source");
    }
}
