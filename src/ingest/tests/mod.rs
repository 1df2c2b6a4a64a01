//! Tests over whole files, and those too long for the file they test.

mod bounds;
mod csv;
mod dates;
mod demands;
mod large;
mod organisations;
mod resources;
mod table;
mod xlsx;
