using Xunit;

namespace Sonoran.Tests;

/// <summary>A client goes on with other options.</summary>
public sealed class ReconfigureTests(Emulator emulator) : EmulatorTests(emulator)
{
    [Fact]
    public async Task The_next_calls_have_the_new_options_and_those_under_way_finish()
    {
        using var sonoran = Emulator.Client(options => options.apiKey = "WRONG_KEY");
        var under = sonoran.Cms.getCommunityV2();
        sonoran.Reconfigure(Emulator.Options());
        Assert.Equal(200, (await sonoran.Cms.getCommunityV2()).status);
        Assert.Equal(401, (await under).status);
        var error = Assert.ThrowsAny<ArgumentException>(() => sonoran.Reconfigure(new SonoranClientOptions()));
        Assert.Equal("apiKey", error.ParamName);
        Assert.Equal(200, (await sonoran.Cms.getCommunityV2()).status);
        sonoran.Dispose();
        Assert.Throws<ObjectDisposedException>(() => sonoran.Reconfigure(Emulator.Options()));
    }

    [Fact]
    public async Task Disposing_ends_calls_that_began_with_earlier_options()
    {
        using var server = new SilentServer();
        var end = TestContext.Current.CancellationToken;
        var sonoran = Emulator.Client(options => options.apiUrl = server.Url);
        var first = sonoran.Cms.getCommunityV2();
        var closed = await server.Request(end);
        sonoran.Reconfigure(Emulator.Options());
        sonoran.Reconfigure(Emulator.Options());
        Assert.True((await sonoran.Cms.getCommunityV2()).success);
        Assert.False(first.IsCompleted);
        sonoran.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await closed.WaitAsync(TimeSpan.FromSeconds(5), end);
    }
}
