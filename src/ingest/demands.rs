//! The demand list 需求清单.

use super::Kind;
use super::canonical::Canonical;
use super::cell::{Cells, Reported};
use super::columns::Field;
use super::contact::{Contact, contact};
use super::date::{SingleDay, Span, span};
use super::list::tags;
use super::message::{Explain, ProblemCode};
use super::number::quantity;
use super::record::{Record, uscc};
use super::text::{CATEGORY, NAME, REASON, UNIT};
use super::title::title_and_detail;
use super::words::{Word, word};
use crate::{
    domain::demand::Visibility,
    kernel::{quantity::Quantity, uscc::Uscc},
};

/// One demand as the list states it. Names are texts; at least one of `organisation` and `uscc` is
/// there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemandRecord {
    /// The name of the enterprise that needs something.
    pub organisation: Option<String>,
    /// Its code, the surer way to find it.
    pub uscc: Option<Uscc>,
    /// The name of the building or park.
    pub place: Option<String>,
    /// The name of the category.
    pub category: String,
    /// 2 to 60 characters; from the detail when the list has no title.
    pub title: String,
    /// At most 4,000 characters; empty when there is a title only.
    pub detail: String,
    /// At most eight.
    pub tags: Vec<String>,
    /// How many are wanted.
    pub quantity: Option<Quantity>,
    /// What is counted, from its own column or from behind the number.
    pub unit: Option<String>,
    /// When it is wanted; a single day is both ends.
    pub desired: Span,
    /// How urgent it is.
    pub urgency: Option<Urgency>,
    /// Who may see it.
    pub visibility: Option<Visibility>,
    /// Who answers for it.
    pub contact: Option<Contact>,
}

/// How soon a demand has to be met (紧急程度).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Urgency {
    /// 一般
    Normal,
    /// 较急
    Soon,
    /// 紧急, which needs its reason.
    Urgent {
        /// 2 to 200 characters.
        reason: String,
    },
}

impl Urgency {
    /// The stable name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Normal => "NORMAL",
            Self::Soon => "SOON",
            Self::Urgent { .. } => "URGENT",
        }
    }

    /// Why it is urgent; `None` when it is not.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Normal | Self::Soon => None,
            Self::Urgent { reason } => Some(reason),
        }
    }
}

impl Record for DemandRecord {
    const KIND: Kind = Kind::Demands;

    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, Reported> {
        let (organisation, code) = (cells.text(Field::Organisation, NAME), uscc(cells));
        if !cells.is_filled(Field::Organisation) && !cells.is_filled(Field::Uscc) {
            cells.refuse_blank(&[Field::Organisation, Field::Uscc]);
        }
        let place = cells.text(Field::Place, NAME);
        let category = cells.need_text(Field::Category, CATEGORY);
        let title_and_detail = title_and_detail(cells);
        let quantity = cells.read(Field::Quantity, quantity);
        let unit = cells.text(Field::Unit, UNIT);
        let desired = cells.read(Field::Desired, |cell| span(cell, SingleDay::IsBothEnds));
        let urgency = urgency(cells);
        let visibility = cells.read(Field::Visibility, word);
        let tags = cells.read(Field::Tags, tags);
        let contact = contact(cells);
        let (title, detail) = title_and_detail?;
        let (quantity, unit_behind) = quantity?.map_or((None, None), |(q, unit)| (Some(q), unit));
        Ok(Self {
            organisation: organisation?,
            uscc: code?,
            place: place?,
            category: category?,
            title,
            detail,
            tags: tags?.unwrap_or_default(),
            quantity,
            unit: unit?.or(unit_behind),
            desired: desired?.unwrap_or_default(),
            urgency: urgency?,
            visibility: visibility?,
            contact: contact?,
        })
    }

    fn canonical(&self) -> String {
        Canonical::new(Self::KIND)
            .optional(self.organisation.as_deref())
            .optional(self.uscc.as_ref().map(Uscc::as_str))
            .optional(self.place.as_deref())
            .field(&self.category)
            .field(&self.title)
            .field(&self.detail)
            .list(&self.tags)
            .optional(self.quantity.map(Quantity::get))
            .optional(self.unit.as_deref())
            .optional(self.desired.from)
            .optional(self.desired.to)
            .optional(self.urgency.as_ref().map(Urgency::name))
            .optional(self.urgency.as_ref().and_then(Urgency::reason))
            .optional(self.visibility.map(<&str>::from))
            .contact(self.contact.as_ref())
            .finish()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Normal,
    Soon,
    Urgent,
}

impl Word for Level {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("一般", Self::Normal),
        ("普通", Self::Normal),
        ("较急", Self::Soon),
        ("加急", Self::Soon),
        ("紧急", Self::Urgent),
        ("特急", Self::Urgent),
    ];
}

/// Level and reason belong together; a reason without urgency is read as a remark and left.
fn urgency(cells: &mut Cells<'_>) -> Result<Option<Urgency>, Reported> {
    let level = cells.read(Field::Urgency, word);
    let reason = cells.text(Field::UrgencyReason, REASON);
    match (level?, reason?) {
        (None, _) => Ok(None),
        (Some(Level::Normal), _) => Ok(Some(Urgency::Normal)),
        (Some(Level::Soon), _) => Ok(Some(Urgency::Soon)),
        (Some(Level::Urgent), Some(reason)) => Ok(Some(Urgency::Urgent { reason })),
        (Some(Level::Urgent), None) => {
            let field = if cells.has(Field::UrgencyReason) { Field::UrgencyReason } else { Field::Urgency };
            Err(cells.refuse(field, &ReasonMissing))
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("an urgent demand needs its reason in the column \"紧急原因\".")]
struct ReasonMissing;

impl Explain for ReasonMissing {
    fn code(&self) -> ProblemCode {
        ProblemCode::Required
    }

    fn zh(&self) -> String {
        "紧急需求必须在“紧急原因”一列写明原因。".to_owned()
    }
}
