//! The archive: which parts there are, and which of them are sheets, texts and formats.

use std::collections::HashMap;
use std::io::Cursor;

use quick_xml::events::Event;
use zip::ZipArchive;

use super::xml::{Xml, attribute};
use super::{MAX_PART, MAX_PARTS, MAX_UNPACKED};
use crate::ingest::error::FileError;

pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// By path in lower case: programs disagree on the case of part names.
    parts: HashMap<String, usize>,
}

/// What a workbook consists of.
pub(super) struct Workbook {
    pub(super) sheets: Vec<Sheet>,
    pub(super) strings: Option<String>,
    pub(super) styles: Option<String>,
    pub(super) epoch: Epoch,
}

pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) is_visible: bool,
}

/// The day from which date cells are counted; workbooks of old Macintoshes begin in 1904.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Epoch {
    Of1900,
    Of1904,
}

/// A pointer from one part to another.
struct Relation {
    id: String,
    /// The last word of its type, such as `worksheet`.
    role: String,
    path: String,
}

impl<'a> Package<'a> {
    /// Opens the archive and refuses it by what it declares; [`Self::part`] counts what really comes.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, FileError> {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| FileError::BrokenWorkbook)?;
        if archive.len() > MAX_PARTS {
            return Err(FileError::ContentsTooLarge);
        }
        let mut parts = HashMap::new();
        let mut declared = 0_u64;
        for index in 0..archive.len() {
            let part = archive.by_index_raw(index).map_err(|_| FileError::BrokenWorkbook)?;
            declared = declared.saturating_add(part.size());
            let name = part.name().map_err(|_| FileError::BrokenWorkbook)?;
            parts.insert(name.replace('\\', "/").to_lowercase(), index);
        }
        if declared > MAX_UNPACKED {
            return Err(FileError::ContentsTooLarge);
        }
        Ok(Self { archive, parts })
    }

    /// A part by its path. One that another part refers to has to be there.
    pub(super) fn part(&mut self, path: &str, limit: u64) -> Result<Xml<'_>, FileError> {
        let index = self.parts.get(&path.to_lowercase()).ok_or(FileError::BrokenWorkbook)?;
        let part = self.archive.by_index(*index).map_err(|_| FileError::BrokenWorkbook)?;
        Ok(Xml::new(part, limit))
    }

    pub(super) fn workbook(&mut self) -> Result<Workbook, FileError> {
        let root = self.relations("")?;
        let main = root.into_iter().find(|relation| relation.role == "officedocument");
        let path = main.ok_or(FileError::BrokenWorkbook)?.path;
        let relations = self.relations(&path)?;
        let by_role = |role: &str| relations.iter().find(|r| r.role == role).map(|r| r.path.clone());
        let (strings, styles) = (by_role("sharedstrings"), by_role("styles"));
        let by_id: HashMap<String, Relation> = relations.into_iter().map(|relation| (relation.id.clone(), relation)).collect();
        let (sheets, epoch) = sheets(self.part(&path, MAX_PART)?, by_id)?;
        Ok(Workbook { sheets, strings, styles, epoch })
    }

    /// The relations of a part, or of the package for the empty path.
    fn relations(&mut self, of: &str) -> Result<Vec<Relation>, FileError> {
        let (folder, file) = of.rsplit_once('/').unwrap_or(("", of));
        let path = format!("{folder}/_rels/{file}.rels");
        let mut xml = self.part(path.trim_start_matches('/'), MAX_PART)?;
        let mut relations = Vec::new();
        loop {
            match xml.next()? {
                Event::Start(element) if element.local_name().as_ref() == "Relationship" => {
                    let get = |name| attribute(&element, name).unwrap_or_default();
                    let kind = get("Type").to_lowercase();
                    let role = kind.rsplit('/').next().unwrap_or_default().to_owned();
                    relations.push(Relation { id: get("Id"), role, path: resolve(folder, &get("Target")) });
                }
                Event::Eof => return Ok(relations),
                _ => {}
            }
        }
    }
}

/// The sheets that hold cells, in the order of their tabs. Each relation is taken once, so that a
/// long path cannot be copied for many names.
fn sheets(mut xml: Xml<'_>, mut relations: HashMap<String, Relation>) -> Result<(Vec<Sheet>, Epoch), FileError> {
    let mut sheets = Vec::new();
    let mut epoch = Epoch::Of1900;
    loop {
        match xml.next()? {
            Event::Start(element) => match element.local_name().as_ref() {
                "sheet" => {
                    let relation = attribute(&element, "id").and_then(|id| relations.remove(&id));
                    if let Some(relation) = relation.filter(|relation| relation.role == "worksheet") {
                        sheets.push(Sheet {
                            name: attribute(&element, "name").unwrap_or_default(),
                            path: relation.path,
                            is_visible: attribute(&element, "state").is_none_or(|state| state == "visible"),
                        });
                    }
                }
                "workbookPr" => {
                    if matches!(attribute(&element, "date1904").as_deref(), Some("1" | "true")) {
                        epoch = Epoch::Of1904;
                    }
                }
                _ => {}
            },
            Event::Eof => return Ok((sheets, epoch)),
            _ => {}
        }
    }
}

/// The path a target means, seen from the folder of the part that names it.
fn resolve(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut path: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(path.pop()),
            step => path.push(step),
        }
    }
    path.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_absolute_or_seen_from_the_folder() {
        assert_eq!(resolve("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl", "/xl/worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl/a", "../b\\./c.xml"), "xl/b/c.xml");
        assert_eq!(resolve("", "xl/workbook.xml"), "xl/workbook.xml");
    }
}
