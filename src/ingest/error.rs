//! Why a file cannot be read at all.

use super::{MAX_COLUMNS, MAX_ROWS};

/// A refusal of the whole file; nothing of it was read. The English sentence is its `Display`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// No bytes, or no filled cell.
    #[error("The file is empty.")]
    Empty,
    /// More than [`super::MAX_FILE_BYTES`].
    #[error("The file is larger than 20 MiB.")]
    TooLarge,
    /// The format before 2007, or a workbook protected by a password: both come in the same wrapper.
    #[error("The file is an old .xls workbook or protected by a password. Save it as .xlsx without a password.")]
    OldWorkbook,
    /// A web page or XML table, often named .xls.
    #[error("The file is a web page, not a workbook. Open it in a spreadsheet program and save it as .xlsx.")]
    WebPage,
    /// A ZIP archive that is not a sound XLSX workbook.
    #[error("The file is damaged or not an .xlsx workbook. Open it in a spreadsheet program and save it as .xlsx again.")]
    BrokenWorkbook,
    /// The contents are larger than any list; see the limits in `xlsx`.
    #[error("The contents of the workbook are too large. Copy the list into a new workbook.")]
    ContentsTooLarge,
    /// Neither UTF-8 nor GB18030.
    #[error("The text is neither UTF-8 nor GB18030. Save the file as .xlsx or as CSV in UTF-8.")]
    UnknownEncoding,
    /// A quoted cell of a CSV file that never ends and would swallow the rows below.
    #[error("Row {row} opens a quotation mark that is never closed.")]
    OpenQuote {
        /// The row, counted from 1.
        row: u32,
    },
    /// No sheet of that name.
    #[error("There is no sheet \"{asked}\". {}", sheets_en(.available))]
    SheetNotFound {
        /// The name that was asked for.
        asked: String,
        /// The names there are, in the order of the workbook; none for CSV.
        available: Vec<String>,
    },
    /// No row near the top has the mandatory headings.
    #[error("No heading row was found. Missing: {}. Found: {}.", .missing.join(", "), or_none(.found, ", ", "none"))]
    HeadingNotFound {
        /// The sheet that was searched; empty for CSV.
        sheet: String,
        /// The mandatory headings that are missing in the best row.
        missing: Vec<String>,
        /// The headings that were recognised in it, as written.
        found: Vec<String>,
    },
    /// Two columns for the same field: taking either could drop content unseen.
    #[error("Columns {first} and {second} are both read as \"{heading}\". Rename or remove one.")]
    HeadingTwice {
        /// The second heading as written.
        heading: String,
        /// The letters of the first column.
        first: String,
        /// The letters of the second column.
        second: String,
    },
    /// More than [`super::MAX_ROWS`] rows.
    #[error("The list has more than {MAX_ROWS} rows. Split it.")]
    TooManyRows,
    /// A filled cell right of column [`super::MAX_COLUMNS`].
    #[error("The list has more than {MAX_COLUMNS} columns. Remove what does not belong to it.")]
    TooManyColumns,
}

impl FileError {
    /// The stable name.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "FILE_EMPTY",
            Self::TooLarge => "FILE_TOO_LARGE",
            Self::OldWorkbook => "OLD_WORKBOOK",
            Self::WebPage => "WEB_PAGE",
            Self::BrokenWorkbook => "BROKEN_WORKBOOK",
            Self::ContentsTooLarge => "CONTENTS_TOO_LARGE",
            Self::UnknownEncoding => "UNKNOWN_ENCODING",
            Self::OpenQuote { .. } => "OPEN_QUOTE",
            Self::SheetNotFound { .. } => "SHEET_NOT_FOUND",
            Self::HeadingNotFound { .. } => "HEADING_NOT_FOUND",
            Self::HeadingTwice { .. } => "HEADING_TWICE",
            Self::TooManyRows => "TOO_MANY_ROWS",
            Self::TooManyColumns => "TOO_MANY_COLUMNS",
        }
    }

    /// The whole sentence in Chinese.
    pub fn message_zh(&self) -> String {
        match self {
            Self::Empty => "文件是空的，没有任何内容。".to_owned(),
            Self::TooLarge => "文件超过 20 MB，请拆分后再上传。".to_owned(),
            Self::OldWorkbook => "文件是旧版 .xls 格式或设有密码，请另存为不带密码的 .xlsx 后再上传。".to_owned(),
            Self::WebPage => "文件其实是网页，不是工作簿，请用表格软件打开后另存为 .xlsx。".to_owned(),
            Self::BrokenWorkbook => "文件已损坏或不是 .xlsx 工作簿，请用表格软件打开后重新另存为 .xlsx。".to_owned(),
            Self::ContentsTooLarge => "工作簿内容过大，请把清单复制到新建的工作簿后再上传。".to_owned(),
            Self::UnknownEncoding => "无法识别文字编码，请另存为 .xlsx，或另存为“CSV UTF-8”格式后再上传。".to_owned(),
            Self::OpenQuote { row } => format!("第 {row} 行有一个引号没有配对，请检查这一行。"),
            Self::SheetNotFound { asked, available } => {
                format!("没有名为“{asked}”的工作表。{}", sheets_zh(available))
            }
            Self::HeadingNotFound { missing, found, .. } => headings_zh(missing, found),
            Self::HeadingTwice { heading, first, second } => {
                format!("{first} 列和 {second} 列都会被当作“{heading}”，请改名或删除其中一列。")
            }
            Self::TooManyRows => format!("清单超过 {MAX_ROWS} 行，请拆分后再上传。"),
            Self::TooManyColumns => format!("清单超过 {MAX_COLUMNS} 列，请删除无关的列。"),
        }
    }
}

fn sheets_zh(available: &[String]) -> String {
    match available {
        [] => "CSV 文件不分工作表，请不要指定。".to_owned(),
        names => format!("文件中有：{}。", names.join("、")),
    }
}

fn sheets_en(available: &[String]) -> String {
    match available {
        [] => "A CSV file has no sheets; name none.".to_owned(),
        names => format!("There are: {}.", names.join(", ")),
    }
}

fn headings_zh(missing: &[String], found: &[String]) -> String {
    let found = or_none(found, "、", "无");
    let missing = missing.join("、");
    format!("前 20 行中没有找到完整的表头。缺少：{missing}；已识别：{found}。")
}

fn or_none(names: &[String], separator: &str, none: &str) -> String {
    if names.is_empty() { none.to_owned() } else { names.join(separator) }
}
