using System;
using Sonoran.Native;

namespace Sonoran;

/// <summary>The rate limit of an operation at one moment, as this process knows it.</summary>
public sealed record SonoranRateLimitState
{
    /// <summary>The state that a fake tells.</summary>
    /// <param name="limit">How many requests may be sent in any 60 seconds.</param>
    /// <param name="free">How many requests could be sent now.</param>
    /// <param name="waiting">How many calls wait for a slot.</param>
    /// <param name="nextFreeIn">How long until the next slot is free; null when one is free now.</param>
    /// <param name="frozen">Whether nothing is sent for now.</param>
    public SonoranRateLimitState(int limit, int free, int waiting = 0, TimeSpan? nextFreeIn = null, bool frozen = false)
    {
        Limit = limit;
        Free = free;
        Waiting = waiting;
        NextFreeIn = nextFreeIn;
        Frozen = frozen;
    }

    internal SonoranRateLimitState(ReadOnlySpan<byte> written)
    {
        var reader = new RustReader(written);
        Limit = reader.ReadCount();
        Free = reader.ReadCount();
        Waiting = reader.ReadCount();
        NextFreeIn = reader.ReadOptionalTime();
        Frozen = reader.ReadFlag();
    }

    /// <summary>
    /// How many requests may be sent in any 60 seconds; this process's part of them while limits that can't be shared are divided.
    /// </summary>
    public int Limit { get; }

    /// <summary>How many requests could be sent now.</summary>
    public int Free { get; }

    /// <summary>How many calls wait for a slot.</summary>
    public int Waiting { get; }

    /// <summary>
    /// How long until the next slot is free, whoever gets it; null when one is free now. Where the answer to a request
    /// under way decides, it is at least so long.
    /// </summary>
    public TimeSpan? NextFreeIn { get; }

    /// <summary>Whether nothing is sent for now, since the service said 429.</summary>
    public bool Frozen { get; }
}
