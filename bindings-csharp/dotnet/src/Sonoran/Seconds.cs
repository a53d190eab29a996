using System;

namespace Sonoran;

/// <summary>Times as the core tells them.</summary>
internal static class Seconds
{
    // A service may name any time at all, and TimeSpan ends at some 29,000 years.
    internal static TimeSpan Of(double seconds) =>
        seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue;
}
