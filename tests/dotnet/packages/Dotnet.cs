using System.Diagnostics;

namespace Sonoran.Tests;

/// <summary>Runs the SDK's own commands, as a user would.</summary>
internal static class Dotnet
{
    /// <summary>What the command printed.</summary>
    public static async Task<string> Run(string folder, params string[] arguments)
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var root = Environment.GetEnvironmentVariable("DOTNET_ROOT");
        var start = new ProcessStartInfo(root is null ? name : Path.Combine(root, name), arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The test's own packages and build are not those of the project that is built.
        foreach (var variable in start.Environment.Keys.Where(IsOfTheTestItself).ToList())
        {
            start.Environment.Remove(variable);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["NUGET_PACKAGES"] = Path.Combine(folder, "packages");
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{await output}{await errors}");
    }

    private static bool IsOfTheTestItself(string variable) =>
        variable.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase) || variable.StartsWith("Restore");
}
