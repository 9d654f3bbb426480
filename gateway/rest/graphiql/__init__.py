"""GraphiQL, the query editor in the browser: its page, and the seven files that it is made of."""
