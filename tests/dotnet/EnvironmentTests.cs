using Xunit;

namespace Sonoran.Tests;

/// <summary>The environment that .NET sees counts, as it is when a client is made.</summary>
[Collection(typeof(Alone))]
public sealed class EnvironmentTests(Emulator emulator) : EmulatorTests(emulator)
{
    private const string Url = "SONORAN_CMS_API_URL";

    [Fact]
    public async Task What_a_program_sets_itself_is_seen()
    {
        var options = Emulator.Options();
        options.apiUrl = null;
        using var environment = new Variable(Url, Emulator.Url);
        using var sonoran = new SonoranClient(options);
        Assert.True((await sonoran.Cms.getCommunityV2()).success);
        Assert.Single(await Emulator.Journal());
    }

    [Theory]
    [InlineData("not a url")]
    [InlineData("http://api.example.com")]
    [InlineData("http://127.0.0.1:1/\ufffd")]
    public void A_malformed_address_is_never_the_production_one(string url)
    {
        var options = Emulator.Options();
        options.apiUrl = null;
        using var environment = new Variable(Url, url);
        var error = Assert.ThrowsAny<ArgumentException>(() => new SonoranClient(options));
        Assert.StartsWith($"{Url} ", error.Message);
    }

    [Fact]
    public void Plain_http_to_another_machine_can_be_allowed()
    {
        using var environment = new Variable("SONORAN_ALLOW_PLAIN_HTTP", "1");
        Emulator.Client(options => options.apiUrl = "http://emulator.example:8642").Dispose();
        Assert.ThrowsAny<ArgumentException>(() => Emulator.Client(options =>
        {
            options.apiUrl = "http://emulator.example:8642";
            options.allowPlainHttp = false;
        }));
    }

    [Fact]
    public void Limits_are_shared_where_it_says_so()
    {
        using var environment = new Variable("SONORAN_SHARE_LIMITS", "cluster");
        Assert.StartsWith("SONORAN_SHARE_LIMITS must be", Assert.ThrowsAny<ArgumentException>(() => Emulator.Client()).Message);
        // The option goes before it.
        Emulator.Client(options => options.shareLimits = "process").Dispose();
    }

    [Fact]
    public async Task A_proxy_is_taken_from_it()
    {
        // Nobody listens at the proxy: without it, the name would not be found.
        using var environment = new Variable("HTTPS_PROXY", "http://127.0.0.1:1");
        using var sonoran = Emulator.Client(options => (options.apiUrl, options.retries) = ("https://api.invalid", 0));
        Assert.Equal(SonoranErrorKind.connect, (await sonoran.Cms.getCommunityV2()).error?.kind);
    }

    /// <summary>A variable that is as before afterwards.</summary>
    private sealed class Variable : IDisposable
    {
        private readonly string _name;
        private readonly string? _before;

        public Variable(string name, string value)
        {
            (_name, _before) = (name, Environment.GetEnvironmentVariable(name));
            Environment.SetEnvironmentVariable(name, value);
        }

        public void Dispose() => Environment.SetEnvironmentVariable(_name, _before);
    }
}
