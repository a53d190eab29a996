using System;
using System.Diagnostics;
using Sonoran.Json;

namespace Sonoran;

/// <summary>A call as traces and metrics show it: an activity with one below it for each attempt, and measurements.</summary>
/// <remarks>Names are OpenTelemetry's for HTTP clients where it has one.</remarks>
internal sealed class CallTrace
{
    private const string Cancelled = "cancelled";

    private readonly Activity? _activity;
    private readonly TagList _tags;
    private readonly bool _measures;
    private readonly long _began = Stopwatch.GetTimestamp();

    private CallTrace(Activity? activity, TagList tags, bool measures)
    {
        _activity = activity;
        _tags = tags;
        _measures = measures;
    }

    /// <summary>Whether anybody listens.</summary>
    internal static bool IsWanted => Telemetry.Activities.HasListeners() || Telemetry.Measures;

    /// <summary>Begins an activity and a measurement, where anybody listens.</summary>
    internal static CallTrace? Begin(Session session, string operation)
    {
        var activity = Telemetry.Activities.HasListeners() ? Telemetry.Activities.StartActivity($"Cms.{operation}") : null;
        var measures = Telemetry.Measures;
        if (activity is null && !measures)
        {
            return null;
        }

        TagList tags = new() { { "sonoran.operation", operation }, { "sonoran.community.id", session.Community } };
        if (measures)
        {
            session.Called.TryAdd(operation, true);
            Telemetry.Active.Add(1, tags);
        }

        activity?.SetTag("sonoran.operation", operation).SetTag("sonoran.community.id", session.Community);
        return new CallTrace(activity, tags, measures);
    }

    /// <summary>What requests say of the trace that they belong to: that of the running activity, whoever began it.</summary>
    /// <remarks>No baggage: it is the program's own and goes to no third party.</remarks>
    internal static void WriteHeaders(TextBuffer to)
    {
        if (Activity.Current is { } activity)
        {
            DistributedContextPropagator.Current.Inject(activity, to, static (to, name, value) =>
            {
                // A line each.
                if (name is "traceparent" or "tracestate" && value.Length > 0 && !value.Contains('\n'))
                {
                    ((TextBuffer)to!).Write($"{name}: {value}\n");
                }
            });
        }
    }

    internal void Tell(SonoranAttempt attempt)
    {
        var address = new Uri(attempt.Address);
        var failure = attempt.IsCancelled ? Cancelled : attempt.Kind ?? (attempt.Status >= 400 ? $"{attempt.Status}" : null);
        TagList tags = new()
        {
            { "http.request.method", attempt.Method },
            { "server.address", address.Host },
            { "server.port", address.Port },
            { "url.scheme", address.Scheme },
            { "url.template", attempt.Path },
        };
        Add(ref tags, "http.response.status_code", attempt.Status);
        Add(ref tags, "error.type", failure);
        Telemetry.Attempts.Record(attempt.Elapsed.TotalSeconds, tags);
        if (_activity is null)
        {
            return;
        }

        Add(ref tags, "http.request.resend_count", attempt.Number > 1 ? attempt.Number - 1 : null);
        Add(ref tags, "sonoran.request_id", attempt.RequestId);
        Add(ref tags, "sonoran.pause", attempt.Pause?.TotalSeconds);
        var end = DateTime.UtcNow;
        using var activity = Telemetry.Activities.StartActivity(
            ActivityKind.Client, _activity.Context, tags, startTime: end - attempt.Elapsed, name: $"{attempt.Method} {attempt.Path}");
        activity?.SetEndTime(end).SetStatus(failure is null ? ActivityStatusCode.Unset : ActivityStatusCode.Error, attempt.Reason);
    }

    internal void End(SonoranResponse answer)
    {
        if (answer.waited > TimeSpan.Zero)
        {
            Telemetry.Waits.Record(answer.waited.TotalSeconds, _tags);
        }

        _activity?
            .SetTag("sonoran.attempts", answer.attempts)
            .SetTag("sonoran.waited", answer.waited.TotalSeconds)
            .SetTag("sonoran.request_id", answer.requestId)
            .SetTag("http.response.status_code", answer.status);
        End(answer.error?.kind, answer.reason);
    }

    internal void End(Exception exception) =>
        End(exception is OperationCanceledException ? Cancelled : exception.GetType().FullName, exception.Message);

    private void End(string? failure, string? reason)
    {
        var tags = _tags;
        // As often as it was counted, whoever began to listen since.
        if (_measures)
        {
            Telemetry.Active.Add(-1, tags);
        }

        Add(ref tags, "error.type", failure);
        Telemetry.Calls.Record(Stopwatch.GetElapsedTime(_began).TotalSeconds, tags);
        if (failure is not null)
        {
            _activity?.SetTag("error.type", failure).SetStatus(ActivityStatusCode.Error, reason);
        }

        _activity?.Dispose();
    }

    private static void Add(ref TagList tags, string name, object? value)
    {
        if (value is not null)
        {
            tags.Add(name, value);
        }
    }
}
