using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Xunit;

namespace Sonoran.Tests;

/// <summary>The emulator as a .NET tool, and as the program that tests find beside them.</summary>
public sealed class EmulatorTests
{
    private static readonly string Name = OperatingSystem.IsWindows() ? "sonoran-emulator.exe" : "sonoran-emulator";

    [Fact]
    public async Task The_tool_answers_and_leaves_nothing_behind_when_it_is_told_to_end()
    {
        using var scratch = new Scratch();
        using var tool = Started(await Tool(scratch), "--port", "0");
        var (url, pid) = await Ready(tool);
        await Answers(url);
        await End(tool);
        Assert.ThrowsAny<ArgumentException>(() => Process.GetProcessById(pid));
    }

    [Fact]
    public async Task The_tool_passes_arguments_output_and_exit_code_on()
    {
        using var scratch = new Scratch();
        using var tool = Started(await Tool(scratch), "--no-such-flag", "ä b");
        Assert.Contains("--no-such-flag", await tool.StandardError.ReadToEndAsync());
        await tool.WaitForExitAsync();
        Assert.Equal(2, tool.ExitCode);
    }

    [Fact]
    public async Task The_tool_says_which_platforms_its_package_is_for()
    {
        using var scratch = new Scratch();
        var program = await Tool(scratch);
        var programs = Directory.GetDirectories(scratch.Folder, "programs", SearchOption.AllDirectories).First();
        foreach (var folder in Directory.GetDirectories(programs))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(Path.Combine(programs, "amiga-m68k"));
        using var tool = Started(program);
        var errors = await tool.StandardError.ReadToEndAsync();
        Assert.Contains("has no program for", errors);
        Assert.Contains("only for amiga-m68k", errors);
        await tool.WaitForExitAsync();
        Assert.Equal(1, tool.ExitCode);
    }

    [Fact]
    public async Task The_program_lies_beside_the_tests_and_can_be_run()
    {
        using var program = Started(Path.Combine(AppContext.BaseDirectory, Name), "--port", "0", "--exit-with-parent");
        var (url, _) = await Ready(program);
        await Answers(url);
        program.StandardInput.Close();
        await program.WaitForExitAsync();
        Assert.Equal(0, program.ExitCode);
    }

    private static async Task<string> Tool(Scratch scratch)
    {
        await Dotnet.Run(scratch.Folder, "tool", "install", "--tool-path", "tool", "--source", Scratch.Dist, "Sonoran.Emulator");
        return Path.Combine(scratch.Folder, "tool", Name);
    }

    private static Process Started(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    private static async Task<(string Url, int Pid)> Ready(Process emulator)
    {
        var line = await emulator.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException(await emulator.StandardError.ReadToEndAsync());
        var ready = JsonDocument.Parse(line).RootElement;
        return (ready.GetProperty("url").GetString()!, ready.GetProperty("pid").GetInt32());
    }

    private static async Task Answers(string url)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", "YOUR_API_KEY");
        using var answer = await http.GetAsync($"{url}/v2/community");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>As a terminal, a container or a service manager ends it.</summary>
    private static async Task End(Process process)
    {
        if (OperatingSystem.IsWindows())
        {
            process.Kill();
            await process.WaitForExitAsync();
            return;
        }

        using (Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await process.WaitForExitAsync();
        }

        Assert.Equal(0, process.ExitCode);
    }
}
