//! Contact points in the database: ciphertext with a mask beside it.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::{
    Reader, StoreError, StoreResult, Tx, batch,
    columns::text,
    schema::{claim, contact_point},
    types::At,
};
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

/// The contact points of each of these organisations, by age.
pub fn of_organisations(
    reader: &mut Reader,
    scope: &Scope,
    organisations: &[OrganisationId],
) -> StoreResult<HashMap<OrganisationId, Vec<ContactPoint>>> {
    if !scope.business {
        return Ok(HashMap::new());
    }
    let rows: Vec<Row> = contact_point::table
        .filter(contact_point::organisation.eq_any(organisations).and(contact_point::district.eq(scope.district.as_str())))
        .order((contact_point::created_at.asc(), contact_point::id.asc()))
        .select(Row::as_select())
        .load(reader.conn())?;
    let mut by_organisation: HashMap<OrganisationId, Vec<ContactPoint>> = HashMap::new();
    for row in rows {
        let contact = row.parse()?;
        by_organisation.entry(contact.organisation).or_default().push(contact);
    }
    Ok(by_organisation)
}

/// Those of the organisations whose contact points the scope sees unmasked: its own, all of them
/// for a coordinator, and the other side of an agreed claim.
pub fn opened_to(reader: &mut Reader, scope: &Scope, organisations: &[OrganisationId]) -> StoreResult<HashSet<OrganisationId>> {
    if scope.whole_district {
        return Ok(organisations.iter().copied().collect());
    }
    let mut opened: HashSet<OrganisationId> = organisations.iter().filter(|id| scope.own.contains(id)).copied().collect();
    let sides: Vec<(OrganisationId, OrganisationId)> = claim::table
        .filter(claim::status.eq("AGREED"))
        .filter(
            claim::provider
                .eq_any(organisations)
                .and(claim::demand_organisation.eq_any(&scope.own))
                .or(claim::demand_organisation.eq_any(organisations).and(claim::provider.eq_any(&scope.own))),
        )
        .select((claim::demand_organisation, claim::provider))
        .distinct()
        .load(reader.conn())?;
    opened.extend(sides.into_iter().flat_map(|(demand_side, provider)| [demand_side, provider]));
    opened.retain(|id| organisations.contains(id));
    Ok(opened)
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
