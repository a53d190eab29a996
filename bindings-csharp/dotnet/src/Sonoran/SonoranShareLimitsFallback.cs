namespace Sonoran;

/// <summary>What a client does while its rate limits can't be shared with other processes.</summary>
public enum SonoranShareLimitsFallback
{
    /// <summary>Counts for itself, at a part of each limit: see <see cref="SonoranClientOptions.shareLimitsMembers"/>.</summary>
    Divide,

    /// <summary>Calls fail with kind <c>rateLimited</c>, and a reason that says why.</summary>
    Refuse,
}
