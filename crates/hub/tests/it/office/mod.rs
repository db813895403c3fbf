//! The pages of the back office: every one is drawn with sample data, in both languages.

mod format;
mod pages;
mod sample;
