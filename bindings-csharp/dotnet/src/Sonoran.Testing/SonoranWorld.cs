using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace Sonoran.Testing;

/// <summary>A community of its own inside the emulator: state, clock, limits, faults, journal and push events that no other world sees.</summary>
/// <remarks>What the emulator refuses, such as an operation's name that is none, is an <see cref="ArgumentException"/> that says why.</remarks>
public sealed class SonoranWorld : IDisposable, IAsyncDisposable
{
    private readonly Admin _admin;
    private readonly string? _world;
    private readonly bool _limits;
    private readonly long _before;
    private readonly ConcurrentBag<SonoranClient> _clients = [];
    private int _deleted;

    /// <param name="url">The address.</param>
    /// <param name="key">The key.</param>
    /// <param name="communityId">The community's id.</param>
    /// <param name="world">Its name; null for the default world.</param>
    /// <param name="limits">Whether the emulator counts rate limits.</param>
    /// <param name="before">The number of the last request to the default world before it was made.</param>
    internal SonoranWorld(string url, string key, string communityId, string? world, bool limits, long before = 0)
    {
        Url = url;
        Key = key;
        CommunityId = communityId;
        _world = world;
        _limits = limits;
        _before = before;
        _admin = new Admin(url, world);
    }

    /// <summary>The address to call.</summary>
    public string Url { get; }

    /// <summary>The API key that leads here.</summary>
    public string Key { get; }

    /// <summary>The community's id.</summary>
    public string CommunityId { get; }

    /// <summary>Options of a client that calls this world.</summary>
    /// <returns>Options with address, key and community; without rate limits where the emulator counts none.</returns>
    public SonoranClientOptions Options() => Settled(Given());

    /// <summary>A client that calls this world, and ends with it.</summary>
    /// <param name="change">Changes its options. One that sets anything of rate limits has them counted; an address that it sets to null stays the world's.</param>
    /// <returns>The client.</returns>
    public SonoranClient Client(Action<SonoranClientOptions>? change = null)
    {
        var options = Given();
        change?.Invoke(options);
        // Without one it would be the production service's.
        options.apiUrl ??= options.cmsApiUrl ?? Url;
        Settled(options);
        var client = new SonoranClient(options);
        _clients.Add(client);
        return client;
    }

    /// <summary>The requests that came, oldest first.</summary>
    /// <param name="operation">Only those of this method's name.</param>
    /// <param name="status">Only those that were answered so.</param>
    /// <param name="since">Only those with a higher number.</param>
    /// <returns>The requests.</returns>
    public async Task<IReadOnlyList<JournalEntry>> JournalAsync(string? operation = null, int? status = null, int? since = null)
    {
        var told = await _admin.Ask(
            HttpMethod.Get, "journal", null, [("operation", operation), ("status", status), ("since", since)]).ConfigureAwait(false);
        return Read<IReadOnlyList<JournalEntry>>(told.GetProperty("entries"));
    }

    /// <summary>Forgets the requests that came.</summary>
    /// <returns>Ends when it is done.</returns>
    public Task ClearJournalAsync() => _admin.Ask(HttpMethod.Delete, "journal", null);

    /// <summary>Passes where such requests came: as many as are expected, or at least one.</summary>
    /// <param name="operation">The method's name.</param>
    /// <param name="expected">What else is expected of them.</param>
    /// <returns>Ends when it is known.</returns>
    /// <exception cref="NotCalledException">They did not come; the message has those that came nearest, and what differs in them.</exception>
    public async Task AssertCalledAsync(string operation, Expected? expected = null)
    {
        if (string.IsNullOrEmpty(operation))
        {
            // Else calls of all operations would count.
            throw new ArgumentException("operation must be the name of a method, such as getAccountV2", nameof(operation));
        }

        expected ??= new Expected();
        var headers = expected.Headers?.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value);
        var (query, body) = (Admin.Whole(expected.Query), Admin.Whole(expected.Body));
        var asked = new
        {
            operation,
            expected.Count,
            expected.AtLeast,
            expected.AtMost,
            expected.Method,
            expected.Path,
            expected.Status,
            query,
            headers,
            body,
            Answer = Admin.Whole(expected.Answer),
        };
        var (status, answer) = await _admin.Told(HttpMethod.Post, "journal/assert", asked).ConfigureAwait(false);
        if (status == HttpStatusCode.Conflict)
        {
            var astray = answer.GetProperty("found").GetInt64() > 0 ? "" : await Astray(new
            {
                operation,
                expected.Method,
                expected.Path,
                query,
                headers,
                body,
                Since = _before,
            }).ConfigureAwait(false);
            throw new NotCalledException($"{operation}: {Nearest(answer)}{astray}");
        }

