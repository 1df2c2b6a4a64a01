//! How much a document and its variables may ask for.

/// The bounds of one request; each refusal names the bound it met.
///
/// "Expanded" counts a fragment once for every place that spreads it, which is what validation and
/// execution pay for; the others count what is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Length of the document in bytes.
    pub document_bytes: usize,
    /// Names, numbers, strings and punctuators; comments and commas are free.
    pub tokens: usize,
    /// Brackets of any kind open at once, and selection sets inside one another counted through
    /// fragments. Everything behind the guard may recurse this deep: raise it only after measuring
    /// the stack.
    pub nesting: usize,
    /// Length of one name in bytes.
    pub name_bytes: usize,
    /// Expanded fields.
    pub fields: usize,
    /// Expanded fields, each counted once more for every inline fragment and spread around it,
    /// because the fields of all of these are compared with one another.
    pub visits: usize,
    /// Fields inside one another; an introspection field counts as one.
    pub depth: usize,
    /// Fields inside one another from `__schema` or `__type` downwards: what the standard
    /// introspection query of graphql-js and GraphiQL needs, with its nine levels of `ofType`.
    pub introspection_depth: usize,
    /// Lists inside one another below `__schema` or `__type`: what the standard query needs.
    pub introspection_lists: usize,
    /// Expanded aliases.
    pub aliases: usize,
    /// Expanded directives.
    pub directives: usize,
    /// Arguments of one field.
    pub arguments: usize,
    /// Expanded argument values, each literal item, each variable and each 64 bytes of a string.
    pub values: usize,
    /// Variable values, counted like `values`, times the places that use a variable: each place
    /// copies what it uses.
    pub variable_copies: usize,
    /// Expanded fields at the root of one operation.
    pub root_fields: usize,
    /// Variables of one operation.
    pub variables: usize,
    /// Operations of one document.
    pub operations: usize,
    /// Objects and lists inside one another in the JSON of variables and of extensions.
    pub json_depth: usize,
    /// Values in the JSON of one request.
    pub json_values: usize,
    /// Checked documents kept for the next time, at most.
    pub cached_documents: usize,
    /// Estimated memory of the checked documents that are kept.
    pub cached_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document_bytes: 64 * 1024,
            tokens: 4_000,
            nesting: 48,
            name_bytes: 256,
            fields: 1_000,
            visits: 4_000,
            depth: 14,
            introspection_depth: 15,
            introspection_lists: 3,
            aliases: 60,
            directives: 40,
            arguments: 64,
            values: 20_000,
            variable_copies: 100_000,
            root_fields: 40,
            variables: 100,
            operations: 10,
            json_depth: 32,
            json_values: 10_000,
            cached_documents: 1_000,
            cached_bytes: 32 * 1024 * 1024,
        }
    }
}
