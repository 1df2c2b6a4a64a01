use serde_json::Value;

use super::{score::*, *};
use crate::kernel::text::Text;

const VECTORS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/match_eval_vectors.json"));

fn number(value: &Value) -> u32 {
    u32::try_from(value.as_u64().expect("a number")).expect("a small number")
}

fn points(hundredths: u32) -> Points {
    hundredths.try_into().unwrap()
}

#[test]
fn totals_are_those_of_the_vectors() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let vectors = &vectors["evaluation"];
    let weights = ["archive", "enterprise", "dispatch", "district"].map(|level| number(&vectors["weights_bp"][level]));
    let cases = vectors["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 4);
    for case in cases {
        let scores: Vec<Option<Points>> =
            case["scores"].as_array().unwrap().iter().map(|score| score.as_u64().map(|_| points(number(score)))).collect();
        let computed = total(Weights(weights), scores.try_into().unwrap());
        assert_eq!(computed.hundredths(), number(&case["total"]), "{case}");
    }
}

#[test]
fn level_one_is_that_of_the_vector() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let vector = &vectors["level1"];
    let of = |name: &str| number(&vector[name]);
    let records = LevelOne {
        service_days: of("verified_days"),
        required_days: of("required_days"),
        cells_done: of("cells_ok"),
        cells: of("cells"),
        filed: of("filed"),
        in_time: of("on_time"),
        verified: of("verified"),
        targets_linked: of("targets_effect"),
        targets: of("targets"),
    };
    assert_eq!(records.points().hundredths(), of("score"));
}

/// A fraction of its own, in lowest terms, that shares nothing with the code that is tested.
#[derive(Clone, Copy)]
struct Fraction {
    over: i128,
    under: i128,
}

impl Fraction {
    fn new(over: i128, under: i128) -> Self {
        let (mut a, mut b) = (over.abs().max(1), under);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        Self { over: over / a, under: under / a }
    }

    fn plus(self, other: Self) -> Self {
        Self::new(self.over * other.under + other.over * self.under, self.under * other.under)
    }

    /// The nearest whole number, the greater one of two that are as near.
    fn nearest(self) -> u32 {
        let floor = self.over.div_euclid(self.under);
        let rest = self.over - floor * self.under;
        u32::try_from(if 2 * rest >= self.under { floor + 1 } else { floor }).unwrap()
    }
}

/// Numbers by chance that can be repeated.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(limit)).unwrap()
    }
}

#[test]
fn ten_thousand_evaluations_come_out_the_same_in_fractions() {
    let mut chance = Chance(20_261_128);
    for round in 0..10_000 {
        let mut pair = |limit: u32| {
            let whole = chance.below(limit);
            (chance.below(whole + 1 + whole / 4), whole)
        };
        let [days, cells, linked] = [pair(60), pair(12), pair(8)];
        let (in_time, filed) = pair(120);
        let verified = chance.below(filed + 1);
        let records = LevelOne {
            service_days: days.0,
            required_days: days.1,
            cells_done: cells.0,
            cells: cells.1,
            filed,
            in_time,
            verified,
            targets_linked: linked.0,
            targets: linked.1,
        };
        let shares = [(days, 4_000), (cells, 2_000), ((in_time, filed), 1_500), ((verified, filed), 1_500), (linked, 1_000)];
        let one =
            shares.into_iter().filter(|((_, whole), _)| *whole > 0).fold(Fraction::new(0, 1), |sum, ((part, whole), worth)| {
                sum.plus(Fraction::new(i128::from(part.min(whole)) * worth, whole.into()))
            });
        assert_eq!(records.points().hundredths(), one.nearest(), "round {round}: {records:?}");

        let answers: Vec<[u8; 5]> =
            (0..chance.below(6)).map(|_| std::array::from_fn(|_| u8::try_from(1 + chance.below(5)).unwrap())).collect();
        let sums = answers.iter().map(|items| items.iter().map(|item| i128::from(*item)).sum::<i128>());
        let two = (answers.len() >= 3)
            .then(|| Fraction::new(sums.map(|sum| 500 * (sum - 5)).sum(), i128::try_from(answers.len()).unwrap()).nearest());
        assert_eq!(enterprises(&answers, 3).map(Points::hundredths), two, "round {round}: {answers:?}");

        let count = 1 + chance.below(6) as usize;
        let items: Vec<u8> = (0..count).map(|_| u8::try_from(chance.below(101)).unwrap()).collect();
        let weights: Vec<u32> = (0..count).map(|_| 1 + chance.below(40)).collect();
        let weighed = items.iter().zip(&weights).map(|(item, weight)| i128::from(*item) * 100 * i128::from(*weight)).sum();
        let three = Fraction::new(weighed, weights.iter().map(|weight| i128::from(*weight)).sum()).nearest();
        assert_eq!(unit(&items, &weights).map(Points::hundredths), Some(three), "round {round}: {items:?} {weights:?}");

        let levels = [Some(records.points()), enterprises(&answers, 3), Some(points(three)), Some(points(chance.below(10_001)))];
        let weights: [u32; 4] = std::array::from_fn(|_| 1 + chance.below(5_000));
        let present = || {
            levels
                .iter()
                .zip(weights)
                .filter_map(|(level, weight)| Some((i128::from((*level)?.hundredths()), i128::from(weight))))
        };
        let mean =
            Fraction::new(present().map(|(level, weight)| level * weight).sum(), present().map(|(_, weight)| weight).sum());
        assert_eq!(total(Weights(weights), levels).hundredths(), mean.nearest(), "round {round}: {levels:?} {weights:?}");
    }
}

