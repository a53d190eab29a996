using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;

namespace Sonoran.Native;

/// <summary>Where files of the native library may be.</summary>
internal static class LibraryFiles
{
    private static readonly string[] Names = ["sonoran_net.dll", "libsonoran_net.dylib", "libsonoran_net.so"];

    /// <summary>The variable of the environment that names the library's file, or the folder that it is in.</summary>
    internal const string Variable = "SONORAN_NATIVE_LIBRARY";

    /// <summary>The file that the environment names, whether it is there or not; it goes before all others.</summary>
    internal static string? Named() => Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } named ? null
        : Directory.Exists(named) ? Path.Combine(named, Platform.LibraryFile)
        : named;

    /// <summary>
    /// The folders that are looked through: those of this assembly, of the application and of its program, and what .NET's host adds.
    /// An assembly that was loaded from bytes has none, and that of a shadow copy has no library in it.
    /// </summary>
    internal static IReadOnlyList<string> Folders { get; } = FindFolders();

    /// <summary>Whether this assembly is no file of its own: a program published as a single file.</summary>
    internal static bool IsInsideProgram { get; } = string.IsNullOrEmpty(OfAssembly());

    /// <summary>The first file for this platform that is there.</summary>
    internal static string? Here() => Named() is { } named ? (File.Exists(named) ? named : null) : Folders
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
        var folders = new List<string?> { OfAssembly(), AppContext.BaseDirectory, OfProgram() };
#if NET8_0_OR_GREATER
        folders.AddRange((AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator));
#else
        folders.Add(BeforeShadowCopy());
        // Web applications of .NET Framework have their assemblies here.
        folders.Add(AppDomain.CurrentDomain.RelativeSearchPath is { } path ? Path.Combine(AppContext.BaseDirectory, path) : null);
#endif
        return folders.Where(folder => !string.IsNullOrEmpty(folder)).Select(folder => Path.GetFullPath(folder!)).Distinct().ToArray();
    }

#if NET8_0_OR_GREATER
    [System.Diagnostics.CodeAnalysis.UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "A file inside another one has no folder; the application's is looked through.")]
#endif
    private static string? OfAssembly() => FolderOf(typeof(LibraryFiles).Assembly.Location);

#if NET8_0_OR_GREATER
    [System.Diagnostics.CodeAnalysis.UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "As above.")]
#endif
    private static string? OfProgram() => FolderOf(Assembly.GetEntryAssembly()?.Location);

#if !NET8_0_OR_GREATER
    // .NET Framework copies assemblies elsewhere on request, and says here where they came from.
    private static string? BeforeShadowCopy() =>
        Uri.TryCreate(typeof(LibraryFiles).Assembly.CodeBase, UriKind.Absolute, out var source) && source.IsFile ? FolderOf(source.LocalPath) : null;

#endif
    private static string? FolderOf(string? file) => string.IsNullOrEmpty(file) ? null : Path.GetDirectoryName(file);
}
