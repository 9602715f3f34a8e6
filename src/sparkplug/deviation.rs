//! How publishers depart from the specification: each way has a name and is counted per edge node.

/// A departure that was survived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Deviation {
    /// Bytes that are no payload, or a compressed body that cannot be undone within the bound.
    Unreadable,
    /// Bytes that end within a field.
    Cut,
    /// A metric of a birth without a name.
    Nameless,
    /// A metric that the birth does not list.
    UnknownMetric,
    /// An alias that no birth explains.
    UnknownAlias,
    /// One alias for two metrics.
    AliasTwice,
    /// A birth's metric without a datatype, or one that nobody knows.
    NoDatatype,
    /// Named one way in the birth (`DATA/x`) and another in data (`x`).
    NameDiffers,
    /// A message without `seq`.
    NoSeq,
    /// An NBIRTH whose `seq` is not 0.
    BirthSeq,
    /// `seq` greater than 255.
    SeqRange,
    /// The same `seq` twice in a row: delivered twice, left out.
    Again,
    /// Came late and out of order.
    Late,
    /// An NBIRTH or NDEATH without `bdSeq`.
    NoBdSeq,
    /// An NDEATH of an older session; left out.
    OldDeath,
    /// An NDEATH whose `bdSeq` is not the birth's, nor an older one's.
    StrangeDeath,
    /// Data before the NBIRTH of this session.
    BeforeBirth,
    /// Data of a device before its DBIRTH of this session.
    BeforeDeviceBirth,
    /// A message that the broker had retained.
    Retained,
    /// No time in the payload.
    NoTime,
    /// Keys and values of a property set differ in number.
    UnevenProperties,
    /// A DataSet whose columns, types and count disagree.
    UnevenDataSet,
    /// A template instance that names no known definition.
    NoDefinition,
    /// Nested deeper, or more of it, than is read.
    TooMuch,
}

impl Deviation {
    /// How many there are.
    pub const COUNT: usize = 24;

    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Unreadable => "payload unreadable",
            Self::Cut => "payload ends within a field",
            Self::Nameless => "metric of a birth without a name",
            Self::UnknownMetric => "metric not in the birth",
            Self::UnknownAlias => "alias that no birth explains",
            Self::AliasTwice => "one alias for two metrics",
            Self::NoDatatype => "metric of a birth without a datatype",
            Self::NameDiffers => "named differently in birth and data",
            Self::NoSeq => "message without seq",
            Self::BirthSeq => "NBIRTH whose seq is not 0",
            Self::SeqRange => "seq beyond 255",
            Self::Again => "message delivered twice",
            Self::Late => "message late and out of order",
            Self::NoBdSeq => "birth or death without bdSeq",
            Self::OldDeath => "NDEATH of an older session",
            Self::StrangeDeath => "NDEATH with a strange bdSeq",
            Self::BeforeBirth => "data before the NBIRTH",
            Self::BeforeDeviceBirth => "device's data before its DBIRTH",
            Self::Retained => "retained message",
            Self::NoTime => "payload without a time",
            Self::UnevenProperties => "property keys and values differ in number",
            Self::UnevenDataSet => "DataSet columns and types disagree",
            Self::NoDefinition => "template instance without its definition",
            Self::TooMuch => "more or deeper than is read",
        }
    }
}

/// Counts by kind.
#[derive(Clone, Debug, Default)]
pub struct Deviations {
    counts: [u32; Deviation::COUNT],
}

impl Deviations {
    /// One more.
    pub(super) const fn count(&mut self, deviation: Deviation) {
        let place = deviation as usize;
        self.counts[place] = self.counts[place].saturating_add(1);
    }

    /// How often.
    pub const fn of(&self, deviation: Deviation) -> u32 {
        self.counts[deviation as usize]
    }

    /// Those that occurred, in words and how often.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u32)> {
        ALL.into_iter().map(|deviation| (deviation.words(), self.of(deviation))).filter(|(_, count)| *count > 0)
    }
}

const ALL: [Deviation; Deviation::COUNT] = {
    use Deviation as D;
    [
        D::Unreadable,
        D::Cut,
        D::Nameless,
        D::UnknownMetric,
        D::UnknownAlias,
        D::AliasTwice,
        D::NoDatatype,
        D::NameDiffers,
        D::NoSeq,
        D::BirthSeq,
        D::SeqRange,
        D::Again,
        D::Late,
        D::NoBdSeq,
        D::OldDeath,
        D::StrangeDeath,
        D::BeforeBirth,
        D::BeforeDeviceBirth,
        D::Retained,
        D::NoTime,
        D::UnevenProperties,
        D::UnevenDataSet,
        D::NoDefinition,
        D::TooMuch,
    ]
};
