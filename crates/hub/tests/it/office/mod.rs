//! The pages of the back office: every one is drawn with sample data, in both languages.
#![expect(clippy::unwrap_used, reason = "a test says by panicking what is wrong")]

mod flows;
mod flows_data;
mod format;
mod help;
mod markup;
mod pages;
mod sample;
