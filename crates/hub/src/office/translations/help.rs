//! The help; its texts are in `crates/hub/help`.

super::translations! {
    /// The help, around its texts.
    Help {
        title: "Aide", "Help";
        lead: "Comment faire, et que faire quand quelque chose ne va pas. Choisissez un sujet, ou ce que vous constatez.", "How to do it, and what to do when something is wrong. Choose a topic, or what you see.";
        guides: "Sujets", "Topics";
        apps: "Applications", "Applications";
        problems: "Ce que vous constatez", "What you see";
        developers: "Pour les développeurs", "For developers";
        contents: "Sur cette page", "On this page";
        cause: "Cause", "Cause";
        remedy: "Que faire", "What to do";
        who: "Qui peut le faire", "Who can do it";
        learn_more: "En savoir plus", "Learn more";
        office: "Retour au back-office", "Back to the back office";
    } with {
        about(what: &str): format!("En savoir plus : {what}"), format!("Learn more: {what}");
    }
}
