from types import TracebackType

from ._async_cms import AsyncCms
from .instance import Base

class AsyncInstance(Base):
    cms: AsyncCms
    def close(self) -> None: ...
    async def aclose(self) -> None: ...
    async def __aenter__(self) -> AsyncInstance: ...
    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...
