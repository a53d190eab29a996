"""The options of an instance, for annotations: nothing checks them when a program runs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from os import PathLike
from typing import TYPE_CHECKING, Any, Protocol, Union
from uuid import UUID

from .products import productEnums
from .types import CeilingName, RateLimitMode, ShareLimits, ShareLimitsFallback
from .watch import Attempt, Wait

if TYPE_CHECKING or sys.version_info >= (3, 12):
    from typing import TypedDict
else:
    # As in types.py.
    try:
        from typing_extensions import TypedDict
    except ImportError:
        from typing import TypedDict


class _HasItems(Protocol):
    def items(self) -> Iterable[tuple[str, Any]]: ...


class _Common(TypedDict, total=False):
    product: Union[productEnums, int, None]
    serverId: Union[int, str, None]
    defaultServerId: Union[int, str, None]
    cmsDefaultServerId: Union[int, str, None]
    cmsApiUrl: Union[str, None]
    cadApiKey: Union[str, None]
    cadCommunityId: Union[str, UUID, None]
    cadDefaultServerId: Union[int, str, None]
    cadApiUrl: Union[str, None]
    radioApiKey: Union[str, None]
    radioCommunityId: Union[str, int, UUID, None]
    radioDefaultServerId: Union[int, str, None]
    radioApiUrl: Union[str, None]
    radioServerUrl: Union[str, None]
    radioRoomId: Union[int, str, None]
    roomId: Union[int, str, None]
    apiUrl: Union[str, None]
    allowPlainHttp: Union[bool, None]
    apiHeaders: Union[_HasItems, Iterable[tuple[str, str]], None]
    timeout: Union[float, timedelta, None]
    connectTimeout: Union[float, timedelta, None]
    deadline: Union[float, timedelta, None]
    retries: Union[int, None]
    rateLimit: Union[RateLimitMode, None]
    maxWait: Union[float, timedelta, None]
    rateWindow: Union[float, timedelta, None]
    shareLimits: Union[ShareLimits, str, None]
    shareLimitsFolder: Union[str, PathLike[str], None]
    shareLimitsFallback: Union[ShareLimitsFallback, None]
    shareLimitsMembers: Union[int, None]
    ceilings: Union[Mapping[CeilingName, int], None]
    proxy: Union[str, None]
    rootCertificates: Union[Sequence[str], None]
    idleTimeout: Union[float, timedelta, None]
    userAgentSuffix: Union[str, None]
    debug: Union[bool, None]
    onWait: Union[Callable[[Wait], object], None]
    onAttempt: Union[Callable[[Attempt], object], None]


class _PlainCredential(_Common):
    apiKey: str
    communityId: Union[str, UUID]


class PlainCredential(_PlainCredential, total=False):
    """Options by name, with the credential under its plain names; throwErrors stands apart."""

    cmsApiKey: Union[str, None]
    cmsCommunityId: Union[str, UUID, None]


class _CmsCredential(_Common):
    cmsApiKey: str
    cmsCommunityId: Union[str, UUID]


class CmsCredential(_CmsCredential, total=False):
    """Options by name, with the credential under the names of the CMS; throwErrors stands apart."""

    apiKey: Union[str, None]
    communityId: Union[str, UUID, None]


class PlainOptions(PlainCredential, total=False):
    """The options of an instance, `Instance(options)`, with the credential under its plain names."""

    throwErrors: Union[bool, None]


class CmsOptions(CmsCredential, total=False):
    """The options of an instance, `Instance(options)`, with the credential under the names of the CMS."""

    throwErrors: Union[bool, None]


class InstanceOptions(_Common, total=False):
    """Some options of an instance, beside which others are given by name."""

    apiKey: Union[str, None]
    communityId: Union[str, UUID, None]
    cmsApiKey: Union[str, None]
    cmsCommunityId: Union[str, UUID, None]
    throwErrors: Union[bool, None]


class CallOptions(TypedDict, total=False):
    """The options of a call, by name."""

    timeout: Union[float, timedelta, None]
    deadline: Union[float, timedelta, None]
    retries: Union[int, None]
    maxWait: Union[float, timedelta, None]
    rateLimit: Union[RateLimitMode, None]
