"""What a shop decides: placements, rules and lists, judged before they are kept."""
