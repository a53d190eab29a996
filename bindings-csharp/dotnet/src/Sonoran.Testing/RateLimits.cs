using System.Collections.Generic;

namespace Sonoran.Testing;

/// <summary>The rate limits of a world; of a change, what is left out stays.</summary>
public sealed record RateLimits
{
    /// <summary>Whether they are counted.</summary>
    public bool? Enabled { get; init; }

    /// <summary>For how long a request counts.</summary>
    public int? WindowSeconds { get; init; }

    /// <summary>In whose words version 2's 429 comes: <c>gateway</c> or <c>problem</c>.</summary>
    public string? Style { get; init; }

    /// <summary>
    /// Ceilings by method name, <c>v1</c> for all of version 1. The emulator names them by the operation's id in its answer: what was
    /// given for <c>getAccountV2</c> is there for <c>getAccount</c>.
    /// </summary>
    public IReadOnlyDictionary<string, int>? Overrides { get; init; }
}
