using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Xunit;

namespace Sonoran.Tests;

/// <summary>What listeners of <c>Sonoran.Net</c> see.</summary>
[Collection(typeof(Alone))]
public sealed class TelemetryTests(Emulator emulator) : EmulatorTests(emulator)
{
    private const string Name = "Sonoran.Net";

    [Fact]
    public async Task A_call_is_an_activity_with_one_below_it_for_each_attempt()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = Listener(ended);
        using var sonoran = Emulator.Client();
        await Emulator.Answer("{}", status: 503);
        using var own = new Activity("of the program").Start();
        Assert.True((await sonoran.Cms.getAccountV2(Zeros)).success);
        Assert.Same(own, Activity.Current);

        var activities = ended.Where(activity => activity.TraceId == own.TraceId).ToList();
        var call = Assert.Single(activities, activity => activity.Kind == ActivityKind.Internal);
        Assert.Equal(("Cms.getAccountV2", own.SpanId, ActivityStatusCode.Unset), (call.OperationName, call.ParentSpanId, call.Status));
        Assert.Equal(("getAccountV2", 2), (call.GetTagItem("sonoran.operation"), call.GetTagItem("sonoran.attempts")));
        var attempts = activities.Where(activity => activity.Kind == ActivityKind.Client).ToList();
        Assert.Equal([503, 200], attempts.Select(attempt => attempt.GetTagItem("http.response.status_code")));
        Assert.Equal([null, 1], attempts.Select(attempt => attempt.GetTagItem("http.request.resend_count")));
        Assert.Equal([ActivityStatusCode.Error, ActivityStatusCode.Unset], attempts.Select(attempt => attempt.Status));
        Assert.All(attempts, attempt =>
        {
            Assert.Equal(call.SpanId, attempt.ParentSpanId);
            Assert.Equal("GET /v2/community/accounts/{accountId}", attempt.DisplayName);
            Assert.Equal(("GET", "127.0.0.1"), (attempt.GetTagItem("http.request.method"), attempt.GetTagItem("server.address")));
            Assert.InRange(attempt.StartTimeUtc, call.StartTimeUtc, attempt.StartTimeUtc + attempt.Duration);
        });

