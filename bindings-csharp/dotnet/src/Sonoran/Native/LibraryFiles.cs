using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Sonoran.Native;

/// <summary>Where files of the native library may be.</summary>
internal static class LibraryFiles
{
    private static readonly string[] Names = ["sonoran_net.dll", "libsonoran_net.dylib", "libsonoran_net.so"];

    /// <summary>The folders that are looked through: those of this assembly and of the application, and what .NET's host adds.</summary>
    internal static IReadOnlyList<string> Folders { get; } = FindFolders();

    /// <summary>Whether this assembly is no file of its own: a program published as a single file.</summary>
    internal static bool IsInsideProgram { get; } = string.IsNullOrEmpty(OfAssembly());

    /// <summary>The first file for this platform that is there.</summary>
    internal static string? Here() => Folders
        .SelectMany(folder => new[] { InRuntimes(folder), Path.Combine(folder, Platform.LibraryFile) })
        .FirstOrDefault(File.Exists);

    /// <summary>The first file for any platform that is there.</summary>
    internal static string? Anywhere() => Folders.SelectMany(All).FirstOrDefault();

    private static string InRuntimes(string folder) => Path.Combine(folder, "runtimes", Platform.Rid, "native", Platform.LibraryFile);

    private static IEnumerable<string> All(string folder)
    {
        var runtimes = Path.Combine(folder, "runtimes");
        var platforms = Directory.Exists(runtimes) ? Directory.GetDirectories(runtimes) : [];
        return platforms.Select(platform => Path.Combine(platform, "native"))
            .Prepend(folder)
            .SelectMany(place => Names.Select(name => Path.Combine(place, name)))
            .Where(File.Exists);
    }

    private static string[] FindFolders()
    {
        var folders = new List<string?> { OfAssembly(), AppContext.BaseDirectory };
#if NET8_0_OR_GREATER
        folders.AddRange((AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator));
#else
        // Web applications of .NET Framework have their assemblies here.
        folders.Add(AppDomain.CurrentDomain.RelativeSearchPath is { } path ? Path.Combine(AppContext.BaseDirectory, path) : null);
#endif
        return folders.Where(folder => !string.IsNullOrEmpty(folder)).Select(folder => Path.GetFullPath(folder!)).Distinct().ToArray();
    }

#if NET8_0_OR_GREATER
    [System.Diagnostics.CodeAnalysis.UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "A file inside another one has no folder; the application's is looked through.")]
#endif
    private static string? OfAssembly() => Path.GetDirectoryName(typeof(LibraryFiles).Assembly.Location);
}
