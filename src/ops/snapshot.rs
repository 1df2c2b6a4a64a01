//! Freezing a list for a quarter.

use super::{Cx, Failure};
use crate::{
    domain::{
        period::Period,
        snapshot::{Difference, List, NotNow, Snapshot, check_quarter, difference, digest},
    },
    kernel::{
        calendar::shanghai_date,
        problem::{Code, Problem},
    },
    policy::{Action, Subject},
    store::{self, audit::Effect},
};

/// Freezes a list of the district as it is now, for the quarter that goes on or the one before.
///
/// A list is frozen once for a quarter: of two who do so at once, the second is refused.
pub async fn take(cx: &Cx, list: List, quarter: Period) -> Result<Snapshot, Failure> {
    cx.write(Action::SnapshotTake, move |cx, tx| {
        let district = cx.actor.district.clone();
        let permit = cx.permit(Action::SnapshotTake, &Subject::of_district(district.clone()))?;
        check_quarter(quarter, shanghai_date(cx.now))?;
        let previous = store::snapshot::newest(tx, &district, list)?;
        if previous.as_ref().is_some_and(|previous| previous.quarter >= quarter) {
            let problem = Problem::new(Code::InvalidState).at("quarter");
            let problem =
                problem.saying("该季度或之后的快照已生成。", "The list is frozen for this quarter or a later one already.");
            return Err(Failure::Refused(Box::new(problem)));
        }
        let lines = store::snapshot::present(tx, &district, list)?;
        let difference = match &previous {
            Some(previous) => difference(&store::snapshot::lines(tx, previous.id)?, &lines),
            None => Difference { added: count(lines.len()), ..Difference::default() },
        };
        let snapshot = Snapshot {
            id: cx.new_id(),
            district,
            list,
            quarter,
            rows: count(lines.len()),
            sha256: digest(&lines),
            previous: previous.map(|previous| previous.id),
            difference,
            taken_by: cx.actor.account,
            taken_at: cx.now,
        };
        store::snapshot::insert(tx, &snapshot, &lines)?;
        let effect = Effect::changed(snapshot.id)
            .code("list", list.name())
            .code("quarter", quarter)
            .number("rows", snapshot.rows)
            .code("sha256", &snapshot.sha256);
        cx.record(tx, permit, &[effect], snapshot)
    })
    .await
}

fn count(rows: usize) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}

impl From<NotNow> for Failure {
    fn from(_: NotNow) -> Self {
        let problem = Problem::new(Code::Validation).at("quarter");
        Self::Invalid(vec![problem.saying(
            "只能为本季度或上一季度生成快照,例如 2026-Q4。",
            "A list is frozen for the present quarter or the one before, such as 2026-Q4.",
        )])
    }
}
