"""Speed, measured beside other engines that answer the same questions: ``make bench``."""
