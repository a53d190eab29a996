using System.Diagnostics;

namespace Sonoran.Tests;

/// <summary>A copy of this program as somebody might have made it: without the package's native libraries.</summary>
internal sealed class ProgramCopy : IDisposable
{
    /// <summary>Where the native library of this platform is, below the program's folder.</summary>
    public static string Library { get; } = FindLibrary();

    public ProgramCopy()
    {
        foreach (var file in Directory.GetFiles(AppContext.BaseDirectory))
        {
            File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)));
        }
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("sonoran-loading-").FullName;

    public void Write(string name, byte[] content)
    {
        var file = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
    }

    public void Remove(string ending)
    {
        foreach (var file in Directory.GetFiles(Folder, $"*{ending}"))
        {
            File.Delete(file);
        }
    }

    /// <summary>What the copy says when it makes a client.</summary>
    /// <param name="library">What the environment names as the native library.</param>
    public async Task<string> LoadingProblem(string library = "")
    {
        var (output, _) = await Child.Run([LoadingTests.InAProcess], "", [new("SONORAN_NATIVE_LIBRARY", library)], Folder);
        return output;
    }

    private static string FindLibrary()
    {
        // Whichever is loaded then is this platform's.
        SonoranEvents.TryParse("{}", "key", out _, out _);
        var file = Process.GetCurrentProcess().Modules.Cast<ProcessModule>().Single(module => module.ModuleName.Contains("sonoran_net")).FileName;
        return Path.GetRelativePath(AppContext.BaseDirectory, file);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
