using System.Diagnostics;
using System.Text;

namespace Sonoran.Tests;

/// <summary>This program once more, to do one thing; see <see cref="Program"/>.</summary>
internal static class Child
{
    /// <summary>What it printed on standard output and on standard error.</summary>
    /// <param name="folder">Where to run a copy of this program.</param>
    public static async Task<(string Output, string Errors)> Run(
        string[] arguments, string input, IEnumerable<KeyValuePair<string, string>> environment, string? folder = null)
    {
        var program = Environment.ProcessPath!;
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            var assembly = typeof(Child).Assembly.Location;
            arguments = [folder is null ? assembly : Path.Combine(folder, Path.GetFileName(assembly)), .. arguments];
        }
        else if (folder is not null)
        {
            program = Path.Combine(folder, Path.GetFileName(program));
        }

        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? (await output, await errors)
            : throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}");
    }
}
