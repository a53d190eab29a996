using Xunit;

namespace Sonoran.Tests;

/// <summary>The guard that a test passes on to the programs that it starts.</summary>
public sealed class GuardTests
{
    public const string InAProcess = "guard";

    [Theory]
    [InlineData("true", true)]
    [InlineData("off", false)]
    public async Task It_is_on_where_the_environment_says_so_in_any_words(string value, bool isOn)
    {
        var (output, _) = await Child.Run([InAProcess], "", new Dictionary<string, string> { ["SONORAN_TEST_GUARD"] = value });
        Assert.Equal(isOn ? "a test may not call https://192.0.2.1:1" : "no answer", output.Trim());
    }

    /// <summary>What becomes of a call to another machine: a port of no service, on an address that is of none.</summary>
    public static async Task<string> Call()
    {
        using var foreign = new SonoranClient(new SonoranClientOptions { apiKey = "k", communityId = "c", apiUrl = "https://192.0.2.1:1", retries = 0, timeout = TimeSpan.FromMilliseconds(1) });
        try
        {
            return (await foreign.Cms.getCommunityV2()).success ? "an answer" : "no answer";
        }
        catch (InvalidOperationException refused)
        {
            return refused.Message.Split(": ")[0];
        }
    }
}
