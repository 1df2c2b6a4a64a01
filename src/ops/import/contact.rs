//! The contact points that rows name: found again by their post, or made.

use super::{desk::Desk, fault::RowFault};
use crate::{
    domain::contact_point::{ContactPoint, Sealed, mask_email, mask_phone},
    ingest::{Contact, Field},
    kernel::{
        id::{ContactPointId, OrganisationId},
        text::Name,
        version::Version,
    },
    ops::{Failure, Scene},
    policy::{Action, Subject},
    store::{self, StoreError, Tx, audit::Effect, import_lookup::NamedContact},
};

/// What a number is entered under when a list tells no post.
const UNNAMED_POST: &str = "联系人";
/// Where a contact can stand in a list.
const FIELDS: &[Field] = &[Field::Contact, Field::ContactPost, Field::ContactPhone];

/// A contact point that is entered together with the rows that name it.
pub(super) struct NewContact {
    id: ContactPointId,
    organisation: OrganisationId,
    post: Name,
    phone: String,
    email: Option<String>,
}

impl Desk<'_> {
    /// The contact point that a row of an organisation names; the outer `None` is a problem, the
    /// inner one absence.
    pub fn contact(&mut self, of: OrganisationId, contact: Option<&Contact>) -> Option<Option<ContactPointId>> {
        let Some(contact) = contact else {
            return Some(None);
        };
        let owner = Subject::owned(self.cx.actor.district.clone(), of).at(self.register.site_ids(of));
        self.contact_of(of, &owner, contact, None).map(Some)
    }

    /// The same for an organisation that `owner` ties to its places.
    ///
    /// A post that is registered stays as it is: a list is no place to change a number from.
    pub fn contact_of(
        &mut self,
        organisation: OrganisationId,
        owner: &Subject,
        contact: &Contact,
        email: Option<&str>,
    ) -> Option<ContactPointId> {
        let post: Name = self.text(FIELDS, contact.post.as_deref().unwrap_or(UNNAMED_POST))?;
        let phone = contact.phone.expose();
        if let Some(known) = self.register.contact(organisation, post.as_str()) {
            let (id, is_same) = (known.id, known.phone_masked == mask_phone(phone));
            if !is_same {
                self.note(FIELDS, RowFault::ContactKept(post.to_string()));
            }
            return Some(id);
        }
        if !self.may(&[Action::ContactPointCreate], owner) {
            self.note(FIELDS, RowFault::NotAllowed);
            return None;
        }
        let id = self.cx.new_id();
        let entry = NamedContact { id, organisation, post: post.to_string(), phone_masked: mask_phone(phone) };
        self.register.add_contact(entry);
        let (phone, email) = (phone.to_owned(), email.map(str::to_owned));
        self.new_contacts.push(NewContact { id, organisation, post, phone, email });
        Some(id)
    }
}

/// Seals and enters the contact points, and answers their effects.
pub(super) fn enter(cx: &Scene, tx: &mut Tx, new: &[NewContact]) -> Result<Vec<Effect>, Failure> {
    let contacts: Vec<ContactPoint> = new.iter().map(|new| new.seal(cx)).collect::<Result<_, _>>()?;
    store::contact_point::insert_many(tx, &contacts)?;
    let effect = |contact: &ContactPoint| {
        let effect = Effect::changed(contact.id).code("organisation", contact.organisation);
        effect.flag("has_email", contact.email.is_some())
    };
    Ok(contacts.iter().map(effect).collect())
}

impl NewContact {
    fn seal(&self, cx: &Scene) -> Result<ContactPoint, Failure> {
        let secrets = &cx.app().secrets;
        let seal = |field: &[u8], plain: &str, masked: String| {
            let purpose = [field, &self.id.as_bytes()[..]].concat();
            let sealed = secrets.seal(plain, &purpose, cx.app().entropy.bytes());
            let fault = |error| StoreError::Corrupt { table: "contact_point", id: self.id.to_string(), what: format!("{error}") };
            Ok::<_, StoreError>(Sealed { bytes: sealed.map_err(fault)?, masked })
        };
        let email = self.email.as_deref();
        Ok(ContactPoint {
            id: self.id,
            district: cx.actor.district.clone(),
            version: Version::FIRST,
            organisation: self.organisation,
            post: self.post.clone(),
            phone: seal(b"contact_point.phone", &self.phone, mask_phone(&self.phone))?,
            email: email.map(|email| seal(b"contact_point.email", email, mask_email(email))).transpose()?,
            key_id: secrets.key_id().to_owned(),
            created_at: cx.now,
        })
    }
}
