"""What is told of visitors: taken in, written together, added up, credited."""
