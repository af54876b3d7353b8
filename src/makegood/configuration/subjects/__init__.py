"""The settings of each subject, as parts that ``Settings`` is composed of."""
