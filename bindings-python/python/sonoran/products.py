"""The products of the service."""

from enum import IntEnum


class productEnums(IntEnum):
    """What an instance is for. This package speaks the CMS API."""

    CAD = 0
    CMS = 1
    RADIO = 2
