//! Lists as files, in the API: a link that fetches one.

use async_graphql::{Context, Enum, Error, ID, InputObject, Object, SimpleObject};

use super::{
    demand_list::DemandFilter,
    error::Problem,
    form::Form,
    project_list::ProjectFilter,
    request::{Outcome, settle},
    resource_list::ResourceFilter,
    scalar::{Date, DateTime},
};
use crate::{
    kernel::problem::{Code, Problem as Refusal},
    ops::{
        self,
        export::{self as rows, List},
    },
};

/// A list that can be taken away as a file (可导出的清单).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum ExportList {
    /// The demand list (需求清单).
    Demands,
    /// The resource list (资源清单).
    Resources,
    /// The project list (项目清单).
    Projects,
    /// The rates of organisations (单位指标); needs `from` and `to`.
    Rates,
    /// A frozen list (清单快照); needs `snapshot`.
    Snapshot,
    /// An instructor's year (指导员年度档案): records, addenda, verification, evaluation; needs `posting` and
    /// `year`. Only for those who see all of it.
    YearFile,
}

/// A kind of file (文件格式).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "rows::Format")]
pub enum ExportFormat {
    /// A workbook of one sheet.
    Xlsx,
    /// Comma-separated values in UTF-8 with a byte order mark.
    Csv,
    /// Only of `YEAR_FILE`: its parts, each with its lines and the SHA-256 of them, every line with a line feed
    /// behind it.
    Json,
}

/// Asks for a list as a file.
#[derive(InputObject)]
pub struct ExportCreateInput {
    /// Which list.
    list: ExportList,
    /// Which kind of file.
    format: ExportFormat,
    /// Narrows the demands; only with `DEMANDS`.
    demands: Option<DemandFilter>,
    /// Narrows the resources; only with `RESOURCES`.
    resources: Option<ResourceFilter>,
    /// Narrows the projects; only with `PROJECTS`.
    projects: Option<ProjectFilter>,
    /// The first day of the rates; only with `RATES`.
    from: Option<Date>,
    /// The last day of the rates, a year after the first at most; only with `RATES`.
    to: Option<Date>,
    /// Of these organisations only, at most 50; only with `RATES`.
    organisations: Option<Vec<ID>>,
    /// Which frozen list; only with `SNAPSHOT`.
    snapshot: Option<ID>,
    /// Whose year; only with `YEAR_FILE`.
    posting: Option<ID>,
    /// Which year, 2000 to 2100; only with `YEAR_FILE`.
    year: Option<i64>,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// A link to a list as a file (导出链接).
#[derive(SimpleObject)]
pub struct Export {
    /// The path to fetch with GET from this server; it needs no header, but works only while the session
    /// lives that asked for it.
    url: String,
    /// From when on it no longer works.
    expires_at: DateTime,
}

/// What came of asking for a list as a file.
#[derive(SimpleObject)]
pub struct ExportCreatePayload {
    /// The link; null when there are problems.
    export: Option<Export>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
}

impl From<Outcome<rows::Link>> for ExportCreatePayload {
    fn from(outcome: Outcome<rows::Link>) -> Self {
        match outcome {
            Ok(link) => {
                let export = Export { url: format!("/exports?token={}", link.token), expires_at: DateTime(link.expires_at) };
                Self { export: Some(export), problems: Vec::new() }
            }
            Err(problems) => Self { export: None, problems: problems.into_iter().map(Problem).collect() },
        }
    }
}

/// Lists as files.
#[derive(Default)]
pub struct ExportMutation;

#[Object]
impl ExportMutation {
    /// Makes a link that fetches a list as a file (导出清单) for five minutes: what the signed-in account sees
    /// of it when it is fetched, with masked contacts.
    async fn export_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which list, narrowed how, as which kind of file.")] input: ExportCreateInput,
    ) -> Option<Result<ExportCreatePayload, Error>> {
        let mut form = Form::default();
        let format = input.format.into();
        let key = input.idempotency_key.clone();
        let list = match input.read(ctx, &mut form) {
            Ok(list) => list,
            Err(error) => return Some(Err(error)),
        };
        settle(ctx, key, async |cx| match list {
            Some(list) => ops::export::create(&cx, rows::Export { list, format }).await,
            None => Err(form.refuse()),
        })
        .await
    }
}

impl ExportCreateInput {
    fn read(self, ctx: &Context<'_>, form: &mut Form) -> Result<Option<List>, Error> {
        self.belongs(form);
        let list = match self.list {
            ExportList::Demands => Some(List::Demands(self.demands.unwrap_or_default().read(ctx)?)),
            ExportList::Resources => Some(List::Resources(self.resources.unwrap_or_default().read(ctx)?)),
            ExportList::Projects => Some(List::Projects(self.projects.unwrap_or_default().read(ctx)?)),
            ExportList::Rates => {
                let organisations = form.ids("organisations", &self.organisations.unwrap_or_default(), 50);
                match (self.from, self.to, organisations) {
                    (Some(from), Some(to), Some(organisations)) => Some(List::Rates(from.0, to.0, organisations)),
                    (from, to, _) => {
                        for (field, missing) in [("from", from.is_none()), ("to", to.is_none())] {
                            if missing {
                                needed(form, field);
                            }
                        }
                        None
                    }
                }
            }
            ExportList::YearFile => {
                for (field, missing) in [("posting", self.posting.is_none()), ("year", self.year.is_none())] {
                    if missing {
                        needed(form, field);
                    }
                }
                let posting = self.posting.as_ref().and_then(|id| form.id("posting", id));
                let year = self.year.and_then(|year| form.number("year", year, 2_000, 2_100));
                let year = year.and_then(|year| i16::try_from(year).ok());
                posting.zip(year).map(|(posting, year)| List::YearFile(posting, year))
            }
            ExportList::Snapshot => match &self.snapshot {
                Some(id) => form.id("snapshot", id).map(List::Snapshot),
                None => {
                    needed(form, "snapshot");
                    None
                }
            },
        };
        Ok(list.filter(|_| form.is_clean()))
    }

    /// What belongs to another list would be ignored in silence, so it is refused.
    fn belongs(&self, form: &mut Form) {
        let given = [
            ("demands", self.demands.is_some(), ExportList::Demands),
            ("resources", self.resources.is_some(), ExportList::Resources),
            ("projects", self.projects.is_some(), ExportList::Projects),
            ("from", self.from.is_some(), ExportList::Rates),
            ("to", self.to.is_some(), ExportList::Rates),
            ("organisations", self.organisations.is_some(), ExportList::Rates),
            ("snapshot", self.snapshot.is_some(), ExportList::Snapshot),
            ("posting", self.posting.is_some(), ExportList::YearFile),
            ("year", self.year.is_some(), ExportList::YearFile),
        ];
        for (field, is_given, list) in given {
            if is_given && list != self.list {
                form.note(
                    Refusal::new(Code::Validation)
                        .at(field)
                        .saying("该条件不适用于所选清单。", "This does not go with the list that was chosen."),
                );
            }
        }
    }
}

fn needed(form: &mut Form, field: &str) {
    form.note(Refusal::new(Code::Validation).at(field).saying("请填写。", "This is needed."));
}
