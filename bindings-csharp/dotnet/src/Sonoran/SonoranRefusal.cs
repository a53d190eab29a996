namespace Sonoran;

/// <summary>Documented refusals: the values of <see cref="SonoranFailure.refusal"/>, the same in every language of the SDK.</summary>
/// <remarks>Texts and no enumeration, so that one which a later version knows is no surprise. An outage never is one of them.</remarks>
public static class SonoranRefusal
{
    /// <summary>The account is known and may not join the server.</summary>
    public const string notWhitelisted = "notWhitelisted";

    /// <summary>A rank of the account is blocked from the server.</summary>
    public const string blockedFromWhitelist = "blockedFromWhitelist";

    /// <summary>No account of the community has the given identifier.</summary>
    public const string unknownAccount = "unknownAccount";

    /// <summary>The community has no such server.</summary>
    public const string unknownServer = "unknownServer";

    /// <summary>The community's settings for the server are incomplete.</summary>
    public const string serverMisconfigured = "serverMisconfigured";

    /// <summary>There is no such form template.</summary>
    public const string unknownTemplate = "unknownTemplate";

    /// <summary>There is no such roster.</summary>
    public const string unknownRoster = "unknownRoster";

    /// <summary>There is no such community.</summary>
    public const string invalidCommunity = "invalidCommunity";

    /// <summary>The key is wrong.</summary>
    public const string invalidKey = "invalidKey";

    /// <summary>The community has not enabled the API.</summary>
    public const string apiDisabled = "apiDisabled";

    /// <inheritdoc cref="notWhitelisted"/>
    public const string NotWhitelisted = notWhitelisted;

    /// <inheritdoc cref="blockedFromWhitelist"/>
    public const string BlockedFromWhitelist = blockedFromWhitelist;

    /// <inheritdoc cref="unknownAccount"/>
    public const string UnknownAccount = unknownAccount;

    /// <inheritdoc cref="unknownServer"/>
    public const string UnknownServer = unknownServer;

    /// <inheritdoc cref="serverMisconfigured"/>
    public const string ServerMisconfigured = serverMisconfigured;

    /// <inheritdoc cref="unknownTemplate"/>
    public const string UnknownTemplate = unknownTemplate;

    /// <inheritdoc cref="unknownRoster"/>
    public const string UnknownRoster = unknownRoster;

    /// <inheritdoc cref="invalidCommunity"/>
    public const string InvalidCommunity = invalidCommunity;

    /// <inheritdoc cref="invalidKey"/>
    public const string InvalidKey = invalidKey;

    /// <inheritdoc cref="apiDisabled"/>
    public const string ApiDisabled = apiDisabled;
}
