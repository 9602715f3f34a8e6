//! Tables for spreadsheets.

/// A cell (RFC 4180). What a spreadsheet would take for a formula is made text by a leading apostrophe: the values are
/// foreign.
fn push_csv(out: &mut String, cell: &str) {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
    let is_quoted = is_formula || cell.contains(['"', ',', '\n', '\r']);
    if !is_quoted {
        return out.push_str(cell);
    }
    out.push('"');
    if is_formula {
        out.push('\'');
    }
    out.push_str(&cell.replace('"', "\"\""));
    out.push('"');
}

/// A row of cells.
pub(super) fn push_row<'c>(out: &mut String, cells: impl IntoIterator<Item = &'c str>) {
    for (place, cell) in cells.into_iter().enumerate() {
        out.push_str(if place == 0 { "" } else { "," });
        push_csv(out, cell);
    }
    out.push_str("\r\n");
}
