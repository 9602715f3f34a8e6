//! The MQTT session, sans-io: bytes in, publications and effects out. Knows no socket and no topic's meaning.
