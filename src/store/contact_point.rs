//! Contact points in the database: ciphertext with a mask beside it.

use diesel::prelude::*;

use super::{Reader, StoreError, StoreResult, Tx, batch, columns::text, schema::contact_point, types::At};
use crate::{
    domain::contact_point::{ContactPoint, Sealed},
    kernel::{
        id::{ContactPointId, OrganisationId},
        version::Version,
    },
    policy::Scope,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = contact_point, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row {
    id: ContactPointId,
    district: String,
    organisation: OrganisationId,
    post: String,
    phone_sealed: Vec<u8>,
    phone_masked: String,
    email_sealed: Option<Vec<u8>>,
    email_masked: Option<String>,
    key_id: String,
    created_at: At,
    version: i32,
}

/// The unique constraint, by name and by columns.
pub const POST_UNIQUE: (&str, &str) = ("contact_point_post_unique", "contact_point.organisation, contact_point.post");

/// The contact point, if the scope shows it. Masked ones are shown to every business role.
pub fn find(reader: &mut Reader, scope: &Scope, id: ContactPointId) -> StoreResult<Option<ContactPoint>> {
    Ok(find_many(reader, scope, &[id])?.pop())
}

/// Those of the contact points that the scope shows, in no order.
pub fn find_many(reader: &mut Reader, scope: &Scope, ids: &[ContactPointId]) -> StoreResult<Vec<ContactPoint>> {
    if !scope.business {
        return Ok(Vec::new());
    }
    let rows: Vec<Row> = contact_point::table
        .filter(contact_point::id.eq_any(ids).and(contact_point::district.eq(scope.district.as_str())))
        .select(Row::as_select())
        .load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// Enters a new contact point.
pub fn insert(tx: &mut Tx, contact: &ContactPoint) -> StoreResult<()> {
    diesel::insert_into(contact_point::table).values(&Row::of(contact)).execute(tx.conn())?;
    Ok(())
}

/// Enters many new contact points.
pub fn insert_many(tx: &mut Tx, contacts: &[ContactPoint]) -> StoreResult<()> {
    let rows: Vec<Row> = contacts.iter().map(Row::of).collect();
    batch::insert::<contact_point::table, Row>(tx, 11, &rows)
}

/// Saves a change of a contact point whose version was `expected`; [`StoreError::Stale`] when it no longer is.
pub fn save(tx: &mut Tx, contact: &ContactPoint, expected: Version) -> StoreResult<()> {
    let row = Row::of(contact);
    let changed =
        diesel::update(contact_point::table.filter(contact_point::id.eq(row.id).and(contact_point::version.eq(expected.0))))
            .set(&row)
            .execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

impl Row {
    fn of(contact: &ContactPoint) -> Self {
        Self {
            id: contact.id,
            district: contact.district.to_string(),
            organisation: contact.organisation,
            post: contact.post.to_string(),
            phone_sealed: contact.phone.bytes.clone(),
            phone_masked: contact.phone.masked.clone(),
            email_sealed: contact.email.as_ref().map(|email| email.bytes.clone()),
            email_masked: contact.email.as_ref().map(|email| email.masked.clone()),
            key_id: contact.key_id.clone(),
            created_at: At(contact.created_at),
            version: contact.version.0,
        }
    }

    fn parse(self) -> StoreResult<ContactPoint> {
        let id = self.id;
        self.read().map_err(|what| StoreError::Corrupt { table: "contact_point", id: id.to_string(), what: what.to_owned() })
    }

    fn read(self) -> Result<ContactPoint, &'static str> {
        let email = match (self.email_sealed, self.email_masked) {
            (Some(bytes), Some(masked)) => Some(Sealed { bytes, masked }),
            (None, None) => None,
            _ => return Err("email"),
        };
        Ok(ContactPoint {
            id: self.id,
            district: self.district.parse().map_err(|_| "district")?,
            version: Version(self.version),
            organisation: self.organisation,
            post: text(&self.post, "post")?,
            phone: Sealed { bytes: self.phone_sealed, masked: self.phone_masked },
            email,
            key_id: self.key_id,
            created_at: self.created_at.into(),
        })
    }
}
