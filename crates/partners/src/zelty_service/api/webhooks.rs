//! `GET` and `POST /webhooks`.

use serde_json::{Value, json};

use super::super::events::EVENT_NAMES;
use super::super::store::RecordKind;
use super::{ApiCall, Refusal};

/// What is shown in place of a secret.
const MASK: &str = "***";

/// Shows what is registered; the secret is masked.
pub(super) fn show(call: &ApiCall<'_>) -> Result<Value, Refusal> {
    let known = call.state.store().find(RecordKind::Webhooks, "all")?;
    let known = known.unwrap_or_else(|| json!({ "webhooks": {} }));
    Ok(json!({ "webhooks": known["webhooks"], "secret_key": MASK }))
}

/// Registers event by event; `null` removes one. The secret changes when one is sent.
pub(super) fn register(call: &ApiCall<'_>) -> Result<Value, Refusal> {
    let sent = call.json()?;
    let now = call.state.now();
    let webhooks = sent["webhooks"].as_object();
    let webhooks = webhooks.ok_or_else(|| Refusal::field("webhooks", "Mandatory"))?;
    if let Some(name) = webhooks
        .keys()
        .find(|it| !EVENT_NAMES.contains(&it.as_str()))
    {
        return Err(Refusal::field(name, "Unknown event"));
    }
    call.state.store().write(|tx| {
        let known = tx.find(RecordKind::Webhooks, "all")?;
        let mut known = known.unwrap_or_else(|| json!({ "webhooks": {}, "secret_key": "" }));
        if let Some(secret) = sent["secret_key"].as_str() {
            known["secret_key"] = json!(secret);
        }
        for (name, registration) in webhooks {
            if registration.is_null() {
                if let Some(all) = known["webhooks"].as_object_mut() {
                    all.remove(name);
                }
                continue;
            }
            let target = registration["target"].as_str();
            let target = target.ok_or_else(|| Refusal::field(name, "Target is mandatory"))?;
            let version = registration["version"].as_str().unwrap_or("v1");
            known["webhooks"][name] =
                json!({ "target": target, "version": version, "created_at": now.to_string() });
        }
        tx.put(RecordKind::Webhooks, "all", None, &known)?;
        Ok(json!({ "webhooks": known["webhooks"], "secret_key": MASK }))
    })
}