#[test]
fn half_a_hundredth_is_rounded_up_and_nothing_above_the_requirement_earns_more() {
    // 4000 × 1/16 + … : a half comes from 1500 × 1/… as well.
    let half = LevelOne { filed: 1_000, in_time: 333, ..LevelOne::default() };
    assert_eq!(half.points().hundredths(), 500);
    let more = LevelOne { service_days: 72, required_days: 36, ..LevelOne::default() };
    assert_eq!(more.points().hundredths(), 4_000);
    assert_eq!(LevelOne::default().points().hundredths(), 0);
    assert_eq!(unit(&[101], &[1]), None);
    assert_eq!(unit(&[50], &[1, 1]), None);
    assert!(Points::try_from(10_001).is_err());
}

const INSTRUCTOR: AccountId = AccountId::from_bytes([1; 16]);
const LIAISON: AccountId = AccountId::from_bytes([2; 16]);
const UNIT: AccountId = AccountId::from_bytes([3; 16]);
const DEPARTMENT: AccountId = AccountId::from_bytes([4; 16]);
const OTHER: AccountId = AccountId::from_bytes([5; 16]);
const AT: Timestamp = Timestamp::constant(1_795_000_000, 0);
const LATER: Timestamp = Timestamp::constant(1_795_000_001, 0);
const WEIGHTS: Weights = Weights([3_000, 3_000, 2_000, 2_000]);

fn thresholds() -> Thresholds {
    Thresholds { excellent: points(9_000), competent: points(7_500), basic: points(6_000) }
}

fn organisation(number: u8) -> OrganisationId {
    OrganisationId::from_bytes([number; 16])
}

fn ready() -> Evaluation {
    Evaluation {
        id: EvaluationId::from_bytes([1; 16]),
        district: "420105".parse().unwrap(),
        version: Version::FIRST,
        cycle: CycleId::from_bytes([2; 16]),
        posting: PostingId::from_bytes([3; 16]),
        instructor: INSTRUCTOR,
        dispatch_unit: organisation(9),
        records: LevelOne::default(),
        label: "2026-9001".to_owned(),
        asked: vec![organisation(1), organisation(2), organisation(3)],
        answers_end_at: AT,
        enterprises: None,
        unit: None,
        waivers: Vec::new(),
        grading: None,
        objection: None,
        decision: None,
        object_due_at: None,
        status: Status::RecordsReady,
    }
}

fn answer(number: u8, by: AccountId) -> Answer {
    Answer { organisation: organisation(number), items: [5; 5], by, at: AT }
}

fn unit_score(by: AccountId) -> UnitScore {
    UnitScore { items: vec![90], points: points(9_000), by, at: AT }
}

fn given(by: AccountId) -> Given {
    Given {
        points: points(9_000),
        grade: Grade::Basic,
        reason: Some(Text::parse("综合考虑全年工作表现与企业反馈情况后评定等次").unwrap()),
        by,
        at: AT,
    }
}

