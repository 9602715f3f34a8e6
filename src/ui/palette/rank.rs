//! How well a thing fits the words that were typed. Pure.

/// The fit, lower is better; `None` where a word is nowhere. `name` and `path` as shown, words in lower case.
pub fn fit(words: &[String], name: &str, path: &str) -> Option<u32> {
    let (name, path) = (name.to_lowercase(), path.to_lowercase());
    let mut sum = 0;
    for word in words {
        sum += match name.find(word.as_str()) {
            Some(0) => 0,
            Some(at) if !name[..at].ends_with(char::is_alphanumeric) => 1,
            Some(_) => 3,
            // The end of a path says more than its beginning.
            None => path.rfind(word.as_str()).map(|at| if path[at..].contains('/') { 6 } else { 4 })?,
        };
    }
    Some(sum)
}

/// What was typed, as words in lower case.
pub fn words_of(query: &str) -> Vec<String> {
    query.split_whitespace().map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_nearer_the_name_the_better() {
        let fit = |query: &str, name: &str, path: &str| fit(&words_of(query), name, path);
        let (start, word) = (fit("fill", "Filler 2", "a/line-1/filler-2"), fit("2", "Filler 2", "a/line-1/filler-2"));
        let (inside, above) = (fit("ller", "Filler 2", ""), fit("line", "Filler 2", "a/line-1/filler-2"));
        assert!(start < word && word < inside && inside < above, "{start:?} {word:?} {inside:?} {above:?}");
        assert_eq!(fit("filler nowhere", "Filler 2", "a/b"), None);
        assert_eq!(fit("", "Filler 2", "a/b"), Some(0));
        assert!(fit("LINE-1 filler", "Filler 2", "a/line-1/filler-2").is_some());
        assert!(fit("ß", "Straße", "ß").is_some());
    }
}
