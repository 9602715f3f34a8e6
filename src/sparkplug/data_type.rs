//! Datatypes by their numbers (3.0 §6.4.16).

/// What a value is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are the specification's")]
#[repr(u8)]
pub enum DataType {
    #[default]
    Unknown = 0,
    Int8 = 1,
    Int16 = 2,
    Int32 = 3,
    Int64 = 4,
    UInt8 = 5,
    UInt16 = 6,
    UInt32 = 7,
    UInt64 = 8,
    Float = 9,
    Double = 10,
    Boolean = 11,
    String = 12,
    DateTime = 13,
    Text = 14,
    Uuid = 15,
    DataSet = 16,
    Bytes = 17,
    File = 18,
    Template = 19,
    PropertySet = 20,
    PropertySetList = 21,
    Int8Array = 22,
    Int16Array = 23,
    Int32Array = 24,
    Int64Array = 25,
    UInt8Array = 26,
    UInt16Array = 27,
    UInt32Array = 28,
    UInt64Array = 29,
    FloatArray = 30,
    DoubleArray = 31,
    BooleanArray = 32,
    StringArray = 33,
    DateTimeArray = 34,
}

impl DataType {
    /// The type of this number; a number that this version does not know is [`DataType::Unknown`].
    pub fn from_number(number: u32) -> Self {
        ALL.get(number as usize).copied().unwrap_or_default()
    }

    /// Whether it is one of the 13 arrays.
    pub const fn is_array(self) -> bool {
        self as u8 >= Self::Int8Array as u8
    }

    /// Bytes of one element of an array whose elements all have as many.
    pub(super) const fn element_width(self) -> Option<usize> {
        match self {
            Self::Int8Array | Self::UInt8Array => Some(1),
            Self::Int16Array | Self::UInt16Array => Some(2),
            Self::Int32Array | Self::UInt32Array | Self::FloatArray => Some(4),
            Self::Int64Array | Self::UInt64Array | Self::DoubleArray | Self::DateTimeArray => Some(8),
            _ => None,
        }
    }
}

const ALL: [DataType; 35] = {
    use DataType as T;
    [
        T::Unknown,
        T::Int8,
        T::Int16,
        T::Int32,
        T::Int64,
        T::UInt8,
        T::UInt16,
        T::UInt32,
        T::UInt64,
        T::Float,
        T::Double,
        T::Boolean,
        T::String,
        T::DateTime,
        T::Text,
        T::Uuid,
        T::DataSet,
        T::Bytes,
        T::File,
        T::Template,
        T::PropertySet,
        T::PropertySetList,
        T::Int8Array,
        T::Int16Array,
        T::Int32Array,
        T::Int64Array,
        T::UInt8Array,
        T::UInt16Array,
        T::UInt32Array,
        T::UInt64Array,
        T::FloatArray,
        T::DoubleArray,
        T::BooleanArray,
        T::StringArray,
        T::DateTimeArray,
    ]
};
