using System.Diagnostics;
using Xunit;

namespace Sonoran.Tests;

/// <summary>Cancelling a call drops its request; disposing the client ends the use of it.</summary>
public sealed class CancellationTests(Emulator emulator) : EmulatorTests(emulator)
{
    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_that_is_cancelled_already_sends_nothing()
    {
        using var sonoran = Emulator.Client();
        var cancelled = new CancellationToken(canceled: true);
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => sonoran.Cms.getCommunityV2(cancellationToken: cancelled));
        Assert.Equal(cancelled, error.CancellationToken);
        Assert.Empty(await Emulator.Journal());
    }

    [Fact]
    public async Task Cancelling_closes_the_connection_and_throws_with_the_token()
    {
        using var server = new SilentServer();
        using var sonoran = Emulator.Client(options => options.apiUrl = server.Url);
        using var source = new CancellationTokenSource();
        var call = sonoran.Cms.getCommunityV2(cancellationToken: source.Token);
        var closed = await server.Request(TestEnd);
        var time = Stopwatch.StartNew();
        await source.CancelAsync();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await closed.WaitAsync(TimeSpan.FromSeconds(30), TestEnd);
        Assert.Equal(source.Token, error.CancellationToken);
        Assert.True(call.IsCanceled);
        // Long before the call's own time is over, however busy the machine is.
        Assert.InRange(time.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_waiter_for_the_rate_limit_can_be_cancelled_and_takes_no_slot()
    {
        using var sonoran = Emulator.Client(
            options => options.ceilings = new Dictionary<string, int> { ["getClockInTypesV2"] = 1 });
        Assert.True((await sonoran.Cms.getClockInTypesV2()).success);
        using var source = new CancellationTokenSource(50);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => sonoran.Cms.getClockInTypesV2(cancellationToken: source.Token));
        Assert.Single(await Emulator.Journal());
    }

    [Fact]
    public async Task Cancelling_at_any_moment_ends_every_call_one_way_or_the_other()
    {
        using var sonoran = Emulator.Client(options => options.rateLimit = SonoranRateLimit.Off);
        var ends = await Task.WhenAll(Enumerable.Range(0, 64).Select(lane => Task.Run(() => Race(sonoran, lane))));
        var (answered, cancelled) = (ends.Sum(end => end.Answered), ends.Sum(end => end.Cancelled));
        Assert.Equal(64 * 50, answered + cancelled);
        Assert.NotEqual(0, answered);
        Assert.NotEqual(0, cancelled);
    }

    [Fact]
    public async Task A_disposed_client_refuses_calls_and_may_be_disposed_again()
    {
        var sonoran = Emulator.Client();
        sonoran.Dispose();
        sonoran.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => sonoran.Cms.getCommunityV2());
        Assert.Empty(await Emulator.Journal());
    }

    [Fact]
    public async Task Disposing_ends_calls_under_way_and_those_that_wait_as_cancellations()
    {
        using var server = new SilentServer();
        var sonoran = Emulator.Client(options =>
        {
            options.apiUrl = server.Url;
            options.apiKey = nameof(Disposing_ends_calls_under_way_and_those_that_wait_as_cancellations);
            options.ceilings = new Dictionary<string, int> { ["getCommunityV2"] = 1 };
        });
        var calls = new[] { sonoran.Cms.getCommunityV2(), sonoran.Cms.getCommunityV2() };
        var closed = await server.Request(TestEnd);
        await sonoran.DisposeAsync();
        foreach (var call in calls)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
            Assert.True(call.IsCanceled);
        }

        await closed.WaitAsync(TimeSpan.FromSeconds(5), TestEnd);
        sonoran.Close();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => sonoran.Cms.getCommunityV2());
    }

    [Fact]
    public async Task The_caller_does_not_go_on_where_the_call_was_completed()
    {
        using var sonoran = Emulator.Client(options => options.rateLimit = SonoranRateLimit.Off);
        // Blocking after an await would stop every other call if it happened on the native library's thread.
        await sonoran.Cms.getCommunityV2().ConfigureAwait(false);
        var other = sonoran.Cms.getCommunityV2();
#pragma warning disable xUnit1031 // Blocking is what is tested.
        Assert.True(other.Wait(TimeSpan.FromSeconds(5), TestEnd));
#pragma warning restore xUnit1031
    }

    private static async Task<(int Answered, int Cancelled)> Race(SonoranClient sonoran, int lane)
    {
        var random = new Random(lane);
        var (answered, cancelled) = (0, 0);
        for (var turn = 0; turn < 50; turn++)
        {
            using var source = new CancellationTokenSource();
            var call = sonoran.Cms.getCommunityV2(cancellationToken: source.Token);
            // On a busy machine no answer comes within a millisecond: some calls are cancelled when theirs is there.
            await (turn % 10 == 0 ? Task.WhenAny(call) : Task.Delay(random.Next(3) == 0 ? 1 : 0, CancellationToken.None));
            source.Cancel();
            try
            {
                await call;
                answered++;
            }
            catch (OperationCanceledException)
            {
                cancelled++;
            }
        }

        return (answered, cancelled);
    }
}
