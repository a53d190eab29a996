using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Linq;
using Sonoran.Native;

namespace Sonoran;

/// <summary>The source of activities and the meter, both named <c>Sonoran.Net</c>. Their names are part of the package's interface.</summary>
internal static class Telemetry
{
    private const string Name = "Sonoran.Net";

    private static readonly string? Version = typeof(Telemetry).Assembly.GetName().Version?.ToString(3);
    private static readonly Meter Meter = new(Name, Version);
    private static readonly List<WeakReference<Session>> Sessions = [];

    internal static readonly ActivitySource Activities = new(Name, Version);

    internal static readonly UpDownCounter<long> Active =
        Meter.CreateUpDownCounter<long>("sonoran.client.active_calls", "{call}", "Calls under way, those that wait for their rate limit included.");

    internal static readonly Histogram<double> Calls =
        Meter.CreateHistogram<double>("sonoran.client.call.duration", "s", "How long calls took, with all their attempts and waits.");

    // The name that OpenTelemetry gives to what HttpClient measures, so that its charts hold for this too.
    internal static readonly Histogram<double> Attempts =
        Meter.CreateHistogram<double>("http.client.request.duration", "s", "How long single requests took.");

    internal static readonly Histogram<double> Waits =
        Meter.CreateHistogram<double>("sonoran.client.wait.duration", "s", "How long calls waited for a slot of their rate limit, where they waited.");

    internal static readonly ObservableGauge<long> SlotsFree =
        Meter.CreateObservableGauge("sonoran.client.slots.free", FreeSlots, "{slot}", "Requests that an operation's rate limit has room for now.");

    /// <summary>Whether somebody wants any of the metrics.</summary>
    internal static bool Measures => Calls.Enabled || Attempts.Enabled || Waits.Enabled || Active.Enabled || SlotsFree.Enabled;

    /// <summary>Lets the slots of a client be measured for as long as it is in use.</summary>
    internal static void Add(Session session)
    {
        lock (Sessions)
        {
            Sessions.RemoveAll(static other => !other.TryGetTarget(out var target) || target.Native.IsClosed);
            Sessions.Add(new WeakReference<Session>(session));
        }
    }

    private static IEnumerable<Measurement<long>> FreeSlots()
    {
        lock (Sessions)
        {
            // Clients of one community share their limits.
            return Sessions.SelectMany(Free).GroupBy(slot => (slot.Community, slot.Operation)).Select(slots => slots.First()).Select(Measured).ToList();
        }
    }

    private static IEnumerable<(string Community, string Operation, int Free)> Free(WeakReference<Session> reference) =>
        !reference.TryGetTarget(out var session)
            ? []
            : session.Called.Keys.Select(operation => (session.Community, operation, Free(session, operation))).Where(slot => slot.Item3 >= 0);

    private static int Free(Session session, string operation)
    {
        try
        {
            return new SonoranRateLimitState(session.Native.RateLimit(Unicode.Utf8(operation))).Free;
        }
        catch (Exception exception) when (exception is ObjectDisposedException or NativeFaultException)
        {
            // The client was disposed in this very moment.
            return -1;
        }
    }

    private static Measurement<long> Measured((string Community, string Operation, int Free) slot) => new(
        slot.Free,
        new KeyValuePair<string, object?>("sonoran.operation", slot.Operation),
        new KeyValuePair<string, object?>("sonoran.community.id", slot.Community));
}
