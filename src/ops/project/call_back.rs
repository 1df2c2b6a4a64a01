//! Calling enterprises back about their projects.

use super::{
    super::{Cx, Failure},
    find, moved,
};
use crate::{
    domain::{
        call_back::{Call, CallBack, State, Status},
        project::{Project, Solved},
    },
    kernel::{id::ProjectId, text::Note, version::Version},
    policy::Action,
    store::{self, Tx, audit::Effect},
};

/// What a call came to; `said` is `None` when nobody was reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    pub said: Option<Solved>,
    pub note: Note,
}

/// Logs a call to the enterprise of a project. Whatever draws wait for one have it with that.
pub async fn call_back_log(cx: &Cx, id: ProjectId, expected: Version, answered: Answered) -> Result<Project, Failure> {
    cx.write(Action::ProjectCallBackLog, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::ProjectCallBackLog, &before)?;
        let after = before.clone().log_call(answered.said, cx.now)?;
        cx.expect(before.version, expected)?;
        let call = Call { at: cx.now, by: cx.actor.account, said: answered.said, note: answered.note.clone() };
        let mut effects = vec![moved(&before, &after)];
        effects.extend(settle_due(tx, id, &call)?);
        if effects.len() == 1 {
            let made = CallBack {
                id: cx.new_id(),
                district: before.district.clone(),
                project: id,
                draw: None,
                state: State::Done(call.clone()),
                created_at: cx.now,
            };
            store::call_back::insert(tx, &made)?;
            effects.push(told(Effect::made(made.id, made.status().name()).code("project", id), &call));
        }
        store::project::save(tx, &after, expected)?;
        cx.record(tx, permit, &effects, after)
    })
    .await
}

fn settle_due(tx: &mut Tx, project: ProjectId, call: &Call) -> Result<Vec<Effect>, Failure> {
    let mut effects = Vec::new();
    for due in store::call_back::get_of_project(tx, project)? {
        if due.status() != Status::Due {
            continue;
        }
        let done = CallBack { state: State::Done(call.clone()), ..due };
        store::call_back::save(tx, &done)?;
        let moved = Effect::moved(done.id, Status::Due.name(), done.status().name()).code("project", project);
        effects.push(told(moved, call));
    }
    Ok(effects)
}

/// The effect of a call, with what was said.
fn told(effect: Effect, call: &Call) -> Effect {
    effect.flag("reached", call.said.is_some()).maybe("solved", call.said.map(<&str>::from))
}
