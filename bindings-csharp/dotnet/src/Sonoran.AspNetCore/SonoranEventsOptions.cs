using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Runtime.Serialization;
using System.Text.Json.Serialization;
using System.Threading;
using System.Threading.Tasks;

namespace Sonoran.AspNetCore;

/// <summary>What an endpoint for push events is to know and to call.</summary>
/// <remarks>
/// The handlers run after the request was answered, one after the other, in the order in which the events came. Their
/// token is cancelled when the time is over that the application has for shutting down. An event without a handler is
/// answered all the same, and logged once for its type (Warning).
/// </remarks>
public sealed partial class SonoranEventsOptions
{
    /// <summary>The API key of the community; by default that which the client of the services has at the time of the event.</summary>
    /// <remarks>Where there is neither, <see cref="Keys"/> is required. Is in no text, log or JSON that this package makes.</remarks>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? Key { get; set; }

    /// <summary>Further keys that events may carry beside <see cref="Key"/> or the client's, such as the old one while the key is being changed.</summary>
    /// <remarks>Is in no text, log or JSON that this package makes.</remarks>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public IEnumerable<string>? Keys { get; set; }

    /// <summary>Is called with each event of a type that is not documented, or whose data are no object.</summary>
    public Func<UnknownEvent, CancellationToken, Task>? OnUnknown { get; set; }

    /// <summary>Is called when a handler failed, with what it threw; by default that is logged. Other handlers get the event all the same.</summary>
    public Func<Exception, SonoranEvent, CancellationToken, Task>? OnError { get; set; }

    /// <summary>How many events may wait for their handlers; 1,000 by default. Beyond it the service is told to come back (503).</summary>
    public int MaxQueue { get; set; } = 1000;

    /// <summary>How long the body of a request may take to arrive; 10 seconds by default. Then the connection is closed (408).</summary>
    public TimeSpan BodyTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>What there is to wait for where an event has no handler.</summary>
    internal static Task Nobody { get; } = Task.FromResult(new object());

    /// <summary>Stands for <see cref="Key"/> where no key is given.</summary>
    internal string? ClientKey { get; set; }

    /// <summary>The bounds; no secret.</summary>
    public override string ToString() => $"SonoranEventsOptions {{ MaxQueue = {MaxQueue}, BodyTimeout = {BodyTimeout} }}";

    /// <summary>All keys, once it is certain that an endpoint with these options works and is not open to everybody.</summary>
    /// <exception cref="ArgumentException">An option is missing or wrong.</exception>
    internal string[] CheckedKeys()
    {
        if (MaxQueue < 1)
        {
            throw new ArgumentException($"{nameof(MaxQueue)} must be 1 or more", nameof(MaxQueue));
        }

        // A timer goes no further.
        if (BodyTimeout <= TimeSpan.Zero || BodyTimeout.TotalMilliseconds > int.MaxValue)
        {
            throw new ArgumentException($"{nameof(BodyTimeout)} must be more than zero and at most 24 days", nameof(BodyTimeout));
        }

        string?[] one = (Key ?? ClientKey) is { } key ? [key] : [];
        string?[] further = [.. Keys ?? []];
        string?[] all = [.. one, .. further];
        if (all.Length == 0)
        {
            throw new ArgumentException(
                $"{nameof(Key)} must be the API key of the community: set it, or register a client without a name by services.AddSonoran(configuration). The key of a client with a name is "
                + "app.Services.GetRequiredService<IOptionsMonitor<SonoranClientOptions>>().Get(\"name\").ApiKey",
                nameof(Key));
        }

        if (all.Any(string.IsNullOrEmpty))
        {
            throw new ArgumentException($"{nameof(Key)} must be the API key of the community, and must not be empty", nameof(Key));
        }

        Check(nameof(Key), one!);
        Check(nameof(Keys), further!);
        return all!;
    }

    private static void Check(string name, string[] keys)
    {
        try
        {
            if (keys.Length > 0)
            {
                // Also finds out now, and not when the first event comes, whether the native library is there.
                SonoranEvents.TryParse("", keys, out _, out _);
            }
        }
        catch (ArgumentException exception) when (exception.ParamName == "keys")
        {
            throw new ArgumentException($"{name}{exception.Message["keys".Length..]}", name, exception);
        }
    }

    private static Task Call<T>(Func<T, CancellationToken, Task>? handler, T received, CancellationToken cancellationToken) =>
        handler is null ? Nobody
        : handler(received, cancellationToken)
        ?? throw new InvalidOperationException($"the handler of {typeof(T).Name} gave null instead of a task: return Task.CompletedTask where there is nothing to wait for");
}
