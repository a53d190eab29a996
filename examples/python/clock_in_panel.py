"""A web panel where members clock in and out, with FastAPI.

    pip install fastapi uvicorn
    uvicorn clock_in_panel:app

SONORAN_API_KEY and SONORAN_COMMUNITY_ID are the credential, which the emulator has as YOUR_API_KEY and
YOUR_COMMUNITY_ID; SONORAN_CMS_API_URL is the emulator's address.
"""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Literal

from fastapi import FastAPI, HTTPException, Request

from sonoran import AsyncInstance
from sonoran.types import ClockAccountPayload

# What a browser shows for each kind of failure; all others are the service's, and may pass.
STATUS = {"api": 400, "notFound": 404, "rateLimited": 429}


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None, None]:
    """One instance for all requests; what still waits when the server ends is cancelled."""
    async with AsyncInstance(
        apiKey=os.environ["SONORAN_API_KEY"], communityId=os.environ["SONORAN_COMMUNITY_ID"]
    ) as instance:
        app.state.sonoran = instance
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/health")
async def health() -> dict[str, bool]:
    """Answers at once, however many calls wait for the service."""
    return {"ok": True}


@app.post("/members/{account}/clock/{intention}")
async def clock(account: str, intention: Literal["in", "out"], request: Request) -> dict[str, bool]:
    """Clocks a member in or out."""
    instance: AsyncInstance = request.app.state.sonoran
    payload: ClockAccountPayload = {"accId": account, "intention": intention}
    try:
        response = await instance.cms.clockAccountV2(account, payload, deadline=10)
    except ValueError as error:
        # Such as an id that is no UUID: nothing was sent.
        raise HTTPException(422, str(error)) from error
    if not response:
        raise HTTPException(STATUS.get(response.error.kind, 503), response.reason)
    return {"clockedIn": intention == "in"}