fn waiver(level: Level) -> Waiver {
    Waiver { level, reason: Text::parse("企业不足三家").unwrap(), by: DEPARTMENT, at: AT }
}

#[test]
fn the_levels_follow_each_other_and_the_last_answer_ends_the_second() {
    let answers = [answer(1, LIAISON), answer(2, LIAISON), answer(3, LIAISON)];
    let mut evaluation = ready();
    for number in 0..3 {
        assert_eq!((evaluation.status, evaluation.enterprises), (Status::RecordsReady, None));
        evaluation = evaluation.answer(&answers[number], &answers[..number], 3).unwrap();
    }
    assert_eq!((evaluation.status, evaluation.enterprises), (Status::EnterpriseDone, Some(Points::FULL)));
    let scored = evaluation.score(unit_score(UNIT), &answers).unwrap();
    let graded = scored.grade(given(DEPARTMENT), &answers, (WEIGHTS, thresholds())).unwrap();
    let grading = graded.grading.clone().unwrap();
    assert_eq!((grading.total.hundredths(), grading.suggested, grading.grade), (6_600, Grade::Basic, Grade::Basic));
    let published = graded.publish(AT).unwrap();
    let late = Objection { reason: Text::parse("评分有误").unwrap(), at: AT + jiff::SignedDuration::from_nanos(1) };
    assert_eq!(published.clone().object(late.clone()).unwrap_err(), EvaluationError::TooLate);
    assert_eq!(published.clone().finish(AT).unwrap_err(), EvaluationError::NotDue);
    assert_eq!(published.clone().finish(late.at).unwrap().status, Status::Final);
    let objected = published.object(Objection { at: AT, ..late }).unwrap();
    let decision = |by| Decision { grade: Grade::Competent, reason: given(by).reason.unwrap(), by, at: AT };
    assert_eq!(objected.clone().decide(decision(DEPARTMENT), &answers).unwrap_err(), EvaluationError::SamePerson);
    let decided = objected.decide(decision(OTHER), &answers).unwrap();
    assert_eq!((decided.status, decided.grade_in_force()), (Status::Final, Some(Grade::Competent)));
}

#[test]
fn enterprises_answer_until_their_time_is_over() {
    assert_eq!(ready().close_answers(&[], 3, AT).unwrap_err(), EvaluationError::NotDue);
    let late = Answer { at: LATER, ..answer(1, LIAISON) };
    assert_eq!(ready().answer(&late, &[], 3).unwrap_err(), EvaluationError::TooLate);
    assert_eq!(ready().answer(&answer(4, LIAISON), &[], 3).unwrap_err(), EvaluationError::NotAsked);
    assert_eq!(ready().answer(&answer(1, OTHER), &[answer(1, LIAISON)], 3).unwrap_err(), EvaluationError::AlreadyAnswered);
}

#[test]
fn nobody_acts_on_two_levels_or_on_their_own_work() {
    let answers = [answer(1, LIAISON)];
    let done = ready().close_answers(&answers, 1, LATER).unwrap();
    assert_eq!(ready().answer(&answer(1, INSTRUCTOR), &[], 3).unwrap_err(), EvaluationError::OtherLevel);
    for by in [LIAISON, INSTRUCTOR] {
        assert_eq!(done.clone().score(unit_score(by), &answers).unwrap_err(), EvaluationError::OtherLevel);
    }
    let scored = done.score(unit_score(UNIT), &answers).unwrap();
    for by in [LIAISON, UNIT, INSTRUCTOR] {
        assert_eq!(scored.clone().grade(given(by), &answers, (WEIGHTS, thresholds())).unwrap_err(), EvaluationError::OtherLevel);
    }
    assert!(scored.grade(given(DEPARTMENT), &answers, (WEIGHTS, thresholds())).is_ok());
}

