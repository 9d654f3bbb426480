"""Who visitors are: recalled, introduced, forgotten."""
