//! Any text is read as the condition of an alert rule: refused with a place inside it, or judged on a plant, whatever
//! its tags hold, without a panic; and refused or taken alike when it is read again.

#![no_main]

use andon::alert::Alerts;
use andon::document::expression::parse_expression;
use andon::document::{AlertRule, Condition};
use andon::plant::{Incoming, Plant};
use andon::time::{Millis, Timestamp};
use andon::vocab::BrokerId;
use libfuzzer_sys::fuzz_target;

const NOW: Timestamp = Timestamp(1_790_000_000_000);
const BROKER: BrokerId = BrokerId(0);
/// A number, its set-point, a text, a switch, nothing: each under a name short enough to be found by chance.
const TAGS: [(&str, &str); 5] = [("x", "41.5"), ("s", "-1e308"), ("t", "\"Execute\""), ("b", "true"), ("n", "null")];

thread_local! {
    static PLANT: Plant = {
        let mut plant = Plant::new(&[], Vec::new(), 1 << 16);
        plant.link_up(NOW, BROKER);
        for round in 0..3 {
            for (name, payload) in TAGS {
                let topic = format!("a/l/m/{name}");
                let message =
                    Incoming { topic: &topic, payload: payload.as_bytes(), retained: false, qos: 0, properties: &[] };
                plant.apply(NOW + Millis(round * 1000), BROKER, message, &mut |_| ());
            }
        }
        plant.settle();
        plant
    };
}

fuzz_target!(|text: &str| {
    let read = parse_expression(text);
    assert_eq!(read, parse_expression(text));
    if let Err(error) = read {
        assert!((1..=text.chars().count() + 1).contains(&error.position), "{error}");
        assert!(!error.message.is_empty());
        return;
    }
    let rule = AlertRule {
        id: "r".into(),
        pattern: "#".into(),
        condition: Condition::Expression(text.into()),
        suppress_when: text.into(),
        ..AlertRule::default()
    };
    PLANT.with(|plant| {
        let mut alerts = Alerts::new(&[rule]);
        for secs in [3, 4, 60, 4000] {
            let now = NOW + Millis::from_secs(secs);
            alerts.adopt(now, plant);
            alerts.review(now, plant, true);
            alerts.settle(now, plant);
            alerts.handle_timeout(now, plant);
        }
        assert_eq!(alerts.totals().watched as usize, TAGS.len());
    });
});
