//! What the operator does on the command line before anybody can sign in, or when nobody can.
//!
//! Whoever may run the program on the server holds the database anyway; what they do here is
//! written into the audit log as the system's doing.

use jiff::Timestamp;

use super::{App, Failure, failure::unless_unique, grant, session};
use crate::{
    domain::{
        account::{Account, Login, Status},
        grant::{self as grants, Grant, GrantScope, Role},
        password::InitialPassword,
    },
    kernel::{
        calendar::shanghai_date,
        district::District,
        id::{AccountId, GrantId},
        problem::{Code, Problem},
        text::Name,
        version::Version,
    },
    store::{
        self, Tx,
        audit::{Effect, Stamp},
    },
};

/// The first administrator of a role, as the operator names them.
#[derive(Clone, Debug)]
pub struct FirstAdmin {
    pub district: District,
    pub login: Login,
    pub display_name: Name,
    /// [`Role::SystemAdmin`] or [`Role::SecurityAdmin`].
    pub role: Role,
}

/// Creates the account of the first administrator of a role, with its grant in force, and answers
/// its initial password. Further ones are proposed and approved like everybody else.
pub async fn account_create(app: &App, admin: FirstAdmin) -> Result<InitialPassword, Failure> {
    let initial = InitialPassword::new(app.entropy.bytes());
    let hash = app.passwords.hash(initial.password(), app.entropy.bytes()).await?;
    let (entropy, clock) = (app.entropy, app.clock.clone());
    let written = app.store.write(move |tx| {
        tx.lock_district(&admin.district)?;
        let now = clock.now();
        must_be_first(tx, &admin, now)?;
        let (account, grant) = first(&admin, (entropy.id(now), entropy.id(now)), now);
        let taken = |error| unless_unique(error, store::account::LOGIN_UNIQUE, Code::DuplicateName, "login");
        store::account::insert(tx, &account, &hash).map_err(taken)?;
        store::grant::insert(tx, &grant)?;
        let effects = [Effect::made(account.id, account.status.name()), grant::made(&grant)];
        let stamp = Stamp { id: entropy.id(now), at: now };
        let written = store::audit::system(tx, &admin.district, "account.bootstrap", stamp, &effects, initial.clone())?;
        Ok::<_, Failure>(written.into_inner())
    });
    written.await
}

fn first(admin: &FirstAdmin, (account, grant): (AccountId, GrantId), now: Timestamp) -> (Account, Grant) {
    let account = Account {
        id: account,
        district: admin.district.clone(),
        version: Version::FIRST,
        login: admin.login.clone(),
        display_name: admin.display_name.clone(),
        status: Status::Invited,
        must_change_password: true,
        created_at: now,
    };
    let grant = Grant {
        id: grant,
        district: admin.district.clone(),
        version: Version::FIRST,
        account: account.id,
        role: admin.role,
        scope: GrantScope::District,
        from: shanghai_date(now),
        to: None,
        status: grants::Status::Active,
        proposed_by: None,
        approved_by: None,
        created_at: now,
    };
    (account, grant)
}

/// Gives any account a new initial password and ends its sessions: the way back in for security
/// administrators and auditors, whose passwords no other administrator hands out.
pub async fn password_reset(app: &App, login: Login) -> Result<InitialPassword, Failure> {
    let initial = InitialPassword::new(app.entropy.bytes());
    let hash = app.passwords.hash(initial.password(), app.entropy.bytes()).await?;
    let (entropy, clock) = (app.entropy, app.clock.clone());
    let written = app.store.write(move |tx| {
        let seen = store::account::by_login(tx, &login)?.ok_or(Failure::missing("login"))?.account;
        tx.lock_district(&seen.district)?;
        let now = clock.now();
        // Read again behind the lock: on PostgreSQL another write may have been first.
        let before = store::account::by_id(tx, seen.id)?.ok_or(Failure::missing("login"))?.account;
        let after = before.clone().reset_password()?;
        store::account::save_with_password(tx, &after, &hash, before.version)?;
        let step = Effect::moved(after.id, before.status.name(), after.status.name());
        let mut effects = vec![step.flag("must_change_password", true)];
        effects.extend(store::session::end_all(tx, after.id, None, now)?.iter().map(session::ended));
        let stamp = Stamp { id: entropy.id(now), at: now };
        let written = store::audit::system(tx, &after.district, "account.password_reset", stamp, &effects, initial.clone())?;
        Ok::<_, Failure>(written.into_inner())
    });
    written.await
}

fn must_be_first(tx: &mut Tx, admin: &FirstAdmin, now: Timestamp) -> Result<(), Failure> {
    store::district::name(tx, &admin.district)?.ok_or(Failure::missing("district"))?;
    let refused = Problem::new(Code::GrantScope).at("role");
    match admin.role {
        Role::SystemAdmin | Role::SecurityAdmin => {}
        Role::Liaison
        | Role::Official
        | Role::Lead
        | Role::Steward
        | Role::Coordinator
        | Role::Instructor
        | Role::DispatchReviewer
        | Role::OrganisationReviewer
        | Role::Auditor => {
            return Err(Failure::Refused(Box::new(refused.saying(
                "命令行只能创建首位系统管理员与首位安全管理员,其他角色须经授权。",
                "The command line creates the first system and the first security administrator; other roles are granted.",
            ))));
        }
    }
    if store::grant::somebody_holds(tx, &admin.district, admin.role, shanghai_date(now))? {
        return Err(Failure::Refused(Box::new(Problem::new(Code::InvalidState).at("role").saying(
            "该角色已有在任者,其他人员须经授权。",
            "Somebody holds this role already; further ones are proposed and approved.",
        ))));
    }
    Ok(())
}
