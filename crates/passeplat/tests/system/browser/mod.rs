//! The demo in Chromium, clicked through as the guides of the connected systems tell their users.
//!
//! Things are found by what a person sees: the text of a button, the label of a field. Pictures
//! go to `target/screenshots`, to be looked at. The browser and its driver are started and
//! killed by each test.

mod demo;
mod driver;
mod history;
mod kezia;
mod live;
mod narrow;
mod pos_helper;
mod screen;
mod second_factor;
mod support_desk;
mod words;
mod zelty;
