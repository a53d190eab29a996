namespace Sonoran.Tests;

/// <summary>A folder for one test.</summary>
public sealed class Scratch : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("sonoran-packages-").FullName;

    /// <summary>The folder of the packages under test.</summary>
    public static string Dist { get; } = Needed("SONORAN_DIST");

    /// <summary>The checkout, with the projects that are packed.</summary>
    public static string Checkout { get; } = Needed("SONORAN_ROOT");

    /// <summary>Writes a file and the folders that it is in.</summary>
    public string Write(string name, string text)
    {
        var file = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    private static string Needed(string name) =>
        Environment.GetEnvironmentVariable(name)
        ?? throw new InvalidOperationException($"{name} is not set; run these tests with: cargo xtask test --lang csharp");

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
