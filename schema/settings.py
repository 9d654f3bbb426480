"""An account's settings and markets."""

from typing import Annotated, Self

import strawberry
from strawberry import ID
from strawberry.scalars import JSON

from gateway.domain.catalog import MarketId
from gateway.domain.tenant import Tenant
from schema.catalog import Market
from schema.context import Ask


@strawberry.type(description="An account's settings.")
class TenantSettings:
    id: ID = strawberry.field(description="The account.")
    name: str = strawberry.field(description="The shop's name, as people write it.")
    time_zone: str = strawberry.field(description="Of the IANA database: in which days begin, and rules read the hour.")
    rates: JSON = strawberry.field(description="Currency → how many units of the reporting currency one unit of it is worth.")
    retention_days: int = strawberry.field(description="How long events are kept.")
    attribution_days: int = strawberry.field(description="How long after a click an order is attributed to it.")
    page_hosts: list[str] = strawberry.field(description="The hosts of the shop's pages.")
    page_url_pattern: str = strawberry.field(description="The page of a product that brings none; {id} is its id.")
    has_identity_secret: bool = strawberry.field(description="Whether a secret is set that signs userToken. It is never told.")
    keyless: bool = strawberry.field(description="Whether vendor dialects answer without a key, with the rights of a storefront.")
    release_minutes: int = strawberry.field(description="How often a new release is wanted.")
    holdout: float = strawberry.field(description="The share of units that no experiment touches, 0 to 0.5.")

    @classmethod
    def of(cls, it: Tenant) -> Self:
        return cls(
            id=ID(it.tenant_id),
            name=it.name,
            time_zone=it.time_zone,
            rates=JSON(dict(it.rates)),
            retention_days=it.retention_days,
            attribution_days=it.attribution_days,
            page_hosts=list(it.page_hosts),
            page_url_pattern=it.page_url_pattern,
            has_identity_secret=it.identity_secret is not None,
            keyless=it.keyless,
            release_minutes=it.release_minutes,
            holdout=it.holdout,
        )


@strawberry.input(description="Settings to change: what is not said, or null, stays as it is.")
class TenantSettingsInput:
    name: str | None = strawberry.field(default=None, description="1 to 200 characters.")
    time_zone: str | None = strawberry.field(default=None, description="Of the IANA database, such as Europe/Stockholm.")
    rates: JSON | None = strawberry.field(default=None, description='All rates, as in {"SEK": 1, "EUR": 11.3}.')
    retention_days: int | None = strawberry.field(default=None, description="1 to 3,650.")
    attribution_days: int | None = strawberry.field(default=None, description="1 to 90.")
    page_hosts: list[str] | None = strawberry.field(
        default=None, description="All hosts, without scheme and path, such as www.shop.example."
    )
    page_url_pattern: str | None = strawberry.field(
        default=None, description="A path or a URL with {id} in it, such as /products/{id}."
    )
    identity_secret: str | None = strawberry.field(
        default=None, description="32 printable characters at least; an empty text takes it away. Never told again."
    )
    keyless: bool | None = strawberry.field(default=None, description="Whether vendor dialects answer without a key.")
    release_minutes: int | None = strawberry.field(default=None, description="1 to 525,600.")
    holdout: float | None = strawberry.field(
        default=None, description="The share of units that no experiment touches, 0 to 0.5; 0 is none."
    )


@strawberry.input(description="A market.")
class MarketInput:
    id: str = strawberry.field(description="Lower-case letters, digits, - and _, 32 at most, such as se.")
    currency: str = strawberry.field(description="ISO 4217, such as SEK. It never changes: prices are in it.")
    locales: list[str] | None = strawberry.field(
        default=None, description="Its languages, its own first, such as sv-SE; where null, those it has."
    )


@strawberry.type
class Settling:
    """The part of Query that tells an account's settings."""

    @strawberry.field(description="ANALYST scope. The account's settings, as they are kept now.")
    async def tenant_settings(self, info: Ask) -> TenantSettings:
        shop, caller = info.context.admit()
        return TenantSettings.of(await info.context.gateway.administrator.settings(shop, caller))


@strawberry.type
class Governing:
    """The part of Mutation that changes an account's settings and markets."""

    @strawberry.mutation(description="ADMIN scope. All of these settings are changed, or none where one cannot be.")
    async def update_tenant(
        self, info: Ask, input: Annotated[TenantSettingsInput, strawberry.argument(description="What changes.")]
    ) -> TenantSettings:
        shop, caller = info.context.admit()
        changes = {name: value for name, value in vars(input).items() if value is not None}
        return TenantSettings.of(await info.context.gateway.administrator.change(shop, caller, changes))

    @strawberry.mutation(description="ADMIN scope. Adds a market, or gives one there is other languages.")
    async def upsert_market(
        self, info: Ask, input: Annotated[MarketInput, strawberry.argument(description="The market, whole.")]
    ) -> Market:
        shop, caller = info.context.admit()
        administrator = info.context.gateway.administrator
        return Market.of(await administrator.put_market(shop, caller, MarketId(input.id), input.currency, input.locales))
