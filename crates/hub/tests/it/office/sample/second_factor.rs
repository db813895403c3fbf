//! Setting up the second factor.

use hub::office::profile::second_factor::{
    AppSetUp, QrDrawing, RecoveryCodesPage, SecondFactorPage, SecondFactorStep,
};
use hub::office::translations::Language;
use hub::office::widgets::Field;
use hub::users::second_factor::TotpSecret;

use super::{RenderedPage, frame, keep};

pub fn draw(language: Language, pages: &mut Vec<RenderedPage>) {
    let words = language.translations();
    let secret = TotpSecret::parse("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
    let address = secret.address("Passeplat", "ada.martin@example.com");
    let set_up = SecondFactorStep::SetUp(AppSetUp {
        qr_code: QrDrawing::of(&address),
        secret: secret.spaced_text(),
    });
    let on = SecondFactorStep::On(words.second_factor.state("07/03/2026", 9));
    for (name, step) in [
        ("second_factor_off", SecondFactorStep::Off),
        ("second_factor_set_up", set_up),
        ("second_factor_on", on),
    ] {
        let page = SecondFactorPage {
            frame: frame(language, None),
            step,
            confirm: Field::default(),
            code: Field::default().wrong(words.second_factor.wrong_clock),
            current: Field::default().wrong(words.profile.wrong_current),
        };
        keep(pages, name, &page);
    }
    let codes = (0..10).map(|number| format!("k{number}m4-9xtz-07qv"));
    let page = RecoveryCodesPage {
        frame: frame(language, None),
        codes: codes.collect(),
    };
    keep(pages, "recovery_codes", &page);
}
