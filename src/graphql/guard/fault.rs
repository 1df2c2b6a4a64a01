//! The kinds of refusal: too much of something, or something wrong in one place.

use super::GuardError;

/// What there can be too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    DocumentBytes,
    Tokens,
    Nesting,
    Depth,
    NameBytes,
    Fields,
    Aliases,
    Directives,
    Arguments,
    Values,
    RootFields,
    Variables,
    Operations,
    VariableDepth,
    VariableValues,
    VariableCopies,
}

/// What can be wrong in one place of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Syntax,
    AnonymousNotAlone,
    DuplicateOperation,
    DuplicateFragment,
    UnknownFragment,
    FragmentCycle,
    UnknownDirective,
    MisplacedDirective,
    BadDirective,
    IntrospectionTooDeep,
    VariableRequired,
}

/// A place in a document, both numbers counted from one, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub line: usize,
    pub column: usize,
}

impl Bound {
    pub(super) fn exceeded(self, limit: usize) -> GuardError {
        GuardError::Exceeds { bound: self, limit }
    }

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::DocumentBytes => "DOCUMENT_TOO_LARGE",
            Self::Tokens => "TOO_MANY_TOKENS",
            Self::Nesting | Self::Depth => "DOCUMENT_TOO_DEEP",
            Self::NameBytes => "NAME_TOO_LONG",
            Self::Fields => "TOO_MANY_FIELDS",
            Self::Aliases => "TOO_MANY_ALIASES",
            Self::Directives => "TOO_MANY_DIRECTIVES",
            Self::Arguments => "TOO_MANY_ARGUMENTS",
            Self::Values => "TOO_MANY_VALUES",
            Self::RootFields => "TOO_MANY_ROOT_FIELDS",
            Self::Variables => "TOO_MANY_VARIABLES",
            Self::Operations => "TOO_MANY_OPERATIONS",
            Self::VariableDepth => "VARIABLES_TOO_DEEP",
            Self::VariableValues => "VARIABLES_TOO_LARGE",
            Self::VariableCopies => "VARIABLES_TOO_COSTLY",
        }
    }

    pub(super) fn english(self, limit: usize) -> String {
        let what = match self {
            Self::DocumentBytes => "the document in bytes",
            Self::Tokens => "tokens in the document",
            Self::Nesting => "levels of nesting in the document",
            Self::Depth => "fields inside one another",
            Self::NameBytes => "a name in bytes",
            Self::Fields => "fields, fragments expanded",
            Self::Aliases => "aliases, fragments expanded",
            Self::Directives => "directives, fragments expanded",
            Self::Arguments => "arguments of one field",
            Self::Values => "argument values, fragments expanded",
            Self::RootFields => "fields at the root of an operation",
            Self::Variables => "variables of an operation",
            Self::Operations => "operations in the document",
            Self::VariableDepth => "levels of nesting in the variables",
            Self::VariableValues => "values in the variables",
            Self::VariableCopies => "variable values times the places that use them",
        };
        format!("Too much for one request: {what}, at most {limit}.")
    }

    pub(super) fn chinese(self, limit: usize) -> String {
        let what = match self {
            Self::DocumentBytes => "查询文档的字节数",
            Self::Tokens => "查询文档的词元数",
            Self::Nesting => "查询文档的嵌套层数",
            Self::Depth => "字段的嵌套层数",
            Self::NameBytes => "名称的字节数",
            Self::Fields => "片段展开后的字段数",
            Self::Aliases => "片段展开后的别名数",
            Self::Directives => "片段展开后的指令数",
            Self::Arguments => "单个字段的参数数",
            Self::Values => "片段展开后的参数值数",
            Self::RootFields => "操作的根字段数",
            Self::Variables => "操作的变量数",
            Self::Operations => "查询文档的操作数",
            Self::VariableDepth => "变量的嵌套层数",
            Self::VariableValues => "变量的值数",
            Self::VariableCopies => "变量的值数与使用次数之积",
        };
        format!("请求超出限制:{what}不得超过 {limit}。")
    }
}

impl Fault {
    pub(super) fn at(self, at: impl Into<Place>) -> GuardError {
        GuardError::Faulty { fault: self, at: at.into() }
    }

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Syntax => "SYNTAX_ERROR",
            Self::AnonymousNotAlone => "ANONYMOUS_NOT_ALONE",
            Self::DuplicateOperation => "DUPLICATE_OPERATION",
            Self::DuplicateFragment => "DUPLICATE_FRAGMENT",
            Self::UnknownFragment => "UNKNOWN_FRAGMENT",
            Self::FragmentCycle => "FRAGMENT_CYCLE",
            Self::UnknownDirective => "UNKNOWN_DIRECTIVE",
            Self::MisplacedDirective => "MISPLACED_DIRECTIVE",
            Self::BadDirective => "BAD_DIRECTIVE",
            Self::IntrospectionTooDeep => "INTROSPECTION_TOO_DEEP",
            Self::VariableRequired => "VARIABLE_REQUIRED",
        }
    }

    pub(super) fn english(self) -> &'static str {
        match self {
            Self::Syntax => "Syntax error",
            Self::AnonymousNotAlone => "An operation without a name must stand alone",
            Self::DuplicateOperation => "Two operations have the same name",
            Self::DuplicateFragment => "Two fragments have the same name",
            Self::UnknownFragment => "This fragment is not defined",
            Self::FragmentCycle => "This fragment contains itself",
            Self::UnknownDirective => "This directive is not known",
            Self::MisplacedDirective => "No directive may stand here",
            Self::BadDirective => "This directive stands once and has one Boolean argument: if",
            Self::IntrospectionTooDeep => "This asks for more than standard introspection does",
            Self::VariableRequired => "This variable needs a value",
        }
    }

    pub(super) fn chinese(self) -> &'static str {
        match self {
            Self::Syntax => "语法错误",
            Self::AnonymousNotAlone => "匿名操作必须单独出现",
            Self::DuplicateOperation => "操作重名",
            Self::DuplicateFragment => "片段重名",
            Self::UnknownFragment => "片段未定义",
            Self::FragmentCycle => "片段引用了自身",
            Self::UnknownDirective => "指令不存在",
            Self::MisplacedDirective => "此处不允许使用指令",
            Self::BadDirective => "指令只能出现一次,且只带一个布尔参数 if",
            Self::IntrospectionTooDeep => "内省超出标准内省查询的范围",
            Self::VariableRequired => "变量必须有值",
        }
    }
}

impl Place {
    /// The place of a byte of the document; the line ends are those of GraphQL.
    pub(super) fn of_byte(text: &str, byte: usize) -> Self {
        let before = text.get(..byte).unwrap_or(text);
        let returns = before.matches('\r').count() - before.matches("\r\n").count();
        let column = before.rsplit(['\n', '\r']).next().map_or(0, |line| line.chars().count());
        Self { line: before.matches('\n').count() + returns + 1, column: column + 1 }
    }
}

impl From<async_graphql::Pos> for Place {
    fn from(at: async_graphql::Pos) -> Self {
        Self { line: at.line, column: at.column }
    }
}