        if (status != HttpStatusCode.OK)
        {
            throw new ArgumentException(Admin.Detail(answer));
        }
    }

    /// <summary>Spoils answers.</summary>
    /// <param name="fault">Which, and how.</param>
    /// <returns>Ends when it is settled.</returns>
    /// <example>
    /// <code>
    /// await world.FaultAsync(new Fault(FaultAction.Respond(503)) { Operation = "getAccountV2", Times = 2 });
    /// await world.FaultAsync(new Fault(FaultAction.Reset()) { Path = "*/ranks", Nth = [1, 3] });
    /// </code>
    /// </example>
    public Task FaultAsync(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        if (fault.Nth is not null && fault.Times is not null)
        {
            throw new ArgumentException("Nth and Times exclude each other: list the places in Nth", nameof(fault));
        }

        return _admin.Ask(HttpMethod.Post, "faults", new
        {
            fault.Action,
            fault.Operation,
            fault.Method,
            fault.Path,
            fault.Nth,
            Times = fault.Times == Fault.Always ? (object)"always" : fault.Times,
            fault.Probability,
            fault.Seed,
            Delay = (long)fault.Delay.TotalMilliseconds,
        });
    }

    /// <summary>Passes where each fault has spoilt an answer, at least once: a test of an outage that never came would pass as well.</summary>
    /// <returns>Ends when it is known.</returns>
    /// <exception cref="FaultsNotPlayedException">Some have not, which the message tells; or there are none.</exception>
    public async Task AssertFaultsPlayedAsync()
    {
        var faults = (await _admin.Ask(HttpMethod.Get, "faults", null).ConfigureAwait(false)).GetProperty("faults").EnumerateArray().ToList();
        if (faults.Count == 0)
        {
            throw new FaultsNotPlayedException("there are no faults that could have been played");
        }

        var idle = faults.Where(fault => fault.GetProperty("played").GetInt64() == 0)
            .Select(fault => $"{InWords(fault.GetProperty("rule"))}: of {fault.GetProperty("seen")} requests that it fitted")
            .ToList();
        if (idle.Count > 0)
        {
            throw new FaultsNotPlayedException(string.Join('\n', idle.Prepend("faults that were not played:")));
        }
    }

    /// <summary>Forgets all faults, those that have been played too.</summary>
    /// <returns>Ends when it is done.</returns>
    public Task ClearFaultsAsync() => _admin.Ask(HttpMethod.Delete, "faults", null);

    /// <summary>The rate limits, after changing what is given.</summary>
    /// <param name="change">What is to be different.</param>
    /// <returns>The limits as they are counted.</returns>
    public async Task<RateLimits> LimitsAsync(RateLimits? change = null) =>
        Read<RateLimits>(await _admin.Ask(HttpMethod.Put, "limits", change ?? new RateLimits()).ConfigureAwait(false));

    /// <summary>All that the world keeps, as one document.</summary>
    /// <returns>The document.</returns>
    public Task<JsonElement> StateAsync() => _admin.Ask(HttpMethod.Get, "state", null);

    /// <summary>Another state in place of the present one, whole or not at all; the key and the community stay.</summary>
    /// <param name="state">The document.</param>
    /// <returns>Ends when it is done.</returns>
    public Task LoadAsync(object state) => _admin.Ask(HttpMethod.Put, "state", Admin.Whole(state));

    /// <summary>Merges a change into the state, whole or not at all.</summary>
    /// <param name="change">The change, such as <c>new { accounts = new[] { new { accId, accName = "Alex" } } }</c>.</param>
    /// <returns>Ends when it is done.</returns>
    public Task ChangeAsync(object change) => _admin.Ask(HttpMethod.Patch, "state", Admin.Whole(change));

    /// <summary>Adds made-up members; the same number and seed make the same ones in every run.</summary>
    /// <param name="accounts">How many.</param>
    /// <param name="seed">Settles which.</param>
    /// <returns>Ends when they are there.</returns>
    public Task GenerateAsync(int accounts, int seed = 0) => _admin.Ask(HttpMethod.Post, "generate", new { accounts, seed });

    /// <summary>Everything as after the start.</summary>
    /// <returns>Ends when it is done.</returns>
    public Task ResetAsync() => _admin.Ask(HttpMethod.Post, "reset", new { });

    /// <summary>The world's time.</summary>
    /// <returns>The time.</returns>
    public async Task<DateTimeOffset> NowAsync() =>
        (await _admin.Ask(HttpMethod.Get, "clock", null).ConfigureAwait(false)).GetProperty("now").GetDateTimeOffset();

    /// <summary>Moves the world's clock on, for dates and for the windows in which it counts requests.</summary>
    /// <param name="time">How far.</param>
    /// <returns>Ends when it is done.</returns>
    /// <remarks>A client has a clock of its own: who tests its waiting gives it a short <c>rateWindow</c>.</remarks>
    public Task AdvanceAsync(TimeSpan time) => _admin.Ask(HttpMethod.Post, "clock", new { advanceSeconds = time.TotalSeconds });

    /// <summary>Stops the clock, at this time if one is given; <see cref="AdvanceAsync"/> still moves it.</summary>
    /// <param name="at">The time.</param>
    /// <returns>Ends when it is done.</returns>
    public Task FreezeAsync(DateTimeOffset? at = null)
    {
        var set = at?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        return _admin.Ask(HttpMethod.Post, "clock", new { freeze = true, set });
    }

    /// <summary>From now on, calls that change an account send their events to these addresses.</summary>
    /// <param name="urls">The addresses.</param>
    /// <returns>Ends when it is done.</returns>
    public Task SendEventsToAsync(params string[] urls) =>
        _admin.Ask(HttpMethod.Put, "events", new { targets = urls.Select(url => new { url, Key }) });

    /// <summary>Sends an event now.</summary>
    /// <param name="type">Its type, such as <c>ACCOUNT_KICKED</c>.</param>
    /// <param name="data">Its data, in place of the documented example's.</param>
    /// <param name="undocumented">Says that a type is meant that is not documented, such as the service may have tomorrow; it needs data.</param>
    /// <returns>What became of it at each address.</returns>
    /// <exception cref="ArgumentException">No event is called so, or it has no data.</exception>
    /// <exception cref="InvalidOperationException">It has nobody to go to: see <see cref="SendEventsToAsync"/>.</exception>
    public async Task<IReadOnlyList<Delivery>> SendEventAsync(string type, object? data = null, bool undocumented = false)
    {
        var (status, answer) = await _admin.Told(HttpMethod.Post, "events", new { type, data = Admin.Whole(data), undocumented }).ConfigureAwait(false);
        if (status != HttpStatusCode.OK)
        {
            // In the words of this method.
            throw new ArgumentException(Admin.Detail(answer).Replace("\"undocumented\": true", "undocumented: true", StringComparison.Ordinal));
        }

        var deliveries = Read<IReadOnlyList<Delivery>>(answer.GetProperty("deliveries"));
        return deliveries.Count > 0 ? deliveries : throw new InvalidOperationException($"{type} was sent to nobody: say where to by SendEventsToAsync first");
    }

    /// <summary>Ends the clients that were made for it, and deletes it; the default world stays.</summary>
    public void Dispose()
    {
        while (_clients.TryTake(out var client))
        {
            client.Dispose();
        }

        if (_world is null || Interlocked.Exchange(ref _deleted, 1) != 0)
        {
            return;
        }

        try
        {
            new Admin(Url, null).Ask(HttpMethod.Delete, $"worlds/{_world}");
        }
        catch (EmulatorException)
        {
            // It ended before, and its worlds with it. What a test failed of is not to be hidden by this.
        }
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    private SonoranClientOptions Given() => new() { apiKey = Key, communityId = CommunityId, apiUrl = Url };

    // What nobody counts needs no waiting for, unless it is what a test is about.
    private SonoranClientOptions Settled(SonoranClientOptions options)
    {
        if (!_limits && options is { rateLimit: null, ceilings: null, maxWait: null, rateWindow: null, shareLimits: null })
        {
            options.rateLimit = SonoranRateLimit.Off;
        }

        return options;
    }

    private static T Read<T>(JsonElement element) => element.Deserialize<T>(Admin.Json)!;

    /// <summary>That such requests came with another key, as those of code that has a credential of its own.</summary>
    private async Task<string> Astray(object asked)
    {
        var (status, answer) = _world is null ? default : await new Admin(Url, null).Told(HttpMethod.Post, "journal/assert", asked).ConfigureAwait(false);
        return status == HttpStatusCode.OK
            ? $"\n{answer.GetProperty("found")} such came with another key than this world's: let the code that is tested have its Key and CommunityId"
            : "";
    }

    /// <summary>A fault, by what was given.</summary>
    private static string InWords(JsonElement rule) => string.Join(", ", rule.EnumerateObject()
        .Where(member => member.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False) && member.Value.ToString() is not ("" or "0"))
        .Select(member => $"{member.Name} {member.Value}"));

    private static string Nearest(JsonElement told)
    {
        var lines = told.GetProperty("nearMisses").EnumerateArray().Select(miss =>
        {
            var request = miss.GetProperty("request");
            var shown = $"{request.GetProperty("method")} {request.GetProperty("path")} ({request.GetProperty("name")}), answered {request.GetProperty("status")}, "
                + $"query {request.GetProperty("query")}, body {request.GetProperty("body")}";
            return $"nearest: {shown}; differs in {string.Join(", ", miss.GetProperty("differs").EnumerateArray())}";
        });
        return string.Join('\n', lines.Prepend(Admin.Detail(told)));
    }
}
