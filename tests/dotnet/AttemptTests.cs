using Xunit;

namespace Sonoran.Tests;

/// <summary>The hook hears of every request of a call before the call returns.</summary>
public sealed class AttemptTests(Emulator emulator) : EmulatorTests(emulator)
{
    [Fact]
    public async Task The_hook_hears_of_each_attempt_with_what_came_of_it()
    {
        var told = new List<SonoranAttempt>();
        using var sonoran = Emulator.Client(options => options.onAttempt = attempt =>
        {
            told.Add(attempt);
            throw new InvalidOperationException("ignored");
        });
        await Emulator.Answer("{}", status: 503);
        Assert.True((await sonoran.Cms.getCommunityV2()).success);
        Assert.Equal([(1, 503), (2, 200)], told.Select(attempt => (attempt.Number, attempt.Status ?? 0)));
        Assert.Equal([true, false], told.Select(attempt => attempt.Pause is not null));
        Assert.All(told, attempt =>
        {
            Assert.Equal(("getCommunityV2", "GET", Emulator.Url, "/v2/community"), (attempt.Operation, attempt.Method, attempt.Address, attempt.Path));
            Assert.InRange(attempt.Elapsed, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(30));
            Assert.Null(attempt.Kind);
        });
        Assert.NotNull(told[1].RequestId);
    }

    [Fact]
    public async Task A_lost_attempt_has_a_kind_and_a_reason_without_the_key()
    {
        var told = new List<SonoranAttempt>();
        using var sonoran = Emulator.Client(options =>
        {
            options.apiUrl = "http://127.0.0.1:1";
            options.retries = 0;
            options.onAttempt = told.Add;
        });
        var response = await sonoran.Cms.getCommunityV2();
        var attempt = Assert.Single(told);
        Assert.Equal((SonoranErrorKind.connect, response.reason, null), (attempt.Kind, attempt.Reason, attempt.Status));
        Assert.DoesNotContain("YOUR_API_KEY", attempt.ToString());
    }

    [Fact]
    public async Task Each_call_hears_of_its_own_attempts_among_many()
    {
        var told = new System.Collections.Concurrent.ConcurrentQueue<SonoranAttempt>();
        using var sonoran = Emulator.Client(options =>
        {
            options.rateLimit = SonoranRateLimit.Off;
            options.onAttempt = told.Enqueue;
        });
        await Task.WhenAll(Enumerable.Range(0, 64).Select(async _ => await sonoran.Cms.getCommunityV2()));
        Assert.True(told.Count >= 64);
    }
}
