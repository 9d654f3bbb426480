"""The form of an experiment: its fields as texts, and what they say in the words of the API."""
