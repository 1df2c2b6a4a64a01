//! Drawing the projects about which enterprises are called back.

use jiff::Timestamp;

use super::{Cx, Failure};
use crate::{
    domain::{
        call_back::{CallBack, Draw, Seed, State, drawn},
        rules::{RuleCode, Rules},
    },
    kernel::{
        calendar::Month,
        district::District,
        id::{CallBackDrawId, CallBackId},
        problem::{Code, Problem},
    },
    policy::{Action, Subject},
    store::{self, Tx, audit::Effect},
};

/// Draws the call-backs of a month that is over. Drawn already, it stays as it is, whatever the seed.
pub async fn draw(cx: &Cx, month: Month, seed: Option<Seed>) -> Result<Draw, Failure> {
    cx.write(Action::CallBackDraw, move |cx, tx| {
        let district = cx.actor.district.clone();
        let permit = cx.permit(Action::CallBackDraw, &Subject::of_district(district.clone()))?;
        if month >= Month::of(cx.now) {
            let problem = Problem::new(Code::Validation).at("month");
            return Err(Failure::Invalid(vec![problem.saying("该月份尚未结束。", "This month is not over yet.")]));
        }
        if let Some(known) = store::call_back::draw_of(tx, &district, month)? {
            return cx.record(tx, permit, &[], known);
        }
        let seed = seed.unwrap_or_else(|| Seed::new(cx.app().entropy.bytes()));
        let wanted = Wanted { id: cx.new_id(), district, month, seed, at: cx.now };
        let (draw, effects) = wanted.make(tx, &cx.rules, || cx.new_id())?;
        cx.record(tx, permit, &effects, draw)
    })
    .await
}

/// A draw that is to be made.
pub(super) struct Wanted {
    pub id: CallBackDrawId,
    pub district: District,
    pub month: Month,
    pub seed: Seed,
    pub at: Timestamp,
}

impl Wanted {
    /// Draws and enters the calls that are to be made. Answers the draw with its effects.
    pub fn make(self, tx: &mut Tx, rules: &Rules, new_id: impl Fn() -> CallBackId) -> Result<(Draw, Vec<Effect>), Failure> {
        let Self { id, district, month, seed, at } = self;
        let share = rules.get(RuleCode::CallBackShare).min(1_000);
        let pool = store::call_back::pool(tx, &district, month)?;
        let calls: Vec<CallBack> = drawn(&seed, share, &pool)
            .into_iter()
            .map(|candidate| CallBack {
                id: new_id(),
                district: district.clone(),
                project: candidate.project,
                draw: Some(id),
                state: State::Due,
                created_at: at,
            })
            .collect();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let (pool_size, drawn) = (count(pool.len()), count(calls.len()));
        let draw = Draw { id, district, month, seed, share, pool, drawn, drawn_at: at };
        store::call_back::insert_draw(tx, &draw)?;
        let effect = Effect::changed(id).code("month", month).code("seed", seed).number("share", share);
        let mut effects = vec![effect.number("pool", pool_size).number("drawn", drawn)];
        for call in calls {
            store::call_back::insert(tx, &call)?;
            effects.push(Effect::made(call.id, call.status().name()).code("project", call.project).code("draw", id));
        }
        Ok((draw, effects))
    }
}
