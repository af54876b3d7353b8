"""What customers are due, apply for and choose: serving copy, quotes, claims, choices."""
