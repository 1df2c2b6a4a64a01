//! The administrative divisions of a district: itself, its streets (街道), their communities (社区).

use std::collections::BTreeMap;

use serde::Deserialize;
use strum::{EnumString, IntoStaticStr};

use crate::kernel::{district::District, text::Name};

/// One line of the snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Division {
    /// 6, 9 or 12 digits; the code of what it lies in is a prefix of it.
    pub code: String,
    pub level: Level,
    pub name: Name,
    /// `None` for the district.
    pub parent: Option<String>,
    /// Which list it is from, and of which day.
    pub source: String,
}

/// How far down a division is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumString, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Level {
    District,
    Street,
    Community,
}

/// A district with all its divisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Divisions {
    pub district: District,
    /// What the district is called.
    pub name: Name,
    /// Parents before children: the district first, then by code.
    pub all: Vec<Division>,
}

/// Where a table of divisions is wrong, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct DivisionError {
    /// Counted from 1, the heading being line 1; 0 when it is about the table as a whole.
    pub line: u64,
    pub problem: DivisionProblem,
}

/// What is wrong with a table of divisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DivisionProblem {
    #[error("the columns are not code, level, name, parent_code and source")]
    Columns,
    #[error("the level is none of DISTRICT, STREET and COMMUNITY")]
    Level,
    #[error("the code has not 6, 9 or 12 digits as its level asks for")]
    Code,
    #[error("the name is empty or too long")]
    Name,
    #[error("the source is missing")]
    Source,
    #[error("the code was given before")]
    Duplicate,
    #[error("the division above it is not in the table, or not the one that its code says")]
    Parent,
    #[error("the table has not exactly one district")]
    OneDistrict,
}

/// A line as it is written.
#[derive(Deserialize)]
struct Line {
    code: String,
    level: String,
    name: String,
    parent_code: String,
    source: String,
}

impl Level {
    /// The name in the database.
    pub fn name(self) -> &'static str {
        self.into()
    }

    fn digits(self) -> usize {
        match self {
            Self::District => 6,
            Self::Street => 9,
            Self::Community => 12,
        }
    }

    fn above(self) -> Option<Self> {
        match self {
            Self::District => None,
            Self::Street => Some(Self::District),
            Self::Community => Some(Self::Street),
        }
    }
}

impl Divisions {
    /// Reads lines of `code,level,name,parent_code,source` below that heading, in any order.
    pub fn parse_csv(text: &str) -> Result<Self, DivisionError> {
        // Spreadsheet programs put a byte order mark first.
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let mut by_code = BTreeMap::new();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let broken = |error: csv::Error| DivisionError {
            line: error.position().map_or(0, csv::Position::line),
            problem: DivisionProblem::Columns,
        };
        let headings = reader.headers().map_err(broken)?.clone();
        for record in reader.records() {
            let record = record.map_err(broken)?;
            let line = record.position().map_or(0, csv::Position::line);
            let fault = |problem| DivisionError { line, problem };
            let written: Line = record.deserialize(Some(&headings)).map_err(|_| fault(DivisionProblem::Columns))?;
            let division = written.read().map_err(fault)?;
            if by_code.insert(division.code.clone(), (division, line)).is_some() {
                return Err(fault(DivisionProblem::Duplicate));
            }
        }
        Self::fit(by_code)
    }

    fn fit(by_code: BTreeMap<String, (Division, u64)>) -> Result<Self, DivisionError> {
        for (division, line) in by_code.values() {
            let above = division.parent.as_ref().and_then(|parent| by_code.get(parent)).map(|(parent, _)| parent.level);
            if above != division.level.above() {
                return Err(DivisionError { line: *line, problem: DivisionProblem::Parent });
            }
        }
        let mut all: Vec<Division> = by_code.into_values().map(|(division, _)| division).collect();
        all.sort_by(|a, b| (a.level, &a.code).cmp(&(b.level, &b.code)));
        let whole = DivisionError { line: 0, problem: DivisionProblem::OneDistrict };
        let [district, ..] = &all[..] else { return Err(whole) };
        if all.iter().filter(|division| division.level == Level::District).count() != 1 {
            return Err(whole);
        }
        Ok(Self { district: district.code.parse().map_err(|_| whole)?, name: district.name.clone(), all })
    }
}

