"""What customers were shown, signed."""
