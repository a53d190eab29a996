using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sonoran.Testing;
using Xunit;

namespace Sonoran.Tests;

/// <summary>The programs of docs/dotnet.md, one after the other, as a reader tries them.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;

/// <inheritdoc cref="Alone"/>
[Collection(typeof(Alone))]
public sealed partial class GuideTests
{
    [Fact]
    public void The_guide_shows_what_is_run_here()
    {
        var root = Emulator.Needed("SONORAN_ROOT");
        var here = Flat(File.ReadAllText(Path.Combine(root, "tests/dotnet/aspnetcore/GuideTests.cs")));
        var blocks = Blocks().Matches(File.ReadAllText(Path.Combine(root, "docs/dotnet.md")));
        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Contains(Flat(block.Groups[1].Value), here));
    }

    [Fact]
    public async Task The_guide_runs()
    {
        using var service = new SonoranEmulator();
        Environment.SetEnvironmentVariable("SONORAN_CMS_API_URL", service.Url);
        var output = Console.Out;
        using var printed = new StringWriter();
        Console.SetOut(printed);
        try
        {
            await Guide();
        }
        finally
        {
            Console.SetOut(output);
            Environment.SetEnvironmentVariable("SONORAN_CMS_API_URL", null);
        }

        Assert.Matches(@"^Example Community\s+200\s+getCommunityV2 1: 200 in", printed.ToString());
        Assert.All(await service.Default.JournalAsync(), request => Assert.Equal(200, request.Status));
    }

    private static async Task Guide()
    {
        using var sonoran = new SonoranClient(new SonoranClientOptions { apiKey = "YOUR_API_KEY", communityId = "YOUR_COMMUNITY_ID" });
        var response = await sonoran.Cms.getCommunityV2();
        Console.WriteLine(response.success ? response.value.name : $"{response.error.kind}: {response.reason}");

        var builder = Host.CreateApplicationBuilder();
        builder.Configuration["Sonoran:ApiKey"] = "YOUR_API_KEY";
        builder.Configuration["Sonoran:CommunityId"] = "YOUR_COMMUNITY_ID";
        builder.Services.AddSonoran(builder.Configuration.GetSection("Sonoran"));
        using var host = builder.Build();
        var client = host.Services.GetRequiredService<SonoranClient>();
        Console.WriteLine((await client.Cms.getSubVersionV2()).status);

        sonoran.Reconfigure(new SonoranClientOptions { apiKey = "YOUR_API_KEY", communityId = "YOUR_COMMUNITY_ID", timeout = TimeSpan.FromSeconds(20) });

        using var told = new SonoranClient(new SonoranClientOptions
        {
            apiKey = "YOUR_API_KEY",
            communityId = "YOUR_COMMUNITY_ID",
            onAttempt = attempt => Console.WriteLine($"{attempt.Operation} {attempt.Number}: {attempt.Status} in {attempt.Elapsed}"),
            onWait = waiting => Console.WriteLine($"{waiting.Operation} waits for {waiting.Expected} more"),
            onWarning = warning => Console.WriteLine($"{warning.Kind}: {warning.Message}"),
        });
        await told.Cms.getCommunityV2();

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await sonoran.Cms.getClockInTypesV2(cancellationToken: patience.Token);

        using var emulator = new SonoranEmulator();
        using var world = emulator.World();
        await world.FaultAsync(new Fault(FaultAction.Respond(503)) { Operation = "getCommunityV2" });
        (await world.Client().Cms.getCommunityV2()).unwrap();
        await world.AssertFaultsPlayedAsync();
        await world.AssertCalledAsync("getCommunityV2", new Expected { Count = 2 });

        using var shared = new SonoranClient(new SonoranClientOptions
        {
            apiKey = "YOUR_API_KEY",
            communityId = "YOUR_COMMUNITY_ID",
            shareLimits = "machine",
        });

        using var part = new SonoranClient(new SonoranClientOptions
        {
            apiKey = "YOUR_API_KEY",
            communityId = "YOUR_COMMUNITY_ID",
            ceilings = new Dictionary<string, int> { ["getAccountV2"] = 10, ["verifyWhitelistV2"] = 20 },
        });
    }

    private static string Flat(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim()));

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