impl Line {
    fn read(self) -> Result<Division, DivisionProblem> {
        let level: Level = self.level.trim().parse().map_err(|_| DivisionProblem::Level)?;
        let code = self.code.trim().to_owned();
        if code.len() != level.digits() || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(DivisionProblem::Code);
        }
        // What lies above the district (its city) is no division of it.
        let parent = level.above().map(|_| self.parent_code.trim().to_owned());
        if parent.as_ref().is_some_and(|parent| !code.starts_with(parent.as_str())) {
            return Err(DivisionProblem::Parent);
        }
        let source = self.source.trim().to_owned();
        if source.is_empty() {
            return Err(DivisionProblem::Source);
        }
        Ok(Division { code, level, name: Name::parse(&self.name).map_err(|_| DivisionProblem::Name)?, parent, source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADING: &str = "code,level,name,parent_code,source\n";
    const DISTRICT: &str = "420105,DISTRICT,汉阳区,420100,list\n";
    const STREET: &str = "420105002,STREET,建桥街道,420105,list\n";

    fn fault(lines: &str) -> Option<(u64, DivisionProblem)> {
        Divisions::parse_csv(&format!("{HEADING}{lines}")).err().map(|error| (error.line, error.problem))
    }

    #[test]
    fn a_table_may_come_in_any_order() {
        let community = "420105002001,COMMUNITY,一社区,420105002,list\n";
        let divisions = Divisions::parse_csv(&format!("\u{FEFF}{HEADING}{community}{STREET}{DISTRICT}")).unwrap();
        assert_eq!((divisions.district.as_str(), divisions.name.as_str()), ("420105", "汉阳区"));
        let codes: Vec<&str> = divisions.all.iter().map(|division| division.code.as_str()).collect();
        assert_eq!(codes, ["420105", "420105002", "420105002001"]);
        assert_eq!(divisions.all[0].parent, None);
    }

    #[test]
    fn every_mistake_is_refused_with_its_line() {
        use DivisionProblem::{Code, Columns, Duplicate, Level, Name, OneDistrict, Parent, Source};
        let after = |line: &str| fault(&format!("{DISTRICT}{STREET}{line}\n"));
        assert_eq!(after("420105003,STREET,x,420105"), Some((4, Columns)));
        assert_eq!(after("420105003,TOWN,x,420105,list"), Some((4, Level)));
        assert_eq!(after("42010500,STREET,x,420105,list"), Some((4, Code)));
        assert_eq!(after("42010500x,STREET,x,420105,list"), Some((4, Code)));
        assert_eq!(after("420105003,STREET, ,420105,list"), Some((4, Name)));
        assert_eq!(after("420105003,STREET,x,420105, "), Some((4, Source)));
        assert_eq!(after("420105002,STREET,x,420105,list"), Some((4, Duplicate)));
        assert_eq!(after("420106003,STREET,x,420105,list"), Some((4, Parent)));
        assert_eq!(after("420105003001,COMMUNITY,x,420105003,list"), Some((4, Parent)));
        assert_eq!(after("420105002001,COMMUNITY,x,420105,list"), Some((4, Parent)));
        assert_eq!(after("420106,DISTRICT,x,420100,list"), Some((0, OneDistrict)));
        assert_eq!(fault(""), Some((0, OneDistrict)));
        assert_eq!(fault(STREET), Some((2, Parent)));
    }

    #[test]
    fn the_snapshot_of_hanyang_is_whole() {
        let divisions = Divisions::parse_csv(include_str!("../seed/hanyang_divisions.csv")).unwrap();
        let count = |level| divisions.all.iter().filter(|division| division.level == level).count();
        assert_eq!([Level::District, Level::Street, Level::Community].map(count), [1, 11, 118]);
    }
}
