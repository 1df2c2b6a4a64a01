//! What people do with contact points; here their values are sealed and opened.

use super::{App, Cx, Failure, Scene, failure::unless_unique};
use crate::{
    domain::contact_point::{ContactPoint, Email, Phone, Sealed, mask_email, mask_phone},
    kernel::{
        calendar::shanghai_date,
        id::{ContactPointId, OrganisationId},
        problem::Code,
        seal::SealError,
        text::Name,
        version::Version,
    },
    policy::{Action, Subject, Subjected},
    store::{self, StoreError, Tx, audit::Effect},
};

/// What changes of a contact point; `None` leaves a value as it is.
#[derive(Clone, Debug)]
pub struct Changes {
    pub post: Option<Name>,
    pub phone: Option<Phone>,
    pub email: EmailChange,
}

/// What becomes of the e-mail address.
#[derive(Clone, Debug)]
pub enum EmailChange {
    Keep,
    Set(Email),
    Remove,
}

/// Enters a contact point of an organisation.
pub async fn create(
    cx: &Cx,
    organisation: OrganisationId,
    post: Name,
    phone: Phone,
    email: Option<Email>,
) -> Result<ContactPoint, Failure> {
    cx.write(Action::ContactPointCreate, move |cx, tx| {
        let owner = store::organisation::find(tx, &cx.actor.scope(), organisation)?.ok_or(Failure::missing("organisation"))?;
        let subject = where_it_sits(cx, tx, owner.subject(), owner.id)?;
        let permit = cx.permit(Action::ContactPointCreate, &subject)?;
        owner.must_be_active().map_err(|_| Failure::refused_at(Code::OrganisationInactive, "organisation"))?;
        let id = cx.new_id();
        let contact = ContactPoint {
            id,
            district: owner.district,
            version: Version::FIRST,
            organisation: owner.id,
            post: post.clone(),
            phone: seal_phone(cx.app(), id, &phone)?,
            email: email.as_ref().map(|email| seal_email(cx.app(), id, email)).transpose()?,
            key_id: cx.app().secrets.key_id().to_owned(),
            created_at: cx.now,
        };
        store::contact_point::insert(tx, &contact).map_err(duplicate)?;
        let effect = Effect::changed(contact.id).code("organisation", contact.organisation);
        cx.record(tx, permit, &[effect.flag("has_email", contact.email.is_some())], contact)
    })
    .await
}

/// Changes a contact point. Whoever sees it masked can change it as well, without reading it.
pub async fn update(cx: &Cx, id: ContactPointId, expected: Version, changes: Changes) -> Result<ContactPoint, Failure> {
    cx.write(Action::ContactPointUpdate, move |cx, tx| {
        let before = store::contact_point::find(tx, &cx.actor.scope(), id)?.ok_or(Failure::missing("contactPoint"))?;
        let subject = where_it_sits(cx, tx, before.subject(), before.organisation)?;
        let permit = cx.permit(Action::ContactPointUpdate, &subject)?;
        cx.expect(before.version, expected)?;
        let after = changed(cx.app(), before.clone(), &changes)?;
        store::contact_point::save(tx, &after, expected).map_err(duplicate)?;
        let effect = Effect::changed(after.id)
            .flag("post_changed", before.post != after.post)
            .flag("phone_changed", changes.phone.is_some())
            .flag("has_email", after.email.is_some());
        cx.record(tx, permit, &[effect], after)
    })
    .await
}

/// The phone in plain, for whoever is entitled to it.
pub fn open_phone(app: &App, contact: &ContactPoint) -> Result<String, SealError> {
    app.secrets.open(&contact.phone.bytes, &purpose(PHONE, contact.id))
}

/// The e-mail address in plain, for whoever is entitled to it; empty when there is none.
pub fn open_email(app: &App, contact: &ContactPoint) -> Result<String, SealError> {
    match &contact.email {
        Some(email) => app.secrets.open(&email.bytes, &purpose(EMAIL, contact.id)),
        None => Ok(String::new()),
    }
}

/// What a sealed phone is bound to, besides the contact point.
const PHONE: &[u8] = b"contact_point.phone";
/// See [`PHONE`].
const EMAIL: &[u8] = b"contact_point.email";

/// A phone as it is stored for this contact point.
pub(crate) fn seal_phone(app: &App, id: ContactPointId, phone: &Phone) -> Result<Sealed, Failure> {
    seal(app, (PHONE, id), phone.as_str(), mask_phone(phone.as_str()))
}

/// An e-mail address as it is stored for this contact point.
pub(crate) fn seal_email(app: &App, id: ContactPointId, email: &Email) -> Result<Sealed, Failure> {
    seal(app, (EMAIL, id), email.as_str(), mask_email(email.as_str()))
}

fn seal(app: &App, (field, id): (&[u8], ContactPointId), plain: &str, masked: String) -> Result<Sealed, Failure> {
    let sealed = app.secrets.seal(plain, &purpose(field, id), app.entropy.bytes());
    Ok(Sealed { bytes: sealed.map_err(|error| unreadable(id, error))?, masked })
}

fn unreadable(id: ContactPointId, error: SealError) -> StoreError {
    StoreError::Corrupt { table: "contact_point", id: id.to_string(), what: error.to_string() }
}

fn purpose(field: &[u8], id: ContactPointId) -> Vec<u8> {
    [field, &id.as_bytes()[..]].concat()
}

/// All values are sealed anew, also those that stay, so that one key id is true of both.
fn changed(app: &App, before: ContactPoint, changes: &Changes) -> Result<ContactPoint, Failure> {
    let id = before.id;
    let phone = match &changes.phone {
        Some(phone) => phone.as_str().to_owned(),
        None => open_phone(app, &before).map_err(|error| unreadable(id, error))?,
    };
    let email = match (&changes.email, &before.email) {
        (EmailChange::Set(email), _) => Some(email.as_str().to_owned()),
        (EmailChange::Keep, Some(_)) => Some(open_email(app, &before).map_err(|error| unreadable(id, error))?),
        (EmailChange::Keep, None) | (EmailChange::Remove, _) => None,
    };
    Ok(ContactPoint {
        post: changes.post.clone().unwrap_or_else(|| before.post.clone()),
        phone: seal(app, (PHONE, id), &phone, mask_phone(&phone))?,
        email: email.map(|email| seal(app, (EMAIL, id), &email, mask_email(&email))).transpose()?,
        key_id: app.secrets.key_id().to_owned(),
        version: before.version.next(),
        ..before
    })
}

/// A steward is tied to a contact point by the places in which its organisation sits today.
fn where_it_sits(cx: &Scene, tx: &mut Tx, subject: Subject, organisation: OrganisationId) -> Result<Subject, Failure> {
    Ok(subject.at(store::tenancy::places_of(tx, organisation, shanghai_date(cx.now))?))
}

fn duplicate(error: StoreError) -> Failure {
    unless_unique(error, store::contact_point::POST_UNIQUE, Code::DuplicateName, "post")
}
