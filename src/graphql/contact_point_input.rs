//! Changes to contact points in the API.

use std::marker::PhantomData;

use async_graphql::{Context, Error, ID, InputObject, Object, SimpleObject};

use super::{
    contact_point::ContactPoint,
    error::Problem,
    form::Form,
    request::{Outcome, settle},
};
use crate::{
    domain::contact_point as domain,
    kernel::{
        problem::{self, Code},
        version::Version,
    },
    ops,
    ops::contact_point::{Changes, EmailChange},
};

/// What came of a change to a contact point.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "ContactPointCreatePayload", params(ContactPointCreateInput)),
    concrete(name = "ContactPointUpdatePayload", params(ContactPointUpdateInput))
)]
pub struct ContactPointPayload<I: Send + Sync> {
    /// The contact point as it is now; null when there are problems.
    contact_point: Option<ContactPoint>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
    #[graphql(skip)]
    input: PhantomData<I>,
}

impl<I: Send + Sync> From<Outcome<domain::ContactPoint>> for ContactPointPayload<I> {
    fn from(outcome: Outcome<domain::ContactPoint>) -> Self {
        let (contact_point, problems) = match outcome {
            Ok(contact) => (Some(ContactPoint(contact)), Vec::new()),
            Err(problems) => (None, problems.into_iter().map(Problem).collect()),
        };
        Self { contact_point, problems, input: PhantomData }
    }
}

/// Enters a contact point of an organisation.
#[derive(InputObject)]
pub struct ContactPointCreateInput {
    /// The active organisation.
    organisation: ID,
    /// The post (岗位), never a person's name; unique in the organisation, 1–120 characters.
    post: String,
    /// The office phone (办公电话): 5–20 digits, plus signs, hyphens and blanks.
    phone: String,
    /// The e-mail address, at most 100 characters.
    email: Option<String>,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Changes a contact point. What is left out or null stays as it is.
#[derive(InputObject)]
pub struct ContactPointUpdateInput {
    /// The contact point.
    contact_point: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// The post (岗位), never a person's name; unique in the organisation, 1–120 characters.
    post: Option<String>,
    /// The office phone (办公电话): 5–20 digits, plus signs, hyphens and blanks.
    phone: Option<String>,
    /// The e-mail address, at most 100 characters.
    email: Option<String>,
    /// Takes the e-mail address away; not together with `email`.
    #[graphql(default)]
    remove_email: bool,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

impl ContactPointUpdateInput {
    fn read(&self, form: &mut Form) -> Option<Changes> {
        let post = form.optional_text("post", self.post.as_deref());
        let phone = self.phone.as_ref().map(|phone| form.phone("phone", phone));
        let email = match (&self.email, self.remove_email) {
            (None, false) => Some(EmailChange::Keep),
            (None, true) => Some(EmailChange::Remove),
            (Some(email), false) => form.email("email", email).map(EmailChange::Set),
            (Some(_), true) => {
                let problem = problem::Problem::new(Code::Validation).at("removeEmail");
                form.note(
                    problem.saying("不能同时填写和删除电子邮箱。", "An e-mail address cannot be given and taken away at once."),
                );
                None
            }
        };
        let phone = match phone {
            None => None,
            Some(read) => Some(read?),
        };
        Some(Changes { post: post?, phone, email: email? })
    }
}

/// Changes to contact points.
#[derive(Default)]
pub struct ContactPointMutation;

#[Object]
impl ContactPointMutation {
    /// Enters a contact point of an organisation (新建联系点).
    async fn contact_point_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the contact point is.")] input: ContactPointCreateInput,
    ) -> Option<Result<ContactPointPayload<ContactPointCreateInput>, Error>> {
        let mut form = Form::default();
        let organisation = form.id("organisation", &input.organisation);
        let post = form.text("post", &input.post);
        let phone = form.phone("phone", &input.phone);
        let email = input.email.as_ref().map_or(Some(None), |email| form.email("email", email).map(Some));
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(organisation), Some(post), Some(phone), Some(email)) = (organisation, post, phone, email) else {
                return Err(form.refuse());
            };
            ops::contact_point::create(&cx, organisation, post, phone, email).await
        })
        .await
    }

    /// Changes a contact point (修改联系点); it can be done without seeing it whole.
    async fn contact_point_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What changes.")] input: ContactPointUpdateInput,
    ) -> Option<Result<ContactPointPayload<ContactPointUpdateInput>, Error>> {
        let mut form = Form::default();
        let contact = form.id("contactPoint", &input.contact_point);
        let changes = input.read(&mut form);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(contact), Some(changes)) = (contact, changes) else {
                return Err(form.refuse());
            };
            ops::contact_point::update(&cx, contact, Version(input.expected_version), changes).await
        })
        .await
    }
}
