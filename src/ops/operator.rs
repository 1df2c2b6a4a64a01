//! The operator at the terminal, who acts with the rights of an account and in its name.

use std::sync::Arc;

use super::{App, Cx, Failure};
use crate::{
    domain::{account::Login, grant::Role},
    kernel::{calendar::shanghai_date, id::AccountId},
    store,
};

/// Acts as the account with this login; missing unless it can sign in.
pub async fn act_as(app: Arc<App>, login: Login) -> Result<Cx, Failure> {
    let found = app.store.read(move |reader| store::account::by_login(reader, &login)).await?;
    let account = found.ok_or(Failure::missing("account"))?.account;
    Cx::on_behalf(app, account.id).await
}

/// Acts as the only coordinator there is; missing when there is none or a choice.
pub async fn act_as_coordinator(app: Arc<App>) -> Result<Cx, Failure> {
    let today = shanghai_date(app.clock.now());
    let holders: Vec<AccountId> = app.store.read(move |reader| store::grant::holders(reader, Role::Coordinator, today)).await?;
    match holders.as_slice() {
        [only] => Cx::on_behalf(app, *only).await,
        [] | [_, ..] => Err(Failure::missing("account")),
    }
}
