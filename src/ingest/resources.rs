//! The resource list 资源清单.

use super::Kind;
use super::canonical::Canonical;
use super::capacity::{Capacity, capacity};
use super::cell::{Cells, Reported};
use super::columns::Field;
use super::contact::{Contact, contact};
use super::date::{SingleDay, Span, span};
use super::list::{Coverage, coverage, tags};
use super::record::Record;
use super::text::{CATEGORY, DOCUMENTS, NAME, UNIT};
use super::title::title_and_detail;
use super::words::{word, word_within};
use crate::domain::resource::{Fee, Mode};

/// One resource as the list states it. Names are texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceRecord {
    /// The name of the unit that offers it.
    pub organisation: String,
    /// The section inside that unit (处室).
    pub office: Option<String>,
    /// The name of the category.
    pub category: String,
    /// 2 to 60 characters; from the first line or sentence when name and content share a column.
    pub title: String,
    /// At most 4,000 characters; empty when there is a title only.
    pub detail: String,
    /// At most eight.
    pub tags: Vec<String>,
    /// How it reaches those who need it.
    pub mode: Mode,
    /// Where it is offered.
    pub coverage: Option<Coverage>,
    /// How often it can be given.
    pub capacity: Capacity,
    /// How long; a single day is the last one, 长期 is open.
    pub valid: Span,
    /// What it costs.
    pub fee: Option<Fee>,
    /// What has to be brought along.
    pub documents: Option<String>,
    /// Who answers for it.
    pub contact: Option<Contact>,
}

impl Record for ResourceRecord {
    const KIND: Kind = Kind::Resources;

    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, Reported> {
        let organisation = cells.need_text(Field::Organisation, NAME);
        let office = cells.text(Field::Office, UNIT);
        let title_and_detail = title_and_detail(cells);
        let category = cells.need_text(Field::Category, CATEGORY);
        let mode = cells.need(Field::Mode, word_within);
        let coverage = cells.read(Field::Coverage, coverage);
        let capacity = cells.need(Field::Capacity, capacity);
        let valid = cells.read(Field::Validity, |cell| span(cell, SingleDay::IsTheEnd));
        let fee = cells.read(Field::Fee, word);
        let documents = cells.text(Field::Documents, DOCUMENTS);
        let tags = cells.read(Field::Tags, tags);
        let contact = contact(cells);
        let (title, detail) = title_and_detail?;
        Ok(Self {
            organisation: organisation?,
            office: office?,
            category: category?,
            title,
            detail,
            tags: tags?.unwrap_or_default(),
            mode: mode?,
            coverage: coverage?,
            capacity: capacity?,
            valid: valid?.unwrap_or_default(),
            fee: fee?,
            documents: documents?,
            contact: contact?,
        })
    }

    fn canonical(&self) -> String {
        let text = Canonical::new(Self::KIND)
            .field(&self.organisation)
            .optional(self.office.as_deref())
            .field(&self.category)
            .field(&self.title)
            .field(&self.detail)
            .list(&self.tags)
            .field(<&str>::from(self.mode));
        let text = match &self.coverage {
            None => text.optional(None::<&str>),
            Some(Coverage::District) => text.field("DISTRICT"),
            Some(Coverage::Named(names)) => text.field("NAMED").list(names),
        };
        text.field(self.capacity.amount.get())
            .field(<&str>::from(self.capacity.per))
            .optional(self.valid.from)
            .optional(self.valid.to)
            .optional(self.fee.map(<&str>::from))
            .optional(self.documents.as_deref())
            .contact(self.contact.as_ref())
            .finish()
    }
}
