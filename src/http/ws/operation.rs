//! One operation of a socket: answered once, or delivered until it ends.

use std::{sync::Arc, time::Duration};

use async_graphql::{Response, Variables, parser::types::OperationType};

use super::{
    Endpoint,
    socket::{Guest, Outlet, Signed},
};
use crate::{
    graphql::{
        answer,
        guard::Admitted,
        live::{Delivery, ListScope, Opened, Wanted},
        request::Request,
    },
    http::{Params, portal::refused, refusal::Refusal, surround},
    kernel::problem::Code,
    ops::{self, Cx, Failure, live},
};

/// How long nothing is looked at when nobody tells of anything: another process on SQLite tells nobody,
/// and some things wait for a moment rather than for a change.
const LOOK_AT_LEAST_EVERY: Duration = Duration::from_secs(15);
/// Changes that come close together are looked at together.
const GATHER: Duration = Duration::from_millis(100);

/// An operation and whose it is.
pub(super) struct Operation {
    pub(super) endpoint: Arc<Endpoint>,
    pub(super) guest: Arc<Guest>,
    pub(super) outlet: Outlet,
    pub(super) signed: Signed,
    pub(super) id: String,
}

/// Runs an operation to its end.
pub(super) async fn run(operation: Operation, params: Result<Params, Refusal>, is_one_too_many: bool) {
    let lang = operation.guest.lang;
    if is_one_too_many {
        return operation.fail(&refused(Code::Overloaded, lang)).await;
    }
    match params.and_then(|params| operation.admit(params)) {
        Ok((admitted, variables)) if admitted.operation_type() == OperationType::Subscription => {
            operation.follow(admitted, variables).await;
        }
        Ok((admitted, variables)) => operation.answer(admitted, variables).await,
        Err(refusal) => operation.fail(&refusal.to_answer(lang)).await,
    }
}

impl Operation {
    fn admit(&self, params: Params) -> Result<(Admitted, Variables), Refusal> {
        let guard = &self.endpoint.guard;
        let admitted = guard.admit(&params.query, params.operation_name.as_deref())?;
        guard.check_values(&admitted, &params.variables)?;
        Ok((admitted, params.variables))
    }

    /// A query or a mutation.
    async fn answer(self, admitted: Admitted, variables: Variables) {
        let _turn = self.outlet.turn().await;
        let portal = &self.endpoint.portal;
        let cx = match ops::session::resume(&portal.app, self.signed.presented.hash()).await {
            Ok(cx) => cx,
            Err(Failure::Store(_)) => return self.fail(&refused(Code::Overloaded, self.guest.lang)).await,
            Err(_) => None,
        };
        let outline = self.endpoint.shape.outline(&admitted, &variables);
        let mut answer = portal.answer(self.scene(cx), admitted.to_request(variables.clone())).await;
        outline.complete(&mut answer);
        if self.seal(&mut answer) {
            return self.fail(&answer).await;
        }
        self.next(&answer).await;
        self.complete().await;
    }

    /// A subscription.
    async fn follow(self, admitted: Admitted, variables: Variables) {
        let opened = Arc::new(Opened::default());
        let Some(cx) = self.rights().await else { return };
        let request = admitted.to_request(variables.clone()).data(Delivery::Open).data(Arc::clone(&opened));
        let refusal = self.endpoint.portal.deliver(self.scene(Some(cx.clone())), request).await;
        match (refusal, opened.take()) {
            (Some(mut answer), _) => {
                self.seal(&mut answer);
                self.fail(&answer).await;
            }
            (None, Some(Wanted::Changes { scope, after })) => self.changes(admitted, variables, cx, (scope, after)).await,
            (None, Some(Wanted::State)) => self.states(admitted, variables).await,
            (None, None) => self.complete().await,
        }
    }

