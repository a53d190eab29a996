using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;

namespace Sonoran.Native;

/// <summary>The platform that this process runs on, in the words of NuGet packages.</summary>
internal static class Platform
{
    /// <summary>The name of the native library, as imports give it.</summary>
    internal const string Library = "sonoran_net";

    /// <summary>The platforms that the package has a native library for.</summary>
    internal static readonly string[] Supported =
        ["linux-x64", "linux-arm64", "linux-musl-x64", "linux-musl-arm64", "win-x64", "osx-x64", "osx-arm64"];

    /// <summary>The runtime identifier, such as <c>linux-musl-x64</c>; not .NET's own, which may name a distribution.</summary>
    internal static string Rid { get; } = $"{System}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    /// <summary>What the native library's file is called here.</summary>
    internal static string LibraryFile => System switch
    {
        "win" => Library + ".dll",
        "osx" => $"lib{Library}.dylib",
        _ => $"lib{Library}.so",
    };

    private static string System =>
        RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "win"
        : RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? "osx"
        : HasGlibc() ? "linux"
        : "linux-musl";

    // What is installed says little, as both may be: only what this process has loaded counts.
    private static bool HasGlibc()
    {
        try
        {
            return File.ReadLines("/proc/self/maps").Any(line => line.EndsWith("/libc.so.6", StringComparison.Ordinal) || line.Contains("/libc-2."));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
