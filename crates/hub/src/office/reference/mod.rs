//! **RÉFÉRENCE DE L'API**: the contract ([`crate::contract`]) for people, under `/docs/api`. Anybody may
//! read it. The frame is in the reader's language; what the code says of itself is in English.

pub(crate) mod http;
mod pages;
mod read;

pub use pages::{EventsPage, IndexPage, SectionPage, TypesPage};
pub use read::{
    ErrorDoc, FieldRow, OperationDoc, TypePart, TypeShape, operations, slices, typed, types,
};
