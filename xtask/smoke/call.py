"""A call with the right key, and one with a wrong one. Fails if either is not answered as it must be."""

from sonoran import Instance, productEnums


def main() -> None:
    for key, status in ("YOUR_API_KEY", 200), ("WRONG", 401):
        instance = Instance(apiKey=key, communityId="YOUR_COMMUNITY_ID", product=productEnums.CMS, serverId=1)
        response = instance.cms.getAccountsV2()
        print(response.status, response.success, response.error and response.error.kind)
        assert response.status == status, response.reason


main()
