//! What holds for every form: it is about the place for which it was opened, it has an end, and it is
//! spent once. The forms are found by walking through the pages as every role.

mod lengths;
mod place;
mod twice;
mod walk;
mod ways;
