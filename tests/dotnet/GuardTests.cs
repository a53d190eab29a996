using Xunit;

namespace Sonoran.Tests;

/// <summary>The guard that a test passes on to the programs that it starts.</summary>
public sealed class GuardTests
{
    public const string InAProcess = "guard";

    [Theory]
    [InlineData("true", "", "a test may not call https://192.0.2.1:1")]
    [InlineData("off", "", "no answer")]
    [InlineData("true", "proxy", "a test may not call http://192.0.2.2:1")]
    [InlineData("true", "local proxy", "no answer")]
    [InlineData("true", "shareLimits", "a test may not call redis://192.0.2.3:1/0")]
    public async Task It_is_on_where_the_environment_says_so_in_any_words(string value, string by, string told)
    {
        var (output, _) = await Child.Run([InAProcess, by], "", new Dictionary<string, string> { ["SONORAN_TEST_GUARD"] = value });
        Assert.Equal(told, output.Trim());
    }

    /// <summary>What becomes of a call to another machine: a port of no service, on an address that is of none.</summary>
    public static async Task<string> Call(string by)
    {
        var options = new SonoranClientOptions { apiKey = "k", communityId = "c", apiUrl = "http://127.0.0.1:1", retries = 0, timeout = TimeSpan.FromMilliseconds(1) };
        _ = by switch
        {
            "proxy" => options.proxy = "http://user:secret@192.0.2.2:1",
            "local proxy" => options.proxy = "http://127.0.0.1:2",
            "shareLimits" => options.shareLimits = "redis://192.0.2.3:1/0",
            _ => options.apiUrl = "https://192.0.2.1:1",
        };
        using var foreign = new SonoranClient(options);
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
