//! The alert's state machine against ISA-18.2's transitions: a table, and a reference written as sets of facts.

use andon::alert::{Happening, Standing};
use andon::vocab::AlertState::{
    self, Acknowledged, Normal, OutOfService, Returned, Shelved, Suppressed, Unacknowledged,
};
use proptest::prelude::*;

use Happening::{
    Acknowledged as Ack, Cleared, PutBack, Raised, Shelved as Shelve, Suppressed as Suppress, TakenOut, Unshelved,
    Unsuppressed,
};

/// What happens from normal on, and the states that follow one by one.
fn check(is_latching: bool, happenings: &[Happening], wanted: &[AlertState]) {
    let mut standing = Standing::default();
    let states: Vec<AlertState> = happenings
        .iter()
        .map(|happening| {
            standing = standing.after(*happening, is_latching);
            standing.state()
        })
        .collect();
    assert_eq!(states, wanted, "{happenings:?}, latching {is_latching}");
}

#[test]
fn the_transitions_of_the_standard() {
    check(false, &[Raised, Ack, Cleared], &[Unacknowledged, Acknowledged, Normal]);
    check(false, &[Raised, Cleared, Ack], &[Unacknowledged, Returned, Normal]);
    check(false, &[Raised, Cleared, Raised, Ack], &[Unacknowledged, Returned, Unacknowledged, Acknowledged]);
    check(false, &[Ack, Cleared], &[Normal, Normal]);
    // Latching: acknowledged before the return, and to be acknowledged again after it.
    check(true, &[Raised, Ack, Cleared, Ack], &[Unacknowledged, Acknowledged, Returned, Normal]);
}

#[test]
fn what_is_put_aside_comes_back_as_it_then_is() {
    check(false, &[Raised, Shelve, Unshelved], &[Unacknowledged, Shelved, Unacknowledged]);
    check(false, &[Raised, Ack, Shelve, Unshelved], &[Unacknowledged, Acknowledged, Shelved, Acknowledged]);
    // It came and went unseen: nothing to acknowledge.
    check(false, &[Shelve, Raised, Cleared, Unshelved], &[Shelved, Shelved, Shelved, Normal]);
    check(false, &[Shelve, Raised, Unshelved], &[Shelved, Shelved, Unacknowledged]);
    check(true, &[Shelve, Raised, Cleared, Unshelved], &[Shelved, Shelved, Shelved, Returned]);
    // Nobody acknowledges what is not on the list.
    check(false, &[Raised, Suppress, Ack, Unsuppressed], &[Unacknowledged, Suppressed, Suppressed, Unacknowledged]);
    // The more deliberate hides the less.
    check(
        false,
        &[Shelve, Suppress, TakenOut, PutBack, Unsuppressed, Unshelved],
        &[Shelved, Suppressed, OutOfService, OutOfService.min(Suppressed), Shelved, Normal],
    );
}

/// The same rules, said as what is true after a whole history.
fn reference(history: &[Happening], is_latching: bool) -> AlertState {
    let latest = |on: Happening, off: Happening| {
        history.iter().rev().find(|h| **h == on || **h == off).is_some_and(|h| *h == on)
    };
    if latest(TakenOut, PutBack) {
        return OutOfService;
    }
    if latest(Suppress, Unsuppressed) {
        return Suppressed;
    }
    if latest(Shelve, Unshelved) {
        return Shelved;
    }
    // Replays the three facts of the process with a separate notion of "aside" per step.
    let aside_at = |end: usize| {
        [(TakenOut, PutBack), (Suppress, Unsuppressed), (Shelve, Unshelved)]
            .into_iter()
            .any(|(on, off)| history[..end].iter().rev().find(|h| **h == on || **h == off).is_some_and(|h| *h == on))
    };
    let (mut active, mut owed) = (false, false);
    for (index, happening) in history.iter().enumerate() {
        match happening {
            Raised if !active => (active, owed) = (true, true),
            Cleared if active => (active, owed) = (false, is_latching || (owed && !aside_at(index))),
            Ack if !aside_at(index) => owed = false,
            _ => {}
        }
    }
    match (active, owed) {
        (true, true) => Unacknowledged,
        (true, false) => Acknowledged,
        (false, true) => Returned,
        (false, false) => Normal,
    }
}

proptest! {
    #[test]
    fn any_history_ends_where_the_reference_says(
        history in prop::collection::vec(
            prop::sample::select(vec![Raised, Cleared, Ack, Shelve, Unshelved, Suppress, Unsuppressed, TakenOut, PutBack]),
            0..40,
        ),
        is_latching: bool,
    ) {
        let end = history.iter().fold(Standing::default(), |standing, happening| standing.after(*happening, is_latching));
        prop_assert_eq!(end.state(), reference(&history, is_latching));
    }
}
