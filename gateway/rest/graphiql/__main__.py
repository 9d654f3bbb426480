"""python -m gateway.rest.graphiql: fetches the editor's files; always exits 0, as the page works without them."""

import sys

from gateway.rest.graphiql.fetch import fetch

sys.stdout.write(fetch() + "\n")
