//! Organisations in the API: enterprises and departments behind one interface.

use std::{collections::HashMap, marker::PhantomData};

use async_graphql::{Context, Description, Enum, Error, ID, Interface, Object};
use jiff::civil::Date;

use super::{
    contact_point::{ContactPoint, may_create},
    coverage::{CoverageLoader, OrganisationCoverage},
    industry::IndustrySection,
    loader::Load,
    request::{Request, load},
    scalar::{DateTime, UsccText},
    tenancy::{MAX_NESTED, Tenancy},
};
use crate::{
    domain::{contact_point, organisation as domain},
    kernel::id::OrganisationId,
    policy::{self, Action, Scope, Subjected},
    store::{self, Reader, StoreResult},
};

/// An organisation (单位): an enterprise or a department.
#[derive(Interface, Clone)]
#[expect(clippy::duplicated_attributes, reason = "several fields have the same type")]
#[graphql(
    field(name = "id", ty = "ID", desc = "The opaque id, `org_…`."),
    field(name = "version", ty = "i32", desc = "Counts the changes; send it back as `expectedVersion`."),
    field(name = "kind", ty = "OrganisationKind", desc = "What kind of organisation it is."),
    field(name = "name", ty = "&str", desc = "The full name, unique in the district."),
    field(name = "short_name", ty = "Option<&str>", desc = "What it is called for short."),
    field(name = "uscc", ty = "Option<UsccText>", desc = "The unified social credit code, unique in the district."),
    field(name = "industry_section", ty = "Option<IndustrySection>", desc = "The section of GB/T 4754-2017."),
    field(name = "industry_division", ty = "Option<String>", desc = "The division of GB/T 4754-2017, two digits."),
    field(name = "size_band", ty = "Option<SizeBand>", desc = "How large it is, where that is known."),
    field(name = "status", ty = "OrganisationStatus", desc = "Whether it takes part."),
    field(name = "status_reason", ty = "Option<&str>", desc = "Why it is suspended or closed."),
    field(name = "parent", ty = "Option<Organisation>", desc = "The organisation above it, if any."),
    field(name = "created_at", ty = "DateTime", desc = "When it was entered."),
    field(
        name = "tenancies",
        ty = "Vec<Tenancy>",
        desc = "Where it sits today, newest first; at most 100. The query `tenancies` has all."
    ),
    field(name = "contact_points", ty = "Vec<ContactPoint>", desc = "Its posts that can be reached, oldest first; at most 100."),
    field(
        name = "coverage",
        ty = "Option<OrganisationCoverage>",
        desc = "How it is covered today (覆盖情况); null for whoever does no business."
    ),
    field(name = "viewer_can_update", ty = "bool", desc = "Whether the signed-in account may correct it, its state aside."),
    field(name = "viewer_can_suspend", ty = "bool", desc = "Whether the signed-in account may suspend it, its state aside."),
    field(name = "viewer_can_resume", ty = "bool", desc = "Whether the signed-in account may resume it, its state aside."),
    field(name = "viewer_can_close", ty = "bool", desc = "Whether the signed-in account may close it, its state aside."),
    field(
        name = "viewer_can_create_contact_point",
        ty = "bool",
        desc = "Whether the signed-in account may enter contact points of it."
    )
)]
pub enum Organisation {
    Enterprise(Enterprise),
    Department(Department),
}

/// An enterprise (企业).
pub type Enterprise = Shown<EnterpriseRealm>;
/// A department (部门单位).
pub type Department = Shown<DepartmentRealm>;

/// One of the two sorts of organisation.
pub trait Realm: Send + Sync + 'static {
    /// What the sort is, for the schema.
    const DESCRIPTION: &'static str;
}

/// See [`Enterprise`].
pub enum EnterpriseRealm {}
/// See [`Department`].
pub enum DepartmentRealm {}

impl Realm for EnterpriseRealm {
    const DESCRIPTION: &'static str = "An enterprise (企业): of kind `ENTERPRISE`, `SOCIAL_ORGANISATION` or `PROPERTY_COMPANY`.";
}

impl Realm for DepartmentRealm {
    const DESCRIPTION: &'static str = "A department (部门单位): of any other kind.";
}

