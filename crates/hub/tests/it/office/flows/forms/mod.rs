//! What holds for every form: it is about the place for which it was opened, it has an end, it is
//! spent once, and only by whoever may. The forms are found by walking through the pages as every role.

mod lengths;
mod place;
mod rights;
mod twice;
pub(super) mod walk;
mod ways;
