//! In which form addresses go over the wire.

use super::{change, follow, till_and_office};
use crate::engine::apply;
use crate::support::{Receiver, TestHub};

const GIVEN: &str = "/rappel/été//a/../%C3%A9?lieu=Orléans&q=a+b|\"{c}'[d]^~&e=%2F%zz";
const SENT: &str =
    "/rappel/%C3%A9t%C3%A9//a/../%C3%A9?lieu=Orl%C3%A9ans&q=a+b|%22{c}'[d]^~&e=%2F%zz";

#[apply(each_engine!)]
fn what_is_not_ascii_in_a_callback_url_is_sent_percent_encoded_and_shown_as_given(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (till, office) = till_and_office(&hub, &receiver);
    follow(&till, &receiver.url(GIVEN));
    change(&office, &hub.location, 21);
    hub.dispatch();
    let paths: Vec<String> = receiver.received().into_iter().map(|it| it.path).collect();
    assert_eq!(paths, [SENT]);
    assert_eq!(till.get("/callback").ok()["url"], receiver.url(GIVEN));
}

#[test]
fn a_name_in_another_alphabet_leaves_path_and_query_alone() {
    for (given, sent) in [
        (
            "http://bücher.example/ä",
            "http://xn--bcher-kva.example/%C3%A4",
        ),
        (
            "https://Bücher.example:8443?x=//",
            "https://xn--bcher-kva.example:8443?x=//",
        ),
        (
            "http://Kasse.example/%7ea/./b",
            "http://Kasse.example/%7ea/./b",
        ),
        (" http://kasse.example/a b ", "http://kasse.example/a%20b"),
    ] {
        assert_eq!(hub::outbound::in_ascii(given), sent, "{given}");
    }
}