/// An organisation of one sort as the API shows it. The two sorts have the same fields.
pub struct Shown<R: Realm> {
    organisation: domain::Organisation,
    realm: PhantomData<fn() -> R>,
}

impl<R: Realm> Clone for Shown<R> {
    fn clone(&self) -> Self {
        Self { organisation: self.organisation.clone(), realm: PhantomData }
    }
}

impl<R: Realm> Description for Shown<R> {
    fn description() -> &'static str {
        R::DESCRIPTION
    }
}

#[Object(
    use_type_description,
    concrete(name = "Enterprise", params(EnterpriseRealm)),
    concrete(name = "Department", params(DepartmentRealm))
)]
impl<R: Realm> Shown<R> {
    /// The opaque id, `org_…`.
    pub async fn id(&self) -> ID {
        ID(self.organisation.id.to_string())
    }

    /// Counts the changes; send it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.organisation.version.0
    }

    /// What kind of organisation it is.
    async fn kind(&self) -> OrganisationKind {
        self.organisation.kind.into()
    }

    /// The full name, unique in the district.
    async fn name(&self) -> &str {
        self.organisation.profile.name.as_str()
    }

    /// What it is called for short.
    async fn short_name(&self) -> Option<&str> {
        self.organisation.profile.short_name.as_ref().map(AsRef::as_ref)
    }

    /// The unified social credit code, unique in the district.
    async fn uscc(&self) -> Option<UsccText> {
        self.organisation.profile.uscc.as_ref().map(|code| UsccText(code.to_string()))
    }

    /// The section of GB/T 4754-2017.
    async fn industry_section(&self) -> Option<IndustrySection> {
        IndustrySection::of(self.organisation.profile.industry.as_ref()?.section)
    }

    /// The division of GB/T 4754-2017, two digits.
    async fn industry_division(&self) -> Option<String> {
        Some(format!("{:02}", self.organisation.profile.industry.as_ref()?.division?))
    }

    /// How large it is, where that is known.
    async fn size_band(&self) -> Option<SizeBand> {
        self.organisation.profile.size_band.map(Into::into)
    }

    /// Whether it takes part.
    async fn status(&self) -> OrganisationStatus {
        self.organisation.status().into()
    }

    /// Why it is suspended or closed.
    async fn status_reason(&self) -> Option<&str> {
        match &self.organisation.state {
            domain::State::Active => None,
            domain::State::Suspended { reason } | domain::State::Closed { reason } => Some(reason.as_str()),
        }
    }

    /// The organisation above it, if any.
    async fn parent(&self, ctx: &Context<'_>) -> Result<Option<Organisation>, Error> {
        match self.organisation.profile.parent {
            Some(parent) => load::<OrganisationLoader>(ctx, parent).await,
            None => Ok(None),
        }
    }

    /// When it was entered.
    async fn created_at(&self) -> DateTime {
        DateTime(self.organisation.created_at)
    }

    /// Where it sits today, newest first; at most 100. The query `tenancies` has all.
    #[graphql(complexity = "5 + 5 * child_complexity")]
    async fn tenancies(&self, ctx: &Context<'_>) -> Result<Vec<Tenancy>, Error> {
        let today = Request::of(ctx).today();
        let tenancies = load::<OrganisationTenanciesLoader>(ctx, (self.organisation.id, today)).await?;
        Ok(tenancies.unwrap_or_default().into_iter().take(MAX_NESTED).collect())
    }

    /// Its posts that can be reached, oldest first; at most 100.
    #[graphql(complexity = "5 + 5 * child_complexity")]
    async fn contact_points(&self, ctx: &Context<'_>) -> Result<Vec<ContactPoint>, Error> {
        Ok(load::<OrganisationContactPointsLoader>(ctx, self.organisation.id).await?.unwrap_or_default())
    }

    /// How it is covered today (覆盖情况); null for whoever does no business.
    async fn coverage(&self, ctx: &Context<'_>) -> Result<Option<OrganisationCoverage>, Error> {
        load::<CoverageLoader>(ctx, self.organisation.id).await
    }

    /// Whether the signed-in account may correct it, its state aside.
    async fn viewer_can_update(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::OrganisationUpdate)
    }

    /// Whether the signed-in account may suspend it, its state aside.
    async fn viewer_can_suspend(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::OrganisationSuspend)
    }

    /// Whether the signed-in account may resume it, its state aside.
    async fn viewer_can_resume(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::OrganisationResume)
    }

    /// Whether the signed-in account may close it, its state aside.
    async fn viewer_can_close(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::OrganisationClose)
    }

    /// Whether the signed-in account may enter contact points of it.
    async fn viewer_can_create_contact_point(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        may_create(ctx, self.organisation.subject(), self.organisation.id).await
    }
}

