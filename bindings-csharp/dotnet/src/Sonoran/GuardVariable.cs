using System;

namespace Sonoran;

/// <summary>The variable of the environment by which the guard of tests passes to the programs that they start, whatever these are written in.</summary>
internal static class GuardVariable
{
    /// <summary>Anything but nothing and the words for no: to guard a program too many does no harm.</summary>
    internal static bool IsSet() =>
        Environment.GetEnvironmentVariable("SONORAN_TEST_GUARD")?.Trim().ToUpperInvariant() is not (null or "" or "0" or "FALSE" or "NO" or "OFF");
}