    /// Delivers what happens after a mark. What was told before the mark was read is read from the log, so
    /// nothing falls between the two.
    async fn changes(&self, admitted: Admitted, variables: Variables, cx: Cx, (scope, after): (ListScope, Option<i64>)) {
        let app = &self.endpoint.portal.app;
        let mut news = live::news(app);
        let mut mark = match after {
            Some(mark) => mark,
            None => match live::present(&cx).await {
                Ok(mark) => mark,
                Err(_) => return self.fail(&refused(Code::Overloaded, self.guest.lang)).await,
            },
        };
        loop {
            // What cannot be read now is read the next time.
            if let Ok((changes, next)) = live::after(app, &cx.actor.district, mark).await {
                let of_interest: Vec<_> = changes.into_iter().filter(|change| scope.includes(change.object)).collect();
                if !of_interest.is_empty() {
                    let Some(cx) = self.rights().await else { return };
                    for change in of_interest {
                        let _turn = self.outlet.turn().await;
                        self.deliver(&admitted, &variables, cx.clone(), Delivery::Change(change)).await;
                    }
                }
                if next > mark {
                    mark = next;
                    continue;
                }
            }
            drop(tokio::time::timeout(LOOK_AT_LEAST_EVERY, news.changed()).await);
        }
    }

    /// Delivers how things are, whenever that is something else than before.
    async fn states(&self, admitted: Admitted, variables: Variables) {
        let mut news = live::news(&self.endpoint.portal.app);
        let mut known = None;
        loop {
            news.mark_unchanged();
            let Some(cx) = self.rights().await else { return };
            let turn = self.outlet.turn().await;
            let state = self.read(&admitted, &variables, cx, Delivery::Present).await;
            if let Some(state) = state.filter(|state| known.as_ref() != Some(state)) {
                self.outlet.send(state.clone()).await;
                known = Some(state);
            }
            drop(turn);
            drop(tokio::time::timeout(LOOK_AT_LEAST_EVERY, news.changed()).await);
            tokio::time::sleep(GATHER).await;
        }
    }

    async fn deliver(&self, admitted: &Admitted, variables: &Variables, cx: Cx, delivery: Delivery) {
        if let Some(message) = self.read(admitted, variables, cx, delivery).await {
            self.outlet.send(message).await;
        }
    }

    /// The message of a delivery; `None` where there is nothing in it for whoever asks.
    async fn read(&self, admitted: &Admitted, variables: &Variables, cx: Cx, delivery: Delivery) -> Option<String> {
        let request = admitted.to_request(variables.clone()).data(delivery);
        let mut answer = self.endpoint.portal.deliver(self.scene(Some(cx)), request).await?;
        self.endpoint.shape.outline(admitted, variables).complete(&mut answer);
        self.seal(&mut answer);
        Some(self.message("next", &to_json(&answer)))
    }

    /// The rights of this moment; `None` when the session has ended, and the socket is about to.
    async fn rights(&self) -> Option<Cx> {
        loop {
            match live::rights(&self.endpoint.portal.app, self.signed.session).await {
                Ok(cx) => return cx,
                Err(fault) => {
                    tracing::warn!(error = %fault, "the rights of a socket could not be read");
                    tokio::time::sleep(LOOK_AT_LEAST_EVERY).await;
                }
            }
        }
    }

    fn scene(&self, cx: Option<Cx>) -> Request {
        Request {
            id: surround::new_id(),
            lang: self.guest.lang,
            cx,
            client: self.guest.client.clone(),
            app: Arc::clone(&self.endpoint.portal.app),
        }
    }

    /// Masks what is not for clients; answers whether nothing was executed at all.
    fn seal(&self, answer: &mut Response) -> bool {
        answer::seal(answer, self.guest.lang, |cause| {
            let incident = surround::new_id();
            tracing::error!(%incident, error = %cause.message, "an answer was masked");
            Some(incident)
        });
        answer::is_request_error(answer)
    }

    async fn next(&self, answer: &Response) {
        self.outlet.send(self.message("next", &to_json(answer))).await;
    }

    async fn complete(&self) {
        let id = serde_json::Value::from(self.id.as_str());
        self.outlet.send(format!(r#"{{"id":{id},"type":"complete"}}"#)).await;
    }

    /// Nothing was executed: the errors, and that is the end.
    async fn fail(&self, answer: &Response) {
        let errors = serde_json::to_string(&answer.errors).unwrap_or_else(|_| "[]".to_owned());
        self.outlet.send(self.message("error", &errors)).await;
    }

    fn message(&self, kind: &str, payload: &str) -> String {
        let id = serde_json::Value::from(self.id.as_str());
        format!(r#"{{"id":{id},"type":"{kind}","payload":{payload}}}"#)
    }
}

fn to_json(answer: &Response) -> String {
    let json = answer::to_json(answer).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    json.unwrap_or_else(|| r#"{"errors":[{"message":"Something went wrong on our side."}]}"#.to_owned())
}
