"""HTTP for those who do not speak GraphQL, and the doorway that every request comes through."""
