"""Admit a caller by its key, and recognise a visitor as far as we believe what is said."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

import jwt

from gateway.domain.identity import Identity, IdentityKind, normalised
from gateway.domain.tenant import ApiKey, Caller, Scope, Tenant
from gateway.domain.told import Told
from gateway.domain.visitor import SessionId, UserId, Visitor, VisitorId
from gateway.errors import BadInput, Forbidden, Unauthenticated
from gateway.services.administering.keys import hash_secret
from gateway.services.asking.bounds import check_attributes, check_text, is_sound
from gateway.services.shop import Shop, Shops


def admit(shops: Shops, secret: str | None, *, origin: str | None, now: datetime) -> tuple[Shop, Caller]:
    """Who asks, by the key's secret. `origin`: the page's, where another site's browser asks."""
    if not secret:
        raise Unauthenticated
    found = shops.with_key(hash_secret(secret))
    if found is None:
        raise Unauthenticated("this API key is not known, or was revoked")
    shop, key = found
    if not key.is_live(now):
        raise Unauthenticated("this API key has expired")
    if origin and not _allows(key, origin):
        raise Forbidden(f"this API key may not be used from {origin}; add it to the key's allowed origins")
    shops.uses.note(key, now)
    return shop, Caller(shop.tenant.tenant_id, key.scopes, key.channel, key.name, key.environment)


def admit_keyless(shops: Shops, tenant_id: str) -> tuple[Shop, Caller]:
    """A vendor's client that sends no key, with STOREFRONT rights, where the tenant allows that."""
    shop = shops.get(tenant_id)
    if shop is None or not shop.tenant.keyless:
        raise Unauthenticated
    return shop, Caller(shop.tenant.tenant_id, frozenset({Scope.STOREFRONT}))


def require(caller: Caller, scope: Scope) -> None:
    """Forbidden where the caller may not do what `scope` allows."""
    if not caller.may(scope):
        raise Forbidden(f"this needs a key with the scope {scope}; this key has {', '.join(sorted(caller.scopes))}")


def require_recording(caller: Caller) -> None:
    """Forbidden where the caller's key is for looking only."""
    if not caller.may_record:
        has = ", ".join(sorted(caller.scopes))
        raise Forbidden(f"to record needs a key with the scope STOREFRONT or SERVER; this key has {has}, which only looks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """The ids by which a caller names a visitor; an empty one is none."""

    session_id: str | None = None
    user_id: str | None = None
    visitor_id: str | None = None
    user_token: str | None = field(default=None, repr=False)
    external_id: str | None = None
    contact_id: str | None = None
    email: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)

    @property
    def is_anyone(self) -> bool:
        """Whether there is any id at all."""
        return any((self.session_id, self.user_id, self.visitor_id, self.user_token)) or _is_known(self)


def recognise_asker(caller: Caller, tenant: Tenant, asked: object, attributes: object) -> Visitor:
    """Who asks for a page, as far as it is believed. `asked` has the fields of Naming; BadInput where there is no id at all."""
    named = Naming(**{each.name: getattr(asked, each.name) for each in fields(Naming)})
    if not named.is_anyone:
        raise BadInput("at least one of sessionId, userId and visitorId is needed", field="visitor")
    return replace(recognise(caller, tenant, named), attributes=check_attributes("visitor.attributes", attributes))


def recognise(caller: Caller, tenant: Tenant, told: Naming | Told) -> Visitor:
    """The visitor, as far as it is believed: a browser's user id opens nothing without the shop's signature.

    BadInput where the token is not the shop's, is not this user's, or has expired, or an id cannot be; Forbidden where a key
    without SERVER names someone by what only the shop knows.
    """
    named = UserId(told.user_id) if told.user_id else None
    signed = _signed_user(tenant, told.user_token) if told.user_token else None
    if signed and named and signed != named:
        raise BadInput("the token was made for another user than userId", field="userToken")
    believed = signed or (named if caller.may(Scope.SERVER) else None)
    ids = (("sessionId", told.session_id), ("userId", named), ("visitorId", told.visitor_id), ("userToken", signed))
    for name, value in ids:
        if value and not is_sound(value):
            check_text(name, (value,))
    return Visitor(
        session_id=SessionId(told.session_id) if told.session_id else None,
        user_id=believed,
        visitor_id=VisitorId(told.visitor_id) if told.visitor_id else None,
        claimed_user_id=None if believed else named,
        identities=tuple(_identities(caller, told)) if _is_known(told) else (),
    )


def _is_known(told: Naming | Told) -> bool:
    """Whether there is an id that only the shop may name a person by."""
    return bool(told.external_id or told.contact_id or told.email or told.phone)


def _identities(caller: Caller, told: Naming | Told) -> Iterator[Identity]:
    """What only the shop may name a person by; the surest first."""
    known_by = (
        (IdentityKind.EXTERNAL, "externalId", told.external_id),
        (IdentityKind.CONTACT, "contactId", told.contact_id),
        (IdentityKind.EMAIL, "email", told.email),
        (IdentityKind.PHONE, "phone", told.phone),
    )
    for kind, name, value in known_by:
        if not value:
            continue
        if not caller.may(Scope.SERVER):
            raise Forbidden(f"{name} needs a key with the scope SERVER", field=name)
        check_text(name, (value,))
        identity = normalised(Identity(kind, value))
        if identity is None:
            raise BadInput("is no e-mail address" if kind is IdentityKind.EMAIL else "is no phone number", field=name)
        yield identity


def _allows(key: ApiKey, origin: str) -> bool:
    return origin in key.allowed_origins


def _signed_user(tenant: Tenant, token: str) -> UserId:
    if not tenant.identity_secret:
        raise BadInput("this shop has set no identity secret, so no token can be checked", field="userToken")
    try:
        claims = jwt.decode(token, tenant.identity_secret, algorithms=["HS256"], options={"require": ["sub", "exp"]})
    except jwt.ExpiredSignatureError:
        raise BadInput("the token has expired", field="userToken") from None
    except jwt.InvalidTokenError:
        raise BadInput(
            "the token is not a JWT (HS256) with sub and exp under the shop's identity secret", field="userToken"
        ) from None
    if not claims["sub"]:
        raise BadInput("the token's sub is empty", field="userToken")
    return UserId(claims["sub"])