#[test]
fn a_missing_level_needs_a_waiver_and_the_first_and_the_last_are_never_waived() {
    let done = ready().close_answers(&[answer(1, LIAISON), answer(2, LIAISON)], 3, LATER).unwrap();
    assert_eq!((done.status, done.enterprises), (Status::EnterpriseDone, None));
    for level in [Level::Records, Level::OrganisationDepartment] {
        assert_eq!(done.clone().waive(waiver(level)).unwrap_err(), EvaluationError::NotWaivable);
    }
    let scored = done.clone().score(unit_score(UNIT), &[]).unwrap();
    let refused = scored.clone().grade(given(DEPARTMENT), &[], (WEIGHTS, thresholds())).unwrap_err();
    assert_eq!(refused, EvaluationError::LevelMissing(Level::Enterprises));
    let waived = scored.waive(waiver(Level::Enterprises)).unwrap();
    assert_eq!(waived.clone().waive(waiver(Level::Enterprises)).unwrap_err(), EvaluationError::NotWaivable);
    let graded = waived.grade(given(DEPARTMENT), &[], (WEIGHTS, thresholds())).unwrap();
    // (3000 × 0 + 2000 × 9000 + 2000 × 9000) / 7000, half a hundredth up.
    assert_eq!(graded.grading.unwrap().total.hundredths(), 5_143);
    let without_unit = done.waive(waiver(Level::DispatchUnit)).unwrap();
    assert_eq!(without_unit.status, Status::UnitDone);
    let present = ready().close_answers(&[answer(1, LIAISON)], 1, LATER).unwrap();
    assert_eq!(present.waive(waiver(Level::Enterprises)).unwrap_err(), EvaluationError::NotWaivable);
}

#[test]
fn another_grade_than_the_suggested_one_needs_a_reason() {
    let scored = ready().close_answers(&[answer(1, LIAISON)], 1, LATER).unwrap().score(unit_score(UNIT), &[]).unwrap();
    let without = Given { reason: None, grade: Grade::Excellent, ..given(DEPARTMENT) };
    let refused = scored.clone().grade(without.clone(), &[], (WEIGHTS, thresholds())).unwrap_err();
    assert_eq!(refused, EvaluationError::ReasonMissing);
    let suggested = Given { grade: Grade::Basic, ..without };
    assert!(scored.grade(suggested, &[], (WEIGHTS, thresholds())).is_ok());
}

#[test]
fn every_step_has_its_state() {
    let done = ready().close_answers(&[answer(1, LIAISON)], 1, LATER).unwrap();
    let scored = done.clone().score(unit_score(UNIT), &[]).unwrap();
    let graded = scored.clone().grade(given(DEPARTMENT), &[], (WEIGHTS, thresholds())).unwrap();
    let published = graded.clone().publish(AT).unwrap();
    let objected = published.clone().object(Objection { reason: Text::parse("评分有误").unwrap(), at: AT }).unwrap();
    let decision = Decision { grade: Grade::Basic, reason: given(OTHER).reason.unwrap(), by: OTHER, at: AT };
    let last = objected.clone().decide(decision.clone(), &[]).unwrap();
    let all = [ready(), done, scored, graded, published, objected, last];
    use strum::IntoEnumIterator;
    assert_eq!(all.clone().map(|one| one.status).to_vec(), Status::iter().collect::<Vec<_>>());
    let possible = |step: &dyn Fn(Evaluation) -> Result<Evaluation, EvaluationError>| -> Vec<Status> {
        all.iter().filter(|one| step((*one).clone()).is_ok()).map(|one| one.status).collect()
    };
    assert_eq!(possible(&|one| one.answer(&answer(1, LIAISON), &[], 3)), [Status::RecordsReady]);
    assert_eq!(possible(&|one| one.close_answers(&[], 3, LATER)), [Status::RecordsReady]);
    assert_eq!(possible(&|one| one.score(unit_score(UNIT), &[])), [Status::EnterpriseDone]);
    assert_eq!(possible(&|one| one.grade(given(DEPARTMENT), &[], (WEIGHTS, thresholds()))), [Status::UnitDone]);
    assert_eq!(possible(&|one| one.publish(AT)), [Status::Graded]);
    let objection = Objection { reason: Text::parse("评分有误").unwrap(), at: AT };
    assert_eq!(possible(&|one| one.object(objection.clone())), [Status::Published]);
    assert_eq!(possible(&|one| one.finish(AT + jiff::SignedDuration::from_secs(1))), [Status::Published]);
    assert_eq!(possible(&|one| one.decide(decision.clone(), &[])), [Status::Objected]);
}
