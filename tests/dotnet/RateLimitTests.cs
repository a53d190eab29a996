using System.Net;
using Xunit;

namespace Sonoran.Tests;

/// <summary>What the client tells of its rate limits, and that it keeps them.</summary>
public sealed class RateLimitTests(Emulator emulator) : EmulatorTests(emulator)
{
    private const string Operation = "getSubVersionV2";

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_state_tells_what_is_free()
    {
        // No other test calls it: clients with one key share their limits.
        const string Asked = "getDepartmentsV2";
        using var sonoran = Emulator.Client(options => options.ceilings = new Dictionary<string, int> { [Asked] = 2 });
        var state = sonoran.RateLimit(Asked);
        Assert.Equal((2, 2, 0, null, false), (state.Limit, state.Free, state.Waiting, state.NextFreeIn, state.Frozen));
        await sonoran.Cms.getDepartmentsV2();
        Assert.Equal(1, sonoran.RateLimit(Asked).Free);
        await sonoran.Cms.getDepartmentsV2();
        using var end = new CancellationTokenSource();
        var waiting = sonoran.Cms.getDepartmentsV2(cancellationToken: end.Token);
        await Until(() => sonoran.RateLimit(Asked).Waiting == 1);
        state = sonoran.RateLimit(Asked);
        Assert.Equal(0, state.Free);
        Assert.InRange(state.NextFreeIn!.Value, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60));
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        // The task hears of it first; the native call is taken down right after.
        await Until(() => sonoran.RateLimit(Asked).Waiting == 0);
        Assert.Equal(2, (await Emulator.Journal()).Count);
    }

    [Fact]
    public void The_documented_limit_is_the_one_without_a_ceiling_of_ones_own()
    {
        using var sonoran = Emulator.Client();
        Assert.Equal(13, sonoran.RateLimit("getCommunityV2").Limit);
        using var off = Emulator.Client(options => options.rateLimit = SonoranRateLimit.Off);
        var state = off.RateLimit("getCommunityV2");
        Assert.Equal((state.Limit, null), (state.Free, state.NextFreeIn));
    }

    [Fact]
    public void Only_an_operation_has_a_limit()
    {
        var sonoran = Emulator.Client();
        Assert.Equal("operation", Assert.ThrowsAny<ArgumentException>(() => sonoran.RateLimit("getNothingV2")).ParamName);
        Assert.Equal("operation", Assert.Throws<ArgumentNullException>(() => sonoran.RateLimit(null!)).ParamName);
        sonoran.Dispose();
        Assert.Equal(nameof(SonoranClient), Assert.Throws<ObjectDisposedException>(() => sonoran.RateLimit(Operation)).ObjectName);
    }

    [Fact]
    public async Task A_long_wait_is_told_once_for_each_call_although_the_hook_throws()
    {
        var told = new List<SonoranWaiting>();
        var twice = new TaskCompletionSource();
        using var sonoran = Emulator.Client(options =>
        {
            options.ceilings = new Dictionary<string, int> { [Operation] = 1 };
            options.onWait = waiting =>
            {
                told.Add(waiting);
                _ = told.Count == 2 && twice.TrySetResult();
                throw new InvalidOperationException("ignored");
            };
        });
        await sonoran.Cms.getSubVersionV2();
        using var end = new CancellationTokenSource();
        var waiting = new[] { sonoran.Cms.getSubVersionV2(cancellationToken: end.Token), sonoran.Cms.getSubVersionV2(cancellationToken: end.Token) };
        await twice.Task.WaitAsync(TimeSpan.FromSeconds(30), TestEnd);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(waiting));
        Assert.Equal(2, told.Count);
        Assert.All(told, each =>
        {
            Assert.Equal(Operation, each.Operation);
            Assert.InRange(each.Waited, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
            Assert.InRange(each.Expected, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(120));
        });
    }

    [Fact]
    public async Task A_thousand_calls_at_once_all_succeed_and_none_is_one_too_many()
    {
        const string Asked = "getAccountV2";
        await using var emulator = await Emulator.With("--window-seconds 1");
        await emulator.Limit(Asked, 200);
        using var sonoran = emulator.Client(options =>
        {
            options.rateWindow = TimeSpan.FromSeconds(1);
            options.ceilings = new Dictionary<string, int> { [Asked] = 200 };
        });
        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => sonoran.Cms.getAccountV2(Zeros)));
        Assert.All(answers, answer => Assert.Null(answer.reason));
        // The last ones stood in line for four windows.
        Assert.True(answers.Max(answer => answer.waited) > TimeSpan.FromSeconds(3));
        var journal = await emulator.Journal();
        Assert.Equal(1000, journal.Count);
        Assert.DoesNotContain(journal, request => request.GetProperty("status").GetInt32() == (int)HttpStatusCode.TooManyRequests);
    }

    private static async Task Until(Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Delay(1, TestEnd);
        }
    }
}