impl<R: Realm> Shown<R> {
    fn may(&self, ctx: &Context<'_>, action: Action) -> Result<bool, Error> {
        Ok(policy::may(&Request::of(ctx).cx()?.actor, action, &self.organisation))
    }
}

impl Organisation {
    /// The organisation as the sort it is.
    pub fn of(organisation: domain::Organisation) -> Self {
        if organisation.kind.is_enterprise() {
            Self::Enterprise(Shown { organisation, realm: PhantomData })
        } else {
            Self::Department(Shown { organisation, realm: PhantomData })
        }
    }
}

/// What kind of organisation it is; the first three are enterprises, the others departments.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Kind")]
pub enum OrganisationKind {
    /// An enterprise (企业).
    Enterprise,
    /// A social organisation (社会组织).
    SocialOrganisation,
    /// A property company (物业公司).
    PropertyCompany,
    /// A department of the district (部门).
    Department,
    /// A street office (街道办事处).
    StreetOffice,
    /// A park's administrative committee (园区管委会).
    ParkCommittee,
    /// A community (社区).
    Community,
    /// A public institution (事业单位).
    PublicInstitution,
    /// A party organ (党委部门).
    PartyOrgan,
}

/// How large an enterprise is (企业规模).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::SizeBand")]
pub enum SizeBand {
    /// Micro (微型).
    Micro,
    /// Small (小型).
    Small,
    /// Medium (中型).
    Medium,
    /// Large (大型).
    Large,
}

/// Whether an organisation takes part.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Status")]
pub enum OrganisationStatus {
    /// It takes part (正常).
    Active,
    /// Kept from taking part for a time (停用).
    Suspended,
    /// Gone for good (注销).
    Closed,
}

/// Reads organisations by id.
pub struct OrganisationLoader;

impl Load for OrganisationLoader {
    type Key = OrganisationId;
    type Value = Organisation;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[OrganisationId]) -> StoreResult<HashMap<OrganisationId, Organisation>> {
        let found = store::organisation::find_many(reader, scope, keys)?;
        Ok(found.into_iter().map(|organisation| (organisation.id, Organisation::of(organisation))).collect())
    }
}

/// Reads where organisations sit on a day. Not bounded: rights depend on all of them.
pub struct OrganisationTenanciesLoader;

impl Load for OrganisationTenanciesLoader {
    type Key = (OrganisationId, Date);
    type Value = Vec<Tenancy>;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[Self::Key]) -> StoreResult<HashMap<Self::Key, Vec<Tenancy>>> {
        let found = store::tenancy_list::of_organisations(reader, scope, keys)?;
        Ok(found.into_iter().map(|(key, tenancies)| (key, tenancies.into_iter().map(Tenancy).collect())).collect())
    }
}

/// Reads the contact points of organisations.
pub struct OrganisationContactPointsLoader;

impl Load for OrganisationContactPointsLoader {
    type Key = OrganisationId;
    type Value = Vec<ContactPoint>;
    fn read(
        reader: &mut Reader,
        scope: &Scope,
        keys: &[OrganisationId],
    ) -> StoreResult<HashMap<OrganisationId, Vec<ContactPoint>>> {
        let found = store::contact_point::of_organisations(reader, scope, keys)?;
        let shown =
            |contacts: Vec<contact_point::ContactPoint>| contacts.into_iter().take(MAX_NESTED).map(ContactPoint).collect();
        Ok(found.into_iter().map(|(organisation, contacts)| (organisation, shown(contacts))).collect())
    }
}
