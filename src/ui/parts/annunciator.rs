//! Calls a person: a sound by priority, and a notification while the tab is hidden. Browsers let a page sound only after
//! somebody has touched it, so the sound is turned on by a button; muting ends by itself.

use leptos::prelude::*;
use web_sys::{AudioContext, AudioContextState, Notification, NotificationOptions, NotificationPermission};

use crate::time::{Millis, Timestamp};
use crate::ui::format::span_words;
use crate::ui::parts::erased::{attr, block, click, effect, maybe, words};
use crate::ui::state::use_live;
use crate::ui::storage::{Keep, load, save};
use crate::vocab::Priority;
use crate::wire::Alert;

/// The context. Copies share.
#[derive(Clone, Copy)]
pub struct Annunciator {
    audio: StoredValue<Option<AudioContext>, LocalStorage>,
    /// Somebody wants to hear alerts on this device.
    is_on: RwSignal<bool>,
    /// The browser lets this page sound.
    is_unlocked: RwSignal<bool>,
    muted_until: RwSignal<Timestamp>,
}

impl Annunciator {
    /// As this device remembers it.
    pub fn load() -> Self {
        let annunciator = Self {
            audio: StoredValue::new_local(None),
            is_on: RwSignal::new(load(Keep::Device, SOUND).is_some_and(|word| word == "on")),
            is_unlocked: RwSignal::new(false),
            muted_until: RwSignal::new(Timestamp::default()),
        };
        // A sound that was on before the reload comes back with the first touch.
        if annunciator.is_on.get_untracked() {
            for event in ["pointerdown", "keydown"] {
                let listener = window_event_listener_untyped(event, move |_| annunciator.unlock());
                std::mem::forget(listener); // as long as the page
            }
        }
        annunciator
    }

    /// Watches for news; once, in the frame.
    pub fn watch(self) {
        let live = use_live();
        effect(move || {
            if let Some(alert) = live.alerts.news.get() {
                let now = live.second.get_untracked();
                if self.is_on.get_untracked() && now >= self.muted_until.get_untracked() {
                    self.sound(alert.priority);
                }
                if document().hidden() {
                    notify(&alert);
                }
            }
        });
    }

    fn unlock(self) {
        if self.is_unlocked.get_untracked() {
            return;
        }
        self.audio.update_value(|audio| {
            if audio.is_none() {
                *audio = AudioContext::new().ok();
            }
            if let Some(audio) = audio {
                let _resumed = audio.resume();
            }
        });
        self.is_unlocked.set(self.audio.with_value(Option::is_some));
    }

    fn turn(self) {
        let is_on = !self.is_on.get_untracked();
        self.is_on.set(is_on);
        self.muted_until.set(Timestamp::default());
        let _kept = save(Keep::Device, SOUND, if is_on { "on" } else { "off" });
        if is_on {
            self.unlock();
            self.sound(Priority::Low);
            let _asked = Notification::request_permission();
        }
    }

    /// Short tones: the more urgent, the higher and the more of them.
    fn sound(self, priority: Priority) {
        let (tones, pitch) = match priority {
            Priority::Critical => (4, 980.0),
            Priority::High => (3, 784.0),
            Priority::Medium => (2, 587.0),
            Priority::Low => (1, 440.0),
        };
        self.audio.with_value(|audio| {
            let Some(audio) = audio.as_ref().filter(|audio| audio.state() == AudioContextState::Running) else {
                return;
            };
            for tone in 0..tones {
                // A tone that cannot be made is not heard; nothing else depends on it.
                let _heard = beep(audio, pitch, audio.current_time() + 0.02 + f64::from(tone) * 0.22);
            }
        });
        if priority <= Priority::High {
            let _felt = window().navigator().vibrate_with_duration(300);
        }
    }
}

fn beep(audio: &AudioContext, pitch: f32, at: f64) -> Result<(), wasm_bindgen::JsValue> {
    let (tone, volume) = (audio.create_oscillator()?, audio.create_gain()?);
    tone.frequency().set_value(pitch);
    volume.gain().set_value_at_time(0.0, at)?;
    volume.gain().linear_ramp_to_value_at_time(0.25, at + 0.015)?;
    volume.gain().linear_ramp_to_value_at_time(0.0, at + 0.16)?;
    tone.connect_with_audio_node(&volume)?.connect_with_audio_node(&audio.destination())?;
    tone.start_with_when(at)?;
    tone.stop_with_when(at + 0.2)
}

fn notify(alert: &Alert) {
    if !window().is_secure_context() || Notification::permission() != NotificationPermission::Granted {
        return;
    }
    let options = NotificationOptions::new();
    options.set_body(&alert.path);
    options.set_tag(&format!("{}@{}", alert.rule, alert.path));
    let _shown = Notification::new_with_options(&alert.message, &options);
}

/// The switch, and the mute that ends by itself.
#[component]
pub fn SoundSwitch() -> impl IntoView {
    let live = use_live();
    let annunciator = use_annunciator();
    let left = move || annunciator.muted_until.get() - live.second.get();
    let is_muted = Memo::new(move |_| left() > Millis(0));
    let state = move || match (annunciator.is_on.get(), is_muted.get(), annunciator.is_unlocked.get()) {
        (false, _, _) => "off",
        (true, true, _) => "muted",
        (true, false, true) => "on",
        (true, false, false) => "waiting",
    };
    let mute = move || {
        let now = live.second.get_untracked();
        let is_over = annunciator.muted_until.get_untracked() <= now;
        annunciator.muted_until.set(if is_over { now + MUTE } else { Timestamp::default() });
    };
    view! {
        <button
            class="button"
            data-testid="sound"
            data-sound=attr(state)
            aria-pressed=attr(move || annunciator.is_on.get())
            on:click=click(move || annunciator.turn())
        >
            {words(move || match state() {
                "off" => "Sound off".into(),
                "waiting" => "Sound on, after a touch".into(),
                _ => "Sound on".to_owned(),
            })}
        </button>
        {block(move || {
            maybe(
                annunciator.is_on.get().then_some(()),
                |()| {
                    view! {
                        <button class="button" data-testid="mute" on:click=click(mute)>
                            {words(move || {
                                if is_muted.get() { format!("Muted, {} left", span_words(left())) } else { "Mute 10 min".into() }
                            })}
                        </button>
                    }
                        .into_any()
                },
            )
        })}
    }
}

/// The context, from any component.
#[expect(clippy::expect_used, reason = "the app provides it before anything is mounted; without it nothing can show")]
pub fn use_annunciator() -> Annunciator {
    use_context().expect("Annunciator is provided by the app")
}

const SOUND: &str = "sound";
const MUTE: Millis = Millis(600_000);
