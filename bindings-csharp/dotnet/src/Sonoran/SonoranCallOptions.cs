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

    /// <summary>Bound on waiting for a slot of the rate limit.</summary>
    public TimeSpan? maxWait { get; set; }

    /// <summary>What to do when no slot of the rate limit is free.</summary>
    public SonoranRateLimit? rateLimit { get; set; }

    /// <summary>What is set.</summary>
    public override string ToString() =>
        $"SonoranCallOptions {{ timeout = {timeout}, deadline = {deadline}, retries = {retries}, maxWait = {maxWait}, rateLimit = {rateLimit} }}";
}
