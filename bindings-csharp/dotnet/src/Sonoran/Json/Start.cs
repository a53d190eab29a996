using System;

namespace Sonoran.Json;

/// <summary>Where a walk begins.</summary>
internal static class Start
{
    /// <exception cref="ArgumentException">It would be before the first item.</exception>
    internal static long Of(long? skip, string query) =>
        skip is null or >= 0 ? skip ?? 0 : throw new ArgumentException($"{query}.skip must be at least 0, not {skip}", $"{query}.skip");
}
