using System;
using System.Collections.Generic;
using Sonoran.Native;

namespace Sonoran;

/// <summary>The environment that .NET sees: on Unix, native code does not see what <see cref="Environment.SetEnvironmentVariable(string, string)"/> has set.</summary>
internal static class ProcessEnvironment
{
    private static string[]? _names;

    /// <summary>The variables that count for a client, as they are now. The native library has to be checked before.</summary>
    internal static IReadOnlyList<KeyValuePair<string, string>> Read()
    {
        var found = new List<KeyValuePair<string, string>>();
        foreach (var name in _names ??= Names())
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                found.Add(new KeyValuePair<string, string>(name, value));
            }
        }

        return found;
    }

    private static string[] Names()
    {
        var status = default(RustCallStatus);
        return new RustReader(NativeMethods.EnvironmentNames(ref status).Taken(ref status)).ReadTexts();
    }
}