        // The service can tell which call it worked for.
        Assert.All(await Emulator.Journal(), request => Assert.Equal(call.Id, request.GetProperty("headers").GetProperty("traceparent").GetString()));
    }

    [Fact]
    public async Task A_failed_call_and_a_cancelled_one_say_so()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = Listener(ended);
        using var own = new Activity("of the program").Start();
        using var sonoran = Emulator.Client(options => options.apiKey = "WRONG_KEY");
        await sonoran.Cms.getCommunityV2();
        using var server = new SilentServer();
        using var silent = Emulator.Client(options => options.apiUrl = server.Url);
        using var end = new CancellationTokenSource();
        var cancelled = silent.Cms.getCommunityV2(cancellationToken: end.Token);
        await server.Request(TestContext.Current.CancellationToken);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        var calls = ended.Where(activity => activity.TraceId == own.TraceId && activity.Kind == ActivityKind.Internal).ToList();
        Assert.Equal(["auth", "cancelled"], calls.Select(call => call.GetTagItem("error.type")));
        Assert.All(calls, call => Assert.Equal(ActivityStatusCode.Error, call.Status));
        var attempts = ended.Where(activity => activity.TraceId == own.TraceId && activity.Kind == ActivityKind.Client);
        Assert.Equal(["401", "cancelled"], attempts.Select(attempt => attempt.GetTagItem("error.type")));
        Assert.Equal(calls.Select(call => call.SpanId), attempts.Select(attempt => attempt.ParentSpanId));
        Assert.All(attempts, attempt => Assert.Equal(ActivityStatusCode.Error, attempt.Status));
        Assert.All(ended.SelectMany(activity => activity.TagObjects), tag => Assert.DoesNotContain("_KEY", $"{tag.Value}"));
    }

    [Fact]
    public async Task An_attempt_that_is_cut_off_is_an_activity_that_no_hook_hears_of()
    {
        var (ended, heard) = (new ConcurrentQueue<Activity>(), new ConcurrentQueue<SonoranAttempt>());
        using var listener = Listener(ended);
        using var own = new Activity("of the program").Start();
        using var server = new SilentServer();
        var silent = Emulator.Client(options => (options.apiUrl, options.onAttempt, options.retries) = (server.Url, heard.Enqueue, 1));
        // The first is lost, the second is cut off as the client is disposed.
        var call = silent.Cms.getAccountV2(Zeros);
        await server.Drop(TestContext.Current.CancellationToken);
        await server.Request(TestContext.Current.CancellationToken);
        silent.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        var attempts = ended.Where(activity => activity.TraceId == own.TraceId && activity.Kind == ActivityKind.Client).ToList();
        Assert.Equal([heard.Single().Kind, "cancelled"], attempts.Select(attempt => attempt.GetTagItem("error.type")));
        Assert.Equal([null, 1], attempts.Select(attempt => attempt.GetTagItem("http.request.resend_count")));
        Assert.All(attempts, attempt => Assert.Equal("GET /v2/community/accounts/{accountId}", attempt.DisplayName));
    }

    [Fact]
    public async Task A_call_that_is_cancelled_while_it_waits_has_no_attempt()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = Listener(ended);
        using var sonoran = Emulator.Client(options => options.ceilings = new Dictionary<string, int> { ["getClockInTypesV2"] = 1 });
        await sonoran.Cms.getClockInTypesV2();
        using var own = new Activity("of the program").Start();
        using var end = new CancellationTokenSource();
        var waiting = sonoran.Cms.getClockInTypesV2(cancellationToken: end.Token);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        var call = Assert.Single(ended, activity => activity.TraceId == own.TraceId);
        Assert.Equal(("Cms.getClockInTypesV2", "cancelled"), (call.OperationName, call.GetTagItem("error.type")));
    }

    [Fact]
    public async Task Without_a_listener_the_trace_of_the_program_goes_on_all_the_same()
    {
        using var sonoran = Emulator.Client();
        using var own = new Activity("of the program").Start();
        own.TraceStateString = "vendor=1";
        own.AddBaggage("person", "secret");
        await sonoran.Cms.getCommunityV2();
        var headers = Assert.Single(await Emulator.Journal()).GetProperty("headers");
        Assert.Equal((own.Id, "vendor=1"), (headers.GetProperty("traceparent").GetString(), headers.GetProperty("tracestate").GetString()));
        Assert.DoesNotContain("secret", headers.GetRawText());
    }

    [Fact]
    public async Task Calls_attempts_waits_and_free_slots_are_measured()
    {
        const string Community = "measured";
        var seen = new ConcurrentQueue<(string Name, double Value, Dictionary<string, object?> Tags)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, it) =>
        {
            if (instrument.Meter.Name == Name)
            {
                it.EnableMeasurementEvents(instrument);
            }
        };
        void See(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            seen.Enqueue((instrument.Name, value, tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value)));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => See(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => See(instrument, value, tags));
        listener.Start();

        using var sonoran = Emulator.Client(options =>
        {
            options.communityId = Community;
            options.apiKey = "WRONG_KEY";
            options.rateWindow = TimeSpan.FromMilliseconds(50);
            options.ceilings = new Dictionary<string, int> { ["getSubVersionV2"] = 1 };
        });
        // At once, so that one waits for the other however busy the machine is.
        await Task.WhenAll(sonoran.Cms.getSubVersionV2(), sonoran.Cms.getSubVersionV2());
        listener.RecordObservableInstruments();

        // Other tests may make calls at the same time.
        List<(string Name, double Value, Dictionary<string, object?> Tags)> Of(string name, string tag, object? value) =>
            [.. seen.Where(one => one.Name == name && Equals(one.Tags.GetValueOrDefault(tag), value))];
        var calls = Of("sonoran.client.call.duration", "sonoran.community.id", Community);
        Assert.Equal([("getSubVersionV2", "auth"), ("getSubVersionV2", "auth")], calls.Select(one => ((string?)one.Tags["sonoran.operation"], (string?)one.Tags["error.type"])));
        var attempts = Of("http.client.request.duration", "server.port", new Uri(Emulator.Url).Port);
        Assert.Equal([401, 401], attempts.Select(one => one.Tags["http.response.status_code"]));
        Assert.True(Assert.Single(Of("sonoran.client.wait.duration", "sonoran.community.id", Community)).Value > 0);
        Assert.Equal(0, Of("sonoran.client.active_calls", "sonoran.community.id", Community).Sum(one => one.Value));
        var slots = Assert.Single(Of("sonoran.client.slots.free", "sonoran.community.id", Community));
        Assert.InRange(slots.Value, 0, 1);
    }

    private static ActivityListener Listener(ConcurrentQueue<Activity> ended)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
