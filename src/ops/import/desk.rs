//! Where the rows of a list are looked at one after another, and what is wrong with them is noted.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{
    contact::NewContact,
    fault::{RowFault, What},
    names::Found,
    register::Register,
};
use crate::{
    domain::organisation::Status,
    ingest::{CellProblem, Columns, Field, Named, Shown, Span},
    kernel::{
        id::{CategoryId, Id},
        sensitive,
        text::{Bounds, Text},
    },
    ops::Scene,
    policy::{self, Action, Subject},
    store::import_lookup::{NamedOrganisation, NamedPlace},
};

/// The present row, the register it is held against, and the problems of all rows so far.
pub(super) struct Desk<'a> {
    pub cx: &'a Scene,
    pub register: Register,
    pub problems: Vec<CellProblem>,
    /// Contact points that rows need and nobody has entered yet.
    pub new_contacts: Vec<NewContact>,
    columns: &'a Columns,
    row: u32,
    blocked: bool,
    /// In which row a name or code of this list stood first.
    taken: HashMap<(Field, String), u32>,
    ids: std::vec::IntoIter<[u8; 16]>,
}

impl<'a> Desk<'a> {
    /// A desk for a list of so many rows.
    pub fn new(cx: &'a Scene, register: Register, columns: &'a Columns, rows: usize) -> Self {
        // Ids of one moment have no order of their own; sorted, they keep the order of the list.
        let mut ids: Vec<[u8; 16]> = (0..rows).map(|_| *cx.new_id::<()>().as_bytes()).collect();
        ids.sort_unstable();
        Self {
            cx,
            register,
            problems: Vec::new(),
            new_contacts: Vec::new(),
            columns,
            row: 0,
            blocked: false,
            taken: HashMap::new(),
            ids: ids.into_iter(),
        }
    }

    /// Takes up the next row.
    pub fn turn_to(&mut self, row: u32) {
        self.row = row;
        self.blocked = false;
    }

    /// Whether anything keeps the present row from being imported.
    pub fn is_blocked(&self) -> bool {
        self.blocked
    }

    /// The id of whatever the present row becomes.
    pub fn next_id<K>(&mut self) -> Id<K> {
        self.ids.next().map_or_else(|| self.cx.new_id(), Id::from_bytes)
    }

    /// Notes something about the present row, at the first of the fields that the list has.
    pub fn note(&mut self, fields: &[Field], fault: RowFault) {
        self.note_at(self.row, fields, fault);
    }

    /// The same about any row.
    pub fn note_at(&mut self, row: u32, fields: &[Field], fault: RowFault) {
        let problem = self.columns.problem(row, fields, &fault);
        self.blocked |= problem.code.blocks();
        self.problems.push(problem);
    }

    /// Notes in which row a name or code stands first; the earlier row when there is one.
    pub fn take(&mut self, field: Field, name: String) -> Option<u32> {
        let row = self.row;
        match *self.taken.entry((field, name)).or_insert(row) {
            first if first == row => None,
            first => Some(first),
        }
    }

    /// Asks the policy exactly as the single step would.
    pub fn may(&self, actions: &[Action], subject: &Subject) -> bool {
        actions.iter().all(|action| policy::may(&self.cx.actor, *action, subject))
    }

    /// The day in Shanghai.
    pub fn today(&self) -> Date {
        self.cx.actor.today
    }

    /// The organisation that a row is about: by its code where there is one, else by its name.
    pub fn organisation(&mut self, named: &Named) -> Option<NamedOrganisation> {
        const NAME: &[Field] = &[Field::Organisation, Field::Uscc];
        let by_name = named.organisation.as_deref().map(|name| (name, self.register.organisations.find(name)));
        let code = named.uscc.as_ref().map(|code| code.as_str());
        let by_code = code.and_then(|code| self.register.with_code(code)).cloned();
        match (by_name, by_code, code) {
            (Some((_, Found::One(one))), Some(other), _) if one.id != other.id => {
                self.note(NAME, RowFault::NameAndCode(other.name));
                None
            }
            // A code that is new to the register may belong to an organisation entered without one.
            (Some((_, Found::One(one))), None, Some(_)) if one.uscc.is_some() => {
                self.note(&[Field::Uscc], RowFault::UnknownCode);
                None
            }
            (Some((_, Found::One(one))), _, _) => Some(one),
            (Some((_, Found::Nothing)), Some(other), _) => {
                self.note(NAME, RowFault::NameAndCode(other.name));
                None
            }
            (_, Some(one), _) => Some(one),
            (Some((name, Found::Several)), None, _) => {
                self.note(NAME, RowFault::ShortName(Shown::new(name)));
                None
            }
            (Some((name, Found::Nothing)), None, _) => {
                self.unknown(NAME, What::Organisation, name);
                None
            }
            (None, None, Some(_)) => {
                self.note(&[Field::Uscc], RowFault::UnknownCode);
                None
            }
            (None, None, None) => None,
        }
    }

    /// The building or park of this name.
    pub fn place(&mut self, name: &str) -> Option<NamedPlace> {
        match self.register.places.find(name) {
            Found::One(place) => Some(place),
            Found::Several | Found::Nothing => {
                self.unknown(&[Field::Place], What::Place, name);
                None
            }
        }
    }

    /// The category of this name or code.
    pub fn category(&mut self, named: &Named) -> Option<CategoryId> {
        let name = named.category.as_deref()?;
        match self.register.categories.find(name) {
            Found::One(category) => Some(category),
            Found::Several | Found::Nothing => {
                self.unknown(&[Field::Category], What::Category, name);
                None
            }
        }
    }

    /// Notes an unknown name, with the nearest that is known.
    pub fn unknown(&mut self, fields: &[Field], what: What, name: &str) {
        let nearest = match what {
            What::Organisation => self.register.organisations.nearest(name),
            What::Place => self.register.places.nearest(name),
            What::Category => self.register.categories.nearest(name),
            What::Area => self.register.areas.nearest(name),
        };
        self.note(fields, RowFault::Unknown { what, shown: Shown::new(name), nearest });
    }

    /// Only an active organisation asks or offers.
    pub fn must_be_active(&mut self, organisation: &NamedOrganisation) {
        match organisation.status {
            Status::Active => {}
            Status::Suspended | Status::Closed => {
                self.note(&[Field::Organisation, Field::Uscc], RowFault::Inactive(organisation.name.clone()));
            }
        }
    }

    /// What is wanted or offered lies ahead.
    pub fn must_lie_ahead(&mut self, field: Field, day: Option<Date>) {
        if day.is_some_and(|day| day < self.today()) {
            self.note(&[field], RowFault::PastDate);
        }
    }

    /// A text within the bounds of its purpose.
    pub fn text<B: Bounds>(&mut self, fields: &[Field], text: &str) -> Option<Text<B>> {
        Text::parse(text).map_err(|error| self.note(fields, RowFault::Text(error))).ok()
    }

    /// The same of what people write freely: without numbers that look personal. A form lets its
    /// writer acknowledge them; a list has nobody to ask.
    pub fn free_text<B: Bounds>(&mut self, fields: &[Field], text: &str) -> Option<Text<B>> {
        if !sensitive::findings(text).is_empty() {
            self.note(fields, RowFault::PersonalNumber);
        }
        self.text(fields, text)
    }
}

/// Both ends of a span that may be absent.
pub(super) fn ends(span: Option<Span>) -> (Option<Date>, Option<Date>) {
    span.map_or((None, None), |span| (span.from, span.to))
}
