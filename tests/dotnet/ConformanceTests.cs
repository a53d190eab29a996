using System.Text.Json.Nodes;
using Xunit;

namespace Sonoran.Tests;

/// <summary>The scenarios of <c>tests/conformance</c>, which every language runs; and in none of them the key shows.</summary>
public sealed class ConformanceTests
{
    public const string InAProcess = "--conformance";

    // The compiler refuses what these would do.
    private const string Untyped = "untyped";

    public static IEnumerable<TheoryDataRow<string>> Scenarios => ConformanceHost.Running.Value.Scenarios().Select(scenario =>
        new TheoryDataRow<string>((string)scenario!["name"]!)
        {
            Skip = scenario["needs"]!.AsArray().Any(need => (string)need! == Untyped) ? Untyped : null,
            TestDisplayName = $"conformance: {scenario["name"]}",
        });

    [Theory, MemberData(nameof(Scenarios))]
    public async Task Passes(string scenario)
    {
        var host = ConformanceHost.Running.Value;
        var brief = await host.Start(scenario);
        using var runner = new ConformanceRunner(brief);
        var report = NeedsAProcess(brief) ? await Elsewhere(brief) : await runner.Report();
        var failures = await host.Finish(scenario, report);
        Assert.True(failures.Length == 0, string.Join('\n', failures));
    }

    /// <summary>Native code reads variables from the process, and writes to its standard error.</summary>
    private static bool NeedsAProcess(JsonNode brief) =>
        brief["environment"] is JsonObject { Count: > 0 }
        || brief["clients"]!.AsObject().Any(client => client.Value!["debug"] is not null);

    private static async Task<string> Elsewhere(JsonNode brief)
    {
        var environment = (brief["environment"] as JsonObject ?? []).Select(variable => KeyValuePair.Create(variable.Key, (string)variable.Value!));
        var (output, errors) = await Child.Run([InAProcess], brief.ToJsonString(), environment);
        Canary.Check(ConformanceRunner.Keys(brief), errors);
        return output;
    }
}
