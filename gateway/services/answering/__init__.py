"""From a page asked to a page answered, and the record that is kept of it."""
