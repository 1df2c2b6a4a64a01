//! Subscriptions. Each delivery is an execution of its own, with rights and objects read anew: the transport
//! says what it delivers ([`Delivery`]), and a subscription answers with it or with nothing.

use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::{Context, Enum, Error, ID, SimpleObject, Subscription};
use futures_util::{Stream, StreamExt as _, stream};

use super::{
    inbox::{InboxCount, InboxItem},
    node::{self, Node},
    page::print,
    request::{Request, or_error},
    scalar::DateTime,
};
use crate::{
    kernel::{
        page::{Direction, ListPrint, Mark, PageRequest},
        problem::{Code, Problem as Refusal},
    },
    ops::{
        self, Failure,
        live::{self, Change, Kind, Object},
    },
};

/// What a transport delivers by one execution of a subscription.
#[derive(Clone, Debug)]
pub enum Delivery {
    /// Nothing yet: the arguments are read, and what is wanted is left in [`Opened`].
    Open,
    /// A change of a list.
    Change(Change),
    /// How things are now.
    Present,
}

/// What an opened subscription wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Changes of lists after a mark; from now on where there is none.
    Changes { scope: ListScope, after: Option<i64> },
    /// How things are, whenever that is something else than before.
    State,
}

/// Where a subscription leaves what it wants.
#[derive(Debug, Default)]
pub struct Opened(Mutex<Option<Wanted>>);

impl Opened {
    fn put(&self, wanted: Wanted) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(wanted);
    }

    /// What was left, if the subscription was opened.
    pub fn take(&self) -> Option<Wanted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Which lists a subscription is about (订阅范围).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ListScope {
    /// Demands and resources (全部).
    #[default]
    All,
    /// Demands only (需求).
    Demands,
    /// Resources only (资源).
    Resources,
}

impl ListScope {
    /// Whether a change is of one of these lists.
    pub fn includes(self, object: Object) -> bool {
        match (self, object) {
            (Self::All, _) | (Self::Demands, Object::Demand(_)) | (Self::Resources, Object::Resource(_)) => true,
            (Self::Demands, Object::Resource(_)) | (Self::Resources, Object::Demand(_)) => false,
        }
    }
}

/// What happened to an object of a list (变化类型).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "live::Kind")]
pub enum ListChangeKind {
    /// It came to the list (发布).
    Listed,
    /// It left the list: closed, expired, parked, paused, stale or retired (离开清单).
    OffList,
    /// A claim on it was made, answered or ended (认领变化).
    Claimed,
    /// Something else about it changed (其他变化).
    Changed,
}

/// A change of a demand or a resource (清单变化).
#[derive(SimpleObject)]
pub struct ListChange {
    /// Where it stands among all changes; send the last one back as `after` to go on without a gap.
    cursor: String,
    /// What happened.
    kind: ListChangeKind,
    /// The object as the signed-in account sees it at the moment of delivery. What it does not see is not
    /// delivered at all.
    object: Node,
    /// When it happened.
    at: DateTime,
}

/// What waits for the signed-in account (待办变化).
#[derive(SimpleObject)]
pub struct InboxState {
    /// How much of each kind waits; kinds of which nothing does are left out.
    counts: Vec<InboxCount>,
    /// What is due first, at most twenty things.
    items: Vec<InboxItem>,
}

/// Things that a state of an inbox names.
const ITEMS: u32 = 20;

/// Everything that can be subscribed to.
#[derive(Default)]
pub struct Subscription;

/// What a client can be told of as it happens (订阅), over a WebSocket at `/graphql/ws`.
#[Subscription]
impl Subscription {
    /// Demands and resources as they are listed, claimed, changed and leave the list (清单变化), each as the
    /// signed-in account sees it when it is delivered.
    async fn list_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which lists.", default)] scope: ListScope,
        #[graphql(desc = "Only what came after this cursor, also while nobody was connected.")] after: Option<String>,
    ) -> Result<impl Stream<Item = Result<ListChange, Error>>, Error> {
        let request = Request::of(ctx);
        let list = changes_print(request)?;
        let after = match after {
            Some(cursor) => {
                let mark = Mark::from_cursor(&cursor, list);
                let refused = || Failure::Refused(Box::new(Refusal::new(Code::BadCursor)));
                Some(or_error(ctx, mark.map_err(|_| refused()))?.key)
            }
            None => None,
        };
        let change = match ctx.data_opt::<Delivery>() {
            Some(Delivery::Change(change)) => Some(change.clone()),
            Some(Delivery::Open) => {
                leave(ctx, Wanted::Changes { scope, after });
                None
            }
            Some(Delivery::Present) | None => None,
        };
        let ctx = ctx.clone();
        Ok(stream::iter(change).filter_map(move |change| {
            let ctx = ctx.clone();
            async move { shown(&ctx, change, list).await.transpose() }
        }))
    }

    /// What now waits for the signed-in account (待办): once at the beginning, and again whenever it is
    /// something else than before.
    async fn inbox(&self, ctx: &Context<'_>) -> Result<impl Stream<Item = Result<InboxState, Error>>, Error> {
        Request::of(ctx).cx()?;
        let present = match ctx.data_opt::<Delivery>() {
            Some(Delivery::Present) => Some(()),
            Some(Delivery::Open) => {
                leave(ctx, Wanted::State);
                None
            }
            Some(Delivery::Change(_)) | None => None,
        };
        let ctx = ctx.clone();
        Ok(stream::iter(present).then(move |()| {
            let ctx = ctx.clone();
            async move { state(&ctx).await }
        }))
    }
}

fn leave(ctx: &Context<'_>, wanted: Wanted) {
    if let Some(opened) = ctx.data_opt::<Arc<Opened>>() {
        opened.put(wanted);
    }
}

/// Cursors of one district mean nothing in another.
fn changes_print(request: &Request) -> Result<ListPrint, Error> {
    Ok(print("listChanged", &request.cx()?.actor.district.to_string(), &()))
}

async fn shown(ctx: &Context<'_>, change: Change, list: ListPrint) -> Result<Option<ListChange>, Error> {
    let id = match change.object {
        Object::Demand(id) => id.to_string(),
        Object::Resource(id) => id.to_string(),
    };
    let object = node::find(ctx, &ID(id)).await?;
    let cursor = Mark { key: change.mark, id: [0; 16] }.to_cursor(list);
    let kind = Kind::into(change.kind);
    Ok(object.map(|object| ListChange { cursor, kind, object, at: DateTime(change.at) }))
}

async fn state(ctx: &Context<'_>) -> Result<InboxState, Error> {
    let cx = Request::of(ctx).cx()?;
    let request = PageRequest { limit: ITEMS, direction: Direction::Forward, from: None, until: None };
    let counts = or_error(ctx, ops::inbox::counts(cx, Vec::new()).await)?;
    let page = or_error(ctx, ops::inbox::page(cx, Vec::new(), request).await)?;
    Ok(InboxState {
        counts: counts.into_iter().map(InboxCount::from).collect(),
        items: page.rows.into_iter().map(InboxItem).collect(),
    })
}
