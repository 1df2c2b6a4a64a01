//! Cells that hold several entries: tags and the places a resource covers.

use super::message::{Explain, ProblemCode, Shown};
use super::text::{Lines, NAME, TextFault, TextRule, clean, content};
use super::workbook::Cell;

const TAG: TextRule = TextRule::line(1, 20);
const MAX_TAGS: usize = 8;
const MAX_PLACES: usize = 100;
const DISTRICT: [&str; 6] = ["全区", "全区域", "全区范围", "全域", "本区", "全辖区"];

/// Where a resource is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Coverage {
    /// The whole district.
    District,
    /// Streets, zones or places by the names the list gives; who calls tells which is which.
    Named(Vec<String>),
}

/// At most eight tags, each once, in the order written.
pub(crate) fn tags(cell: &Cell) -> Result<Vec<String>, ListFault> {
    let tags = entries(cell, &[' ', '　'], TAG)?;
    if tags.len() > MAX_TAGS {
        return Err(ListFault::TooMany { max: MAX_TAGS, found: tags.len() });
    }
    Ok(tags)
}

/// The whole district or a list of names. Both at once contradict each other and are refused.
pub(crate) fn coverage(cell: &Cell) -> Result<Coverage, ListFault> {
    let names = entries(cell, &[], NAME)?;
    let district = |name: &String| DISTRICT.contains(&name.as_str());
    match names.len() {
        1 if district(&names[0]) => Ok(Coverage::District),
        found if found > MAX_PLACES => Err(ListFault::TooMany { max: MAX_PLACES, found }),
        _ if names.iter().any(district) => Err(ListFault::DistrictAndNames(Shown::new(&names.join("、")))),
        _ => Ok(Coverage::Named(names)),
    }
}

/// Why a list is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ListFault {
    #[error("{found} entries; at most {max} are allowed.")]
    TooMany { max: usize, found: usize },
    #[error("{0} names the whole district and single places; enter one or the other.")]
    DistrictAndNames(Shown),
    #[error(transparent)]
    Text(#[from] TextFault),
}

impl Explain for ListFault {
    fn code(&self) -> ProblemCode {
        match self {
            Self::TooMany { .. } => ProblemCode::TooMany,
            Self::DistrictAndNames(_) => ProblemCode::SeveralWords,
            Self::Text(fault) => fault.code(),
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::TooMany { max, found } => format!("共 {found} 项，请不要超过 {max} 项。"),
            Self::DistrictAndNames(shown) => {
                format!("{}同时写了全区和具体区域，请只保留一种。", shown.zh())
            }
            Self::Text(fault) => fault.zh(),
        }
    }
}

/// The entries between the usual separators, cleaned, repeated ones once.
fn entries(cell: &Cell, more: &[char], rule: TextRule) -> Result<Vec<String>, ListFault> {
    debug_assert_eq!(rule.lines, Lines::One, "an entry is one line");
    let text = content(cell)?;
    let separator = |c: char| matches!(c, '、' | ',' | '，' | ';' | '；' | '\n' | '\r' | '|') || more.contains(&c);
    let mut entries = Vec::new();
    for part in text.split(separator).filter(|part| !part.trim().is_empty()) {
        let entry = clean(part, rule)?;
        if !entries.contains(&entry) {
            entries.push(entry);
        }
    }
    if entries.is_empty() {
        return Err(TextFault::TooShort { min: rule.min }.into());
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn tags_are_split_at_every_usual_separator_and_kept_once() {
        let read = tags(&cell("法律、合同，劳动;用工；培训 讲座,法律\n线上")).unwrap();
        assert_eq!(read, ["法律", "合同", "劳动", "用工", "培训", "讲座", "线上"]);
    }

    #[test]
    fn the_ninth_tag_is_one_too_many_and_a_long_one_is_refused() {
        assert_eq!(tags(&cell("1、2、3、4、5、6、7、8")).unwrap().len(), 8);
        let fault = tags(&cell("1、2、3、4、5、6、7、8、9")).unwrap_err();
        assert_eq!(fault.zh(), "共 9 项，请不要超过 8 项。");
        let long = tags(&cell(&"长".repeat(21))).unwrap_err();
        assert_eq!(long.code(), ProblemCode::TooLong);
        assert_eq!(tags(&cell("、，")).unwrap_err().code(), ProblemCode::TooShort);
    }

    #[test]
    fn coverage_is_the_district_or_names_but_not_both() {
        assert_eq!(coverage(&cell(" 全区 ")), Ok(Coverage::District));
        assert_eq!(
            coverage(&cell("黄金口工业园区、琴断口街道；武汉 CBD")),
            Ok(Coverage::Named(["黄金口工业园区", "琴断口街道", "武汉 CBD"].map(str::to_owned).to_vec()))
        );
        assert_eq!(
            coverage(&cell("全区、黄金口工业园区")).unwrap_err().zh(),
            "“全区、黄金口工业园区”同时写了全区和具体区域，请只保留一种。"
        );
    }
}
