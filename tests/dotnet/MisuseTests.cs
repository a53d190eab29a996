using System.Text.Json;
using Xunit;

namespace Sonoran.Tests;

/// <summary>Misuse is refused with the argument named, before anything is sent.</summary>
public sealed class MisuseTests(Emulator emulator) : EmulatorTests(emulator)
{
    /// <summary>Options that are wrong: the one that is named, and the change that makes them so.</summary>
    public static IEnumerable<TheoryDataRow<string, Action<SonoranClientOptions>>> WrongOptions =>
    [
        new("apiKey", options => options.apiKey = null),
        new("apiKey", options => options.apiKey = ""),
        new("apiKey", options => options.apiKey = "line\nbreak"),
        new("communityId", options => options.communityId = null),
        new("communityId", options => options.communityId = ""),
        new("product", options => options.product = SonoranProduct.CAD),
        new("product", options => options.product = (SonoranProduct)9),
        new("communityId", options => options.communityId = " "),
        new("apiUrl", options => options.apiUrl = "https://api.sonorancms.com/v2"),
        new("apiUrl", options => options.apiUrl = "http://api.example.com"),
        new("apiUrl", options => options.apiUrl = "somewhere"),
        new("apiHeaders.x-a", options => options.apiHeaders = new Dictionary<string, string> { ["x-a"] = "line\nbreak" }),
        new("timeout", options => options.timeout = TimeSpan.Zero),
        new("connectTimeout", options => options.connectTimeout = TimeSpan.FromSeconds(-1)),
        new("deadline", options => options.deadline = TimeSpan.MaxValue),
        new("maxWait", options => options.maxWait = TimeSpan.FromMilliseconds(-2)),
        new("retries", options => options.retries = -1),
        new("rateWindow", options => options.rateWindow = TimeSpan.Zero),
        new("shareLimits", options => options.shareLimits = "cluster"),
        new("shareLimitsFallback", options => options.shareLimitsFallback = (SonoranShareLimitsFallback)9),
        new("shareLimitsMembers", options => options.shareLimitsMembers = 3),
        new("rateLimit", options => options.rateLimit = (SonoranRateLimit)9),
        new("ceilings.getNothingV2", options => options.ceilings = new Dictionary<string, int> { ["getNothingV2"] = 1 }),
        new("rootCertificates", options => (options.apiUrl, options.rootCertificates) = (null, ["no certificate"])),
        new("proxy", options => (options.apiUrl, options.proxy) = (null, "not a url")),
    ];

    /// <summary>Calls that are wrong: the argument that is named, and the call.</summary>
    public static IEnumerable<TheoryDataRow<string, Func<Cms, Task>>> WrongCalls =>
    [
        new("accountId", cms => cms.getAccountV2(null!)),
        new("accountId", cms => cms.getAccountV2("")),
        new("accountId", cms => cms.getAccountV2("not-a-uuid")),
        new("accountId", cms => cms.getAccountV2($"{Zeros}/ranks")),
        new("discordId", cms => cms.resolveDiscordAccountV2("..")),
        new("discordId", cms => cms.resolveDiscordAccountV2("%2e%2e")),
        new("discordId", cms => cms.resolveDiscordAccountV2("a\0b")),
        new("payload", cms => cms.setAccountNameV2(Zeros, null!)),
        new("payload", cms => cms.setAccountNameV2(Zeros, "Example")),
        new("payload", cms => cms.setAccountNameV2(Zeros, """{"newName":"Example"}""")),
        new("payload", cms => cms.setAccountNameV2(Zeros, new[] { 1 })),
        new("payload", cms => cms.setAccountNameV2(Zeros, 7)),
        new("payload", cms => cms.setAccountNameV2(Zeros, default(JsonElement))),
        new("payload", cms => cms.setAccountNameV2(Zeros, new Circle())),
        new("payload", cms => cms.setAceConfigV2("mappings")),
        new("query", cms => cms.getAccountsV2("take=25")),
        new("query.take", cms => cms.getAccountsV2(new { take = "many" })),
        new("params", cms => cms.getComAccount(null!)),
        new("params", cms => cms.getComAccount(new { })),
        new("params", cms => cms.getComAccount(new[] { new { apiId = "a" } })),
        new("data", cms => cms.verifyWhitelist(7)),
        new("data", cms => cms.verifyWhitelist(new[] { "a" })),
        new("data", cms => cms.verifyWhitelist((object)null!)),
        new("servers", cms => cms.addGameServers(null!)),
        new("servers", cms => cms.addGameServers(Array.Empty<object>())),
        new("servers", cms => cms.addGameServers(new { name = "one" })),
        new("accId", cms => cms.startSession(null!)),
        new("undoId", cms => cms.undoRankChange(null!)),
        new("timeout", cms => cms.getCommunityV2(new SonoranCallOptions { timeout = TimeSpan.Zero })),
        new("deadline", cms => cms.getCommunityV2(new SonoranCallOptions { deadline = TimeSpan.FromSeconds(-5) })),
        new("retries", cms => cms.getCommunityV2(new SonoranCallOptions { retries = -1 })),
    ];

    [Theory, MemberData(nameof(WrongOptions), DisableDiscoveryEnumeration = true)]
    public void An_option_is_refused(string name, Action<SonoranClientOptions> change)
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => Emulator.Client(change));
        Assert.Equal(name, error.ParamName);
        Assert.StartsWith($"{name} ", error.Message);
    }

    [Fact]
    public void A_product_of_no_name_is_told_in_the_words_of_NET() =>
        Assert.StartsWith("product is 9, which is no member of SonoranProduct", Assert.ThrowsAny<ArgumentException>(() => Emulator.Client(options => options.product = (SonoranProduct)9)).Message);

    [Fact]
    public void Options_must_be_given() =>
        Assert.Equal("options", Assert.Throws<ArgumentNullException>(() => new SonoranClient(null!)).ParamName);

    [Theory, MemberData(nameof(WrongCalls), DisableDiscoveryEnumeration = true)]
    public async Task A_call_is_refused_and_sends_nothing(string name, Func<Cms, Task> call)
    {
        using var sonoran = Emulator.Client();
        var error = await Assert.ThrowsAnyAsync<ArgumentException>(() => call(sonoran.Cms));
        Assert.Equal(name, error.ParamName);
        Assert.Empty(await Emulator.Journal());
    }

    [Fact]
    public async Task What_is_null_is_said_to_be_null()
    {
        using var sonoran = Emulator.Client();
        await Assert.ThrowsAsync<ArgumentNullException>(() => sonoran.Cms.getAccountV2(null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => sonoran.Cms.setAccountNameV2(Zeros, null!));
    }

    private sealed class Circle
    {
        public Circle Self => this;
    }
}
