"""API keys, as those who administer them see them."""

from datetime import datetime
from typing import Annotated, Self

import strawberry
from strawberry import ID

from gateway.domain.tenant import Environment, KeptKey, Scope
from gateway.services.administering.keys import Wish
from schema.context import Ask
from schema.recommendation import Warning
from schema.words import described

described(
    Scope,
    "Scope",
    "What a key may do.",
    {
        Scope.STOREFRONT: "Recommends, records events, reads the catalog; safe in a browser. Every key may that.",
        Scope.SERVER: "Writes the catalog too, and speaks for any visitor.",
        Scope.ANALYST: "Reads results and configuration.",
        Scope.ADMIN: "May do everything.",
        Scope.PREVIEW: "Sees drafts and other moments.",
    },
)
described(
    Environment,
    "Environment",
    "What a key is for.",
    {
        Environment.PRODUCTION: "Visitors.",
        Environment.INTEGRATION: "Trying out: sees drafts on production's data. What it is answered and what it tells is "
        "marked, never trained on, attributed or analysed.",
    },
)


@strawberry.type(description="A key; its secret is never told again.")
class ApiKey:
    id: ID = strawberry.field(description="A UUID.")
    name: str = strawberry.field(description="What it is for; the audit log calls it so.")
    scopes: list[Scope] = strawberry.field(description="What it may do.")
    allowed_origins: list[str] = strawberry.field(description="The sites whose pages may use it.")
    channel: str | None = strawberry.field(description="Where its answers are shown, where a request does not say.")
    environment: Environment = strawberry.field(description="What it is for.")
    created_at: datetime = strawberry.field(description="When it was made.")
    last_used_at: datetime | None = strawberry.field(description="When it was used last, up to two minutes behind; null: never.")
    expires_at: datetime | None = strawberry.field(description="When it stops by itself.")
    revoked_at: datetime | None = strawberry.field(description="When it was ended.")

    @classmethod
    def of(cls, it: KeptKey) -> Self:
        """The key as clients see it."""
        key = it.key
        return cls(
            id=ID(str(key.key_id)),
            name=key.name,
            scopes=sorted(key.scopes),
            allowed_origins=list(key.allowed_origins),
            channel=key.channel,
            environment=key.environment,
            created_at=it.created_at,
            last_used_at=it.last_used_at,
            expires_at=key.expires_at,
            revoked_at=it.revoked_at,
        )


@strawberry.type(description="A key just made.")
class ApiKeySecret:
    key: ApiKey = strawberry.field(description="The key.")
    secret: str = strawberry.field(description="Keep it now: only its hash is stored, and it is never told again.")
    warnings: list[Warning] = strawberry.field(description="Why it may not do what is hoped for, or more than is wanted.")


@strawberry.input(description="A key to be made.")
class ApiKeyInput:
    name: str = strawberry.field(description="What it is for, 1 to 200 characters.")
    scopes: list[Scope] = strawberry.field(description="One at least.")
    allowed_origins: list[str] | None = strawberry.field(
        default=None, description="The sites whose pages may use it, such as https://www.shop.example; no page where null."
    )
    channel: str | None = strawberry.field(default=None, description="web, app, email, call_centre, pos …")
    environment: Environment = strawberry.field(default=Environment.PRODUCTION, description="What it is for.")
    expires_at: datetime | None = strawberry.field(default=None, description="When it stops by itself; never where null.")

    def understood(self) -> Wish:
        """The wish in the gateway's words."""
        return Wish(
            name=self.name,
            scopes=frozenset(self.scopes),
            allowed_origins=tuple(self.allowed_origins or ()),
            channel=self.channel or None,
            environment=self.environment,
            expires_at=self.expires_at,
        )


@strawberry.type
class Keyring:
    """The part of Query that tells keys."""

    @strawberry.field(description="ADMIN scope. The keys, the newest first.")
    async def api_keys(
        self,
        info: Ask,
        revoked: Annotated[bool, strawberry.argument(description="Those that were revoked too.")] = False,
    ) -> list[ApiKey]:
        shop, caller = info.context.admit()
        return [ApiKey.of(each) for each in await info.context.gateway.administrator.read_keys(shop, caller, revoked=revoked)]


@strawberry.type
class Locksmith:
    """The part of Mutation that makes and ends keys."""

    @strawberry.mutation(description="ADMIN scope. A key, in force when this answers; its secret is told this once.")
    async def create_api_key(
        self, info: Ask, input: Annotated[ApiKeyInput, strawberry.argument(description="The key to be made.")]
    ) -> ApiKeySecret:
        shop, caller = info.context.admit()
        issued, warnings = await info.context.gateway.administrator.make_key(shop, caller, input.understood())
        return ApiKeySecret(key=ApiKey.of(issued.kept), secret=issued.secret, warnings=[Warning.of(each) for each in warnings])

    @strawberry.mutation(
        description="ADMIN scope. Ends a key: this server takes it no more, others within moments. CONFLICT for the last "
        "key with ADMIN."
    )
    async def revoke_api_key(self, info: Ask, id: Annotated[ID, strawberry.argument(description="The key.")]) -> ApiKey:
        shop, caller = info.context.admit()
        return ApiKey.of(await info.context.gateway.administrator.revoke_key(shop, caller, id))
