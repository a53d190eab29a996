"""Puts the seeded credential into the bodies of version 1, which have it in place of a header."""

import schemathesis


@schemathesis.hook
def map_body(context, body):
    """Leaves all that is asked as it was made up."""
    return {**body, "id": "YOUR_COMMUNITY_ID", "key": "YOUR_API_KEY"}
