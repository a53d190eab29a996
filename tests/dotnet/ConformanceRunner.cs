using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sonoran.Tests;

/// <summary>Makes the calls of a scenario and notes what comes of them.</summary>
internal sealed class ConformanceRunner : IDisposable
{
    private readonly JsonNode _brief;
    private readonly Dictionary<string, Lazy<SonoranClient>> _clients;

    public ConformanceRunner(JsonNode brief)
    {
        _brief = brief;
        _clients = brief["clients"]!.AsObject().ToDictionary(
            client => client.Key, client => new Lazy<SonoranClient>(() => new SonoranClient(Options(client.Value!.AsObject()))));
    }

    /// <summary>What came of a scenario's calls in a process that has nothing else to do.</summary>
    public static async Task<string> Report(string brief)
    {
        using var runner = new ConformanceRunner(JsonNode.Parse(brief)!);
        return await runner.Report();
    }

    public static IReadOnlyCollection<string> Keys(JsonNode brief) =>
        [.. brief["clients"]!.AsObject().Select(client => (string?)client.Value!["apiKey"]).Where(key => !string.IsNullOrEmpty(key)).Distinct()!];

    public async Task<string> Report()
    {
        var outcomes = new JsonArray();
        foreach (var call in _brief["calls"]!.AsArray())
        {
            await Task.Delay((int?)call!["pause"] ?? 0);
            var atOnce = Enumerable.Range(0, (int?)call["atOnce"] ?? 1).Select(_ => Outcome(call)).ToList();
            outcomes.Add(new JsonArray([.. await Task.WhenAll(atOnce)]));
        }

        return new JsonObject { ["outcomes"] = outcomes }.ToJsonString();
    }

    public void Dispose()
    {
        foreach (var client in _clients.Values.Where(client => client.IsValueCreated))
        {
            client.Value.Dispose();
        }
    }

    private async Task<JsonNode> Outcome(JsonNode call)
    {
        var time = Stopwatch.StartNew();
        var outcome = await Told(call);
        outcome["elapsed"] = time.ElapsedMilliseconds;
        return outcome;
    }

    private async Task<JsonNode> Told(JsonNode call)
    {
        try
        {
            var client = _clients[(string)call["client"]!].Value;
            using var cancel = new CancellationTokenSource();
            if ((int?)call["cancelAfter"] is { } time)
            {
                cancel.CancelAfter(time);
            }

            var response = await Invoke(client.Cms, call, cancel.Token);
            Canary.Check(Keys(_brief), client, response, response.error, response.success ? null : Thrown(response));
            return new JsonObject { ["response"] = Response(response) };
        }
        catch (ArgumentException misuse)
        {
            Canary.Check(Keys(_brief), misuse);
            return new JsonObject { ["misuse"] = new JsonObject { ["argument"] = misuse.ParamName, ["message"] = misuse.Message } };
        }
        catch (OperationCanceledException cancelled)
        {
            Canary.Check(Keys(_brief), cancelled);
            return new JsonObject { ["cancelled"] = true };
        }
        catch (Exception crash)
        {
            return new JsonObject { ["crash"] = crash.ToString() };
        }
    }

    private static SonoranError Thrown(SonoranResponse response) => Xunit.Assert.ThrowsAny<SonoranError>(() => response.unwrap());

    private static async Task<SonoranResponse> Invoke(Cms cms, JsonNode call, CancellationToken cancellationToken)
    {
        var values = call["values"].Deserialize<JsonElement[]>()!;
        var name = (string)call["operation"]!;
        var member = typeof(Cms).GetMethods().First(method => method.Name == name && Given.IsWhole(method) && Takes(method, values));
        var given = member.GetParameters()[..^2].Select((parameter, at) =>
            at < values.Length ? Given.Value(parameter, values[at]) : parameter.HasDefaultValue ? parameter.DefaultValue : null);
        var task = (Task)member.Invoke(cms, BindingFlags.DoNotWrapExceptions, null, [.. given, CallOptions(call["options"]), cancellationToken], null)!;
        await task;
        return (SonoranResponse)task.GetType().GetProperty("Result")!.GetValue(task)!;
    }

    private static bool Takes(MethodInfo method, JsonElement[] values)
    {
        var parameters = method.GetParameters()[..^2];
        return values.Length <= parameters.Length && values.Zip(parameters).All(pair => Given.Fits(pair.Second, pair.First));
    }

    private static SonoranCallOptions CallOptions(JsonNode? options) => new()
    {
        timeout = Time(options?["timeout"]),
        deadline = Time(options?["deadline"]),
        retries = (int?)options?["retries"],
        maxWait = Time(options?["maxWait"]),
        rateLimit = options?["rateLimit"] is { } mode ? Enum.Parse<SonoranRateLimit>((string)mode!, ignoreCase: true) : null,
    };

    private static SonoranClientOptions Options(JsonObject given)
    {
        var options = new SonoranClientOptions();
        foreach (var (name, value) in given.Where(option => option.Value is not null))
        {
            var property = typeof(SonoranClientOptions).GetProperty(name == "serverId" ? "defaultServerId" : name)!;
            property.SetValue(options, Value(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, value!));
        }

        return options;
    }

    private static object? Value(Type type, JsonNode value) =>
        type == typeof(TimeSpan) ? Time(value)
        : type.IsEnum && value.GetValueKind() == JsonValueKind.String ? Enum.Parse(type, (string)value!, ignoreCase: true)
        : value.Deserialize(type);

    // One millisecond less than nothing is .NET's word for no bound.
    private static TimeSpan? Time(JsonNode? milliseconds) => milliseconds is null ? null
        : TimeSpan.FromMilliseconds((double)milliseconds) is var time && time == Timeout.InfiniteTimeSpan ? TimeSpan.FromSeconds(-1)
        : time;

    private static JsonObject Response(SonoranResponse response) => new()
    {
        ["success"] = response.success,
        ["status"] = response.status,
        ["data"] = Node(response.data),
        ["reason"] = response.reason,
        ["meta"] = Node(response.meta),
        ["requestId"] = response.requestId,
        ["attempts"] = response.attempts,
        ["waited"] = response.waited.TotalSeconds,
        ["error"] = response.error is not { } error ? null : new JsonObject
        {
            ["kind"] = error.kind,
            ["problem"] = Node(error.problemJson),
            ["retryAfter"] = error.retryAfter?.TotalSeconds,
            ["attempts"] = error.attempts,
            ["operation"] = error.operation,
            ["requestId"] = error.requestId,
            ["traceId"] = error.traceId,
            ["refusal"] = error.refusal,
            ["outcomeUnknown"] = error.outcomeUnknown,
        },
    };

    private static JsonNode? Node(JsonElement? element) => element is { } value ? JsonNode.Parse(value.GetRawText()) : null;
}
