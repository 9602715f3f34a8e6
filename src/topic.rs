//! MQTT topics and filters: validity, matching and levels (MQTT 5 §4.7). Ours, because every codec at hand gets `$`
//! topics, empty levels or non-ASCII first characters wrong.

/// Whether a topic name may be published to: 1..=65 535 bytes, no wildcard, no NUL (§4.7.3).
pub fn is_valid_topic(topic: &str) -> bool {
    !topic.is_empty() && topic.len() <= 65_535 && !topic.bytes().any(|b| matches!(b, b'+' | b'#' | 0))
}

/// Whether a filter may be subscribed to: wildcards stand alone in their level, `#` is last, a shared filter
/// (`$share/name/filter`, §4.8.2) has a plain name and a filter.
pub fn is_valid_filter(filter: &str) -> bool {
    if filter.is_empty() || filter.len() > 65_535 || filter.contains('\0') {
        return false;
    }
    let plain = match filter.strip_prefix("$share/") {
        Some(rest) => match rest.split_once('/') {
            Some((name, filter)) if !name.is_empty() && !name.contains(['+', '#']) && !filter.is_empty() => filter,
            _ => return false,
        },
        None => filter,
    };
    let mut levels = plain.split('/').peekable();
    while let Some(level) = levels.next() {
        match level {
            "+" => {}
            "#" if levels.peek().is_none() => {}
            "#" => return false,
            other if other.contains(['+', '#']) => return false,
            _ => {}
        }
    }
    true
}

/// Whether a topic matches a filter. A wildcard in the first level does not match a topic that begins with `$`
/// (§4.7.2). A shared filter matches as its plain part does.
pub fn matches(filter: &str, topic: &str) -> bool {
    let filter =
        filter.strip_prefix("$share/").and_then(|rest| rest.split_once('/')).map_or(filter, |(_, plain)| plain);
    if topic.starts_with('$') && filter.starts_with(['+', '#']) {
        return false;
    }
    let mut levels = topic.split('/');
    for want in filter.split('/') {
        match (want, levels.next()) {
            ("#", _) => return true, // also the parent level itself: `a/#` matches `a`
            ("+", Some(_)) => {}
            (want, Some(level)) if want == level => {}
            _ => return false,
        }
    }
    levels.next().is_none()
}

/// Whether some topic matches both filters.
pub fn overlaps(a: &str, b: &str) -> bool {
    let is_wild = |filter: &str| filter.starts_with(['+', '#']);
    if (a.starts_with('$') && is_wild(b)) || (b.starts_with('$') && is_wild(a)) {
        return false;
    }
    let (mut left, mut right) = (a.split('/'), b.split('/'));
    loop {
        match (left.next(), right.next()) {
            (None, None) | (Some("#"), _) | (_, Some("#")) => return true,
            (Some("+"), Some(_)) | (Some(_), Some("+")) => {}
            (Some(one), Some(other)) if one == other => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn matching() {
        for (filter, topic, want) in [
            ("a/b", "a/b", true),
            ("a/b", "a/b/c", false),
            ("a/+", "a/b", true),
            ("a/+", "a", false),
            ("+", "/a", false),
            ("/+", "/a", true),
            ("+/+", "/a", true),
            ("a/#", "a", true),
            ("a/#", "a/b/c", true),
            ("#", "a/b", true),
            ("#", "$SYS/x", false),
            ("+/x", "$SYS/x", false),
            ("$SYS/#", "$SYS/broker", true),
            ("é/+", "é/x", true),
            ("+/x", "é/x", true),
            ("a//b", "a//b", true),
            ("a/+/b", "a//b", true),
            ("$share/g/a/+", "a/b", true),
            ("a/b/#", "a", false),
            ("+/#", "a", true),
            ("", "", true),
        ] {
            assert_eq!(matches(filter, topic), want, "{filter} {topic}");
        }
    }

    #[test]
    fn overlapping() {
        for (a, b, want) in [
            ("#", "a/b", true),
            ("a/+", "+/b", true),
            ("a/+/c", "a/b", false),
            ("a/#", "a", true),
            ("a/b/#", "a", false),
            ("a/b", "a/c", false),
            ("#", "$SYS/#", false),
            ("$SYS/+", "$SYS/#", true),
            ("a/+/x/#", "a/b/+", true),
        ] {
            assert_eq!((overlaps(a, b), overlaps(b, a)), (want, want), "{a} {b}");
        }
    }

    #[test]
    fn validity() {
        for good in ["a", "/", "+", "#", "a/+/b", "a/#", "+/+/#", "$share/g/a/#", "a b/ü", "$SYS/#"] {
            assert!(is_valid_filter(good), "{good}");
        }
        for bad in ["", "a+", "+a/b", "a/#/b", "#/", "a#", "a\0b", "$share//a", "$share/g", "$share/g/", "$share/+/a"] {
            assert!(!is_valid_filter(bad), "{bad}");
        }
        assert!(is_valid_topic("a/b c/é"));
        for bad in ["", "a/+", "#", "a\0"] {
            assert!(!is_valid_topic(bad), "{bad}");
        }
    }
}
