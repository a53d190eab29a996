using System;

namespace Sonoran;

/// <summary>How far many calls have come; see <see cref="SonoranMap"/>.</summary>
public sealed record SonoranProgress
{
    internal SonoranProgress(int done, int? total, int? free, TimeSpan? left)
    {
        Done = done;
        Total = total;
        Free = free;
        Left = left;
    }

    /// <summary>How many responses have come.</summary>
    public int Done { get; }

    /// <summary>How many calls there are; null where that is not known before.</summary>
    public int? Total { get; }

    /// <summary>How many requests could be sent now.</summary>
    public int? Free { get; }

    /// <summary>How long the rate limit makes the rest take, about; null where the total is not known, and with <see cref="SonoranRateLimit.Off"/>.</summary>
    public TimeSpan? Left { get; }
}
