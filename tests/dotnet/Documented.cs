using System.Reflection;
using System.Text.Json;

namespace Sonoran.Tests;

/// <summary>A call and its answer as the documentation prints them.</summary>
public sealed record DocumentedCall(
    string Method,
    int Version,
    string Verb,
    IReadOnlyList<string> Arguments,
    IReadOnlyList<string> Optional,
    DocumentedArguments Call,
    int Status,
    JsonElement? Data)
{
    public static IReadOnlyList<DocumentedCall> All { get; } = Read();

    public static TheoryNames Names => new(All.Select(call => call.Method));

    public static DocumentedCall Of(string method) => All.Single(call => call.Method == method);

    /// <summary>The method that takes every documented argument.</summary>
    public MethodInfo Member =>
        Candidates().FirstOrDefault(method => method.GetParameters().Zip(Values()).All(pair => Given.Fits(pair.First, pair.Second)))
        ?? throw new InvalidOperationException($"no {Method} takes {string.Join(", ", Arguments)}");

    /// <summary>Makes the call; gives its response.</summary>
    public async Task<SonoranResponse> Invoke(Cms cms)
    {
        var member = Member;
        var parameters = member.GetParameters();
        var values = Values().Zip(parameters).Select(pair => Given.Value(pair.Second, pair.First));
        var given = values.Concat(parameters.Skip(Values().Count).Select(parameter => parameter.DefaultValue)).ToArray();
        var task = (Task)member.Invoke(cms, given)!;
        await task;
        return (SonoranResponse)task.GetType().GetProperty("Result")!.GetValue(task)!;
    }

    private List<JsonElement> Values()
    {
        var given = Call.Values.ToList();
        return given[..(given.FindLastIndex(value => value.ValueKind != JsonValueKind.Null) + 1)];
    }

    private IEnumerable<MethodInfo> Candidates() => typeof(Cms).GetMethods().Where(method =>
        method.Name == Method
        && Given.IsWhole(method)
        && method.GetParameters().Select(parameter => parameter.Name!.TrimEnd('_')).SequenceEqual([.. Arguments, "options", "cancellationToken"]));

    private static DocumentedCall[] Read()
    {
        var file = Path.Combine(Emulator.Needed("SONORAN_ROOT"), "tests/generated/documented-calls.json");
        return JsonSerializer.Deserialize<DocumentedCall[]>(File.ReadAllText(file), new JsonSerializerOptions(JsonSerializerDefaults.Web))!;
    }
}

/// <summary>What a documented call is given.</summary>
public sealed record DocumentedArguments(IReadOnlyList<JsonElement> Values, JsonElement? Payload, string? Type, JsonElement? Data);

/// <summary>Names of methods, one test each.</summary>
public sealed class TheoryNames(IEnumerable<string> names) : Xunit.TheoryData<string>(names);
