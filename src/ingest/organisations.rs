//! The list of organisations: enterprises and departments alike.

use jiff::civil::Date;

use super::Kind;
use super::canonical::Canonical;
use super::cell::{Cells, Reported};
use super::columns::Field;
use super::contact::{Contact, contact};
use super::date::day;
use super::email::email;
use super::industry::{IndustryDivision, IndustryFault, IndustrySection, division, section};
use super::message::{Explain, ProblemCode};
use super::record::{Record, uscc};
use super::text::{NAME, SHORT_NAME, UNIT};
use super::words::word;
use crate::{
    domain::organisation::{Kind as OrganisationKind, SizeBand},
    kernel::uscc::Uscc,
};

/// One organisation as the list states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationRecord {
    /// 2 to 120 characters.
    pub name: String,
    /// At most 40 characters.
    pub short_name: Option<String>,
    /// What it is.
    pub kind: OrganisationKind,
    /// Always there for enterprises and property companies.
    pub uscc: Option<Uscc>,
    /// GB/T 4754-2017; contains `industry_division` when both are there.
    pub industry_section: Option<IndustrySection>,
    /// GB/T 4754-2017.
    pub industry_division: Option<IndustryDivision>,
    /// How large it is.
    pub size_band: Option<SizeBand>,
    /// The name of the building or park it rents in.
    pub place: Option<String>,
    /// The rooms it rents there.
    pub room: Option<String>,
    /// Since when.
    pub since: Option<Date>,
    /// Who answers for it.
    pub contact: Option<Contact>,
    /// The e-mail address of the contact.
    pub email: Option<String>,
}

impl Record for OrganisationRecord {
    const KIND: Kind = Kind::Organisations;

    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, Reported> {
        let name = cells.need_text(Field::Name, NAME);
        let short_name = cells.text(Field::ShortName, SHORT_NAME);
        let kind = cells.need(Field::OrganisationKind, word);
        let code = required_uscc(cells, kind);
        let industry = industry(cells);
        let size_band = cells.read(Field::SizeBand, word);
        let place = cells.text(Field::Place, NAME);
        let room = cells.text(Field::Room, UNIT);
        let since = cells.read(Field::Since, day);
        let contact = contact(cells);
        let email = cells.read(Field::Email, email);
        let (industry_section, industry_division) = industry?;
        Ok(Self {
            name: name?,
            short_name: short_name?,
            kind: kind?,
            uscc: code?,
            industry_section,
            industry_division,
            size_band: size_band?,
            place: place?,
            room: room?,
            since: since?,
            contact: contact?,
            email: email?,
        })
    }

    fn canonical(&self) -> String {
        Canonical::new(Self::KIND)
            .field(&self.name)
            .optional(self.short_name.as_deref())
            .field(<&str>::from(self.kind))
            .optional(self.uscc.as_ref().map(Uscc::as_str))
            .optional(self.industry_section.map(IndustrySection::letter))
            .optional(self.industry_division)
            .optional(self.size_band.map(<&str>::from))
            .optional(self.place.as_deref())
            .optional(self.room.as_deref())
            .optional(self.since)
            .contact(self.contact.as_ref())
            .finish()
    }
}

/// The code, which the registers need for whoever trades.
fn required_uscc(cells: &mut Cells<'_>, kind: Result<OrganisationKind, Reported>) -> Result<Option<Uscc>, Reported> {
    match (uscc(cells)?, kind) {
        (None, Ok(OrganisationKind::Enterprise | OrganisationKind::PropertyCompany)) => {
            let field = if cells.has(Field::Uscc) { Field::Uscc } else { Field::OrganisationKind };
            Err(cells.refuse(field, &CodeMissing))
        }
        (code, _) => Ok(code),
    }
}

type Industry = (Option<IndustrySection>, Option<IndustryDivision>);

fn industry(cells: &mut Cells<'_>) -> Result<Industry, Reported> {
    let section = cells.read(Field::IndustrySection, section);
    let division = cells.read(Field::IndustryDivision, division);
    match (section?, division?) {
        (Some(section), Some(division)) if !section.contains(division) => {
            Err(cells.refuse(Field::IndustryDivision, &IndustryFault::Mismatch(section, division)))
        }
        industry => Ok(industry),
    }
}

#[derive(Debug, thiserror::Error)]
#[error("enterprises and property companies need their unified social credit code.")]
struct CodeMissing;

impl Explain for CodeMissing {
    fn code(&self) -> ProblemCode {
        ProblemCode::Required
    }

    fn zh(&self) -> String {
        "企业和物业公司必须填写统一社会信用代码。".to_owned()
    }
}
