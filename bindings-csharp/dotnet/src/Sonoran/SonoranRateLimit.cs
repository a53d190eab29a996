namespace Sonoran;

/// <summary>What a call does when no slot of its rate limit is free.</summary>
public enum SonoranRateLimit
{
    /// <summary>Waits for a slot, up to <see cref="SonoranClientOptions.maxWait"/>.</summary>
    Wait,

    /// <summary>Fails at once, with kind <c>rateLimited</c> and the time to come back.</summary>
    Error,

    /// <summary>Sends all the same: the service counts alone.</summary>
    Off,
}
