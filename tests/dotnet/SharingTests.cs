using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace Sonoran.Tests;

/// <summary>Limits that clients share through a Valkey or Redis server: a real one, where one is installed.</summary>
public sealed class SharingTests(Emulator emulator) : EmulatorTests(emulator)
{
    [Fact]
    public async Task All_that_name_a_server_share_the_limits()
    {
        var program = Installed();
        Assert.SkipWhen(program is null, "neither valkey-server nor redis-server is installed");
        var folder = Directory.CreateTempSubdirectory("sonoran-").FullName;
        var socket = Path.Combine(folder, "socket");
        string[] arguments = ["--port", "0", "--save", "", "--unixsocket", socket, "--dir", folder];
        using var server = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        try
        {
            while (await server.StandardOutput.ReadLineAsync() is { } line && !line.Contains("ready to accept connections", StringComparison.Ordinal))
            {
            }

            _ = server.StandardOutput.ReadToEndAsync();
            // By another name it is another one: two such clients know of each other through the server alone.
            var other = Path.Combine(folder, "other");
            File.CreateSymbolicLink(other, socket);
            using var first = Client(socket);
            using var second = Client(other);
            foreach (var client in (SonoranClient[])[first, second, first])
            {
                Assert.Null((await client.Cms.getAccountV2(Zeros)).reason);
            }

            var hurried = new SonoranCallOptions { maxWait = TimeSpan.FromSeconds(1) };
            foreach (var client in (SonoranClient[])[first, second])
            {
                Assert.Equal(SonoranErrorKind.rateLimited, (await client.Cms.getAccountV2(Zeros, options: hurried)).error?.kind);
            }

            Assert.Equal(3, (await Emulator.Journal()).Count);
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
            Directory.Delete(folder, true);
        }
    }

    [Fact]
    public void What_is_wrong_with_an_address_is_told_without_what_may_be_a_password()
    {
        var refused = Assert.ThrowsAny<ArgumentException>(() => Emulator.Client(options => options.shareLimits = "redis://:hunter2@"));
        Assert.Equal("shareLimits", refused.ParamName);
        Assert.DoesNotContain("hunter2", refused.Message);
    }

    [Fact]
    public void The_snippet_of_the_guide_stands_here_too()
    {
        var root = Emulator.Needed("SONORAN_ROOT");
        var page = File.ReadAllText(Path.Combine(root, "docs", "sharing-a-key.md"));
        var snippet = Regex.Match(page, "```csharp\n(.*?)\n```", RegexOptions.Singleline).Groups[1].Value;
        Assert.Contains(snippet, File.ReadAllText(Path.Combine(root, "tests", "dotnet", "SharingTests.cs")));
        using var sonoran = new SonoranClient(new SonoranClientOptions { apiKey = "YOUR_API_KEY", communityId = "YOUR_COMMUNITY_ID", shareLimits = "machine" });
    }

    [Fact]
    public async Task A_folder_that_cannot_be_used_is_told_before_the_client_is_there()
    {
        var file = Path.GetTempFileName();
        var told = new List<SonoranWarning>();
        using var sonoran = Emulator.Client(options =>
        {
            (options.shareLimits, options.shareLimitsFolder) = ("machine", file);
            options.onWarning = warning =>
            {
                told.Add(warning);
                throw new InvalidOperationException("ignored");
            };
        });
        var warning = Assert.Single(told);
        Assert.Equal("limitsNotShared", warning.Kind);
        Assert.StartsWith("rate limits can't be shared: ", warning.Message);
        Assert.True((await sonoran.Cms.getServersV2()).success);
        Assert.Single(told);
        File.Delete(file);
    }

    [Fact]
    public async Task A_server_out_of_reach_is_told_while_calls_are_under_way()
    {
        var told = new TaskCompletionSource<SonoranWarning>();
        using var sonoran = Emulator.Client(options =>
        {
            options.shareLimits = "redis://hunter:hunter2@127.0.0.1:1";
            options.shareLimitsFallback = SonoranShareLimitsFallback.Refuse;
            options.OnWarning = told.SetResult;
        });
        Assert.Equal(SonoranErrorKind.rateLimited, (await sonoran.Cms.getServersV2()).error?.kind);
        var warning = await told.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal("limitsNotShared", warning.Kind);
        Assert.DoesNotContain("hunter", warning.Message);
    }

    private SonoranClient Client(string socket) => Emulator.Client(options =>
    {
        options.ceilings = new Dictionary<string, int> { ["getAccountV2"] = 3 };
        options.shareLimits = $"unix:{socket}";
    });

    private static string? Installed()
    {
        var folders = OperatingSystem.IsWindows() ? [] : Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        string[] programs = ["valkey-server", "redis-server"];
        return programs.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }
}
