from types import TracebackType
from typing import Literal, overload

from typing_extensions import Never, Self, TypeVar, Unpack

from ._async_cms import AsyncCms
from .instance import Base
from .options import CmsCredential, CmsOptions, InstanceOptions, PlainCredential, PlainOptions
from .response import Failed

# As in instance.pyi.
_FailedT_co = TypeVar("_FailedT_co", bound=Failed, default=Failed, covariant=True)

class AsyncInstance(Base[_FailedT_co]):
    cms: AsyncCms[_FailedT_co]
    # As those of Instance.
    @overload
    def __init__(
        self,
        options: InstanceOptions | None = None,
        /,
        *,
        throwErrors: Literal[False] | None = None,
        **keywords: Unpack[PlainCredential],
    ) -> None: ...
    @overload
    def __init__(
        self: AsyncInstance[Never],
        options: InstanceOptions | None = None,
        /,
        *,
        throwErrors: Literal[True],
        **keywords: Unpack[PlainCredential],
    ) -> None: ...
    @overload
    def __init__(
        self,
        options: InstanceOptions | None = None,
        /,
        *,
        throwErrors: bool,
        **keywords: Unpack[PlainCredential],
    ) -> None: ...
    @overload
    def __init__(
        self,
        options: InstanceOptions | None = None,
        /,
        *,
        throwErrors: Literal[False] | None = None,
        **keywords: Unpack[CmsCredential],
    ) -> None: ...
    @overload
    def __init__(
        self: AsyncInstance[Never],
        options: InstanceOptions | None = None,
        /,
        *,
        throwErrors: Literal[True],
        **keywords: Unpack[CmsCredential],
    ) -> None: ...
    @overload
    def __init__(
        self,
        options: InstanceOptions | None = None,
        /,
        *,
        throwErrors: bool,
        **keywords: Unpack[CmsCredential],
    ) -> None: ...
    @overload
    def __init__(
        self, options: PlainOptions | CmsOptions, /, **keywords: Unpack[InstanceOptions]
    ) -> None: ...
    def close(self) -> None: ...
    async def aclose(self) -> None: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...
