using System.Text.Json;
using Sonoran;
using Xunit;

namespace Sonoran.Tests;

/// <summary>The documentation's snippet, word for word.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;

/// <inheritdoc cref="Alone"/>
[Collection(typeof(Alone))]
public sealed class SnippetTests(Emulator emulator) : EmulatorTests(emulator)
{
    [Fact]
    public async Task Runs_as_it_is_printed() => Assert.NotEmpty(await Printed(Snippet, Zeros));

    [Fact]
    public async Task Prints_the_data()
    {
        var printed = await Printed(Example, Zeros);
        Assert.Equal(Zeros, JsonDocument.Parse(printed).RootElement.GetProperty("accId").GetString());
    }

    private static async Task Snippet(string accountId)
    {
        using var sonoran = new SonoranClient(new SonoranClientOptions { product = SonoranProduct.CMS, apiKey = "YOUR_API_KEY", communityId = "YOUR_COMMUNITY_ID", defaultServerId = 1 });
        var response = await sonoran.Cms.setAccountRanksV2(accountId, new { accId = "…", add = new[] { "rank-1" }, active = true });
        Console.WriteLine(response.success ? JsonSerializer.Serialize(response.data) : response.reason);
    }

    private static async Task Example(string accountId)
    {
        using var sonoran = new SonoranClient(new SonoranClientOptions { product = SonoranProduct.CMS, apiKey = "YOUR_API_KEY", communityId = "YOUR_COMMUNITY_ID", defaultServerId = 1 });
        var response = await sonoran.Cms.setAccountRanksV2(accountId, new { accId = accountId, add = new[] { "rank-1" }, active = true });
        Console.WriteLine(response.success ? JsonSerializer.Serialize(response.data) : response.reason);
    }

    /// <summary>What the program prints when it finds the emulator by the environment.</summary>
    private async Task<string> Printed(Func<string, Task> program, string accountId)
    {
        var output = Console.Out;
        using var printed = new StringWriter();
        Console.SetOut(printed);
        Environment.SetEnvironmentVariable("SONORAN_CMS_API_URL", Emulator.Url);
        try
        {
            await program(accountId);
        }
        finally
        {
            Environment.SetEnvironmentVariable("SONORAN_CMS_API_URL", null);
            Console.SetOut(output);
        }

        return printed.ToString().Trim();
    }
}
