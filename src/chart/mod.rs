//! Maths about pixels, and drawing generic over the backend.
