using System.IO.Compression;
using Xunit;

namespace Sonoran.Tests;

/// <summary>The package of the client with stand-ins for the libraries of all platforms.</summary>
public sealed class SeveralPlatforms : IAsyncLifetime
{
    public const string Version = "0.0.1-platforms";

    private readonly Scratch _scratch = new();

    /// <summary>Where each library has to be in the package.</summary>
    public static readonly string[] Libraries =
    [
        "runtimes/linux-arm64/native/libsonoran_net.so",
        "runtimes/linux-musl-arm64/native/libsonoran_net.so",
        "runtimes/linux-musl-x64/native/libsonoran_net.so",
        "runtimes/linux-x64/native/libsonoran_net.so",
        "runtimes/osx-arm64/native/libsonoran_net.dylib",
        "runtimes/osx-x64/native/libsonoran_net.dylib",
        "runtimes/win-x64/native/sonoran_net.dll",
    ];

    public string Folder => _scratch.Folder;

    public async ValueTask InitializeAsync()
    {
        foreach (var library in Libraries)
        {
            _scratch.Write(library.Replace("runtimes/", "natives/"), library);
        }

        // In a copy, since what is built there is none of the checkout's.
        CopySources(Path.Combine(Scratch.Checkout, "bindings-csharp/dotnet"), Path.Combine(Folder, "dotnet"));
        await Dotnet.Run(
            Path.Combine(Folder, "dotnet/src/Sonoran"), "pack", "--configuration", "Release", "--nologo", "--output", Folder,
            $"-p:SonoranVersion={Version}", $"-p:SonoranNativeDir={Path.Combine(Folder, "natives")}");
    }

    /// <summary>What is in the package, with the text of each stand-in.</summary>
    public Dictionary<string, string> Natives()
    {
        using var package = ZipFile.OpenRead(Path.Combine(Folder, $"Sonoran.Net.{Version}.nupkg"));
        return package.Entries.Where(entry => entry.FullName.StartsWith("runtimes/")).ToDictionary(entry => entry.FullName, Text);
    }

    /// <summary>The names of all that is in the package.</summary>
    public IReadOnlyList<string> Files()
    {
        using var package = ZipFile.OpenRead(Path.Combine(Folder, $"Sonoran.Net.{Version}.nupkg"));
        return [.. package.Entries.Select(entry => entry.FullName)];
    }

    private static void CopySources(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (var folder in Directory.GetDirectories(from).Where(folder => Path.GetFileName(folder) is not ("bin" or "obj")))
        {
            CopySources(folder, Path.Combine(to, Path.GetFileName(folder)));
        }
    }

    private static string Text(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open());
        return reader.ReadToEnd();
    }

    public ValueTask DisposeAsync()
    {
        _scratch.Dispose();
        return default;
    }
}
