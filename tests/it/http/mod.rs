//! The endpoint as clients meet it, before a tiny schema of its own.

mod answers;
mod endpoint;
mod probe;
mod shape;
mod size;
