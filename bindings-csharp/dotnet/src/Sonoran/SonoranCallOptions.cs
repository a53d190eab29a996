using System;

namespace Sonoran;

/// <summary>What can be set for one call; what is left null is the client's.</summary>
public sealed class SonoranCallOptions
{
    /// <summary>Bound on all attempts and the pauses between them.</summary>
    public TimeSpan? timeout { get; set; }

    /// <summary>Bound on the whole call, waiting for a slot of the rate limit included.</summary>
    public TimeSpan? deadline { get; set; }

    /// <summary>How often a failed attempt may be repeated.</summary>
    public int? retries { get; set; }
}
