using System.Text.Json;
using Xunit;

namespace Sonoran.Tests;

/// <summary>A push event as the documentation prints it.</summary>
public sealed record DocumentedEvent(string Type, string Name, JsonElement Body)
{
    public const string Key = "YOUR_API_KEY";

    public static IReadOnlyList<DocumentedEvent> All { get; } = Read();

    public static TheoryData<string> Types => [.. All.Select(each => each.Type)];

    public JsonElement Data => Body.GetProperty("data");

    /// <summary>The account, whichever name it has.</summary>
    public string? AccountId =>
        (Data.TryGetProperty("accountId", out var id) ? id : Data.GetProperty("accId")).GetString();

    public static DocumentedEvent Of(string type) => All.Single(each => each.Type == type);

    /// <summary>The body of an event with this key.</summary>
    public static string WithKey(string key, string type, string data) =>
        $$"""{"key":{{JsonSerializer.Serialize(key)}},"type":{{JsonSerializer.Serialize(type)}},"data":{{data}}}""";

    private static DocumentedEvent[] Read()
    {
        var file = Path.Combine(Emulator.Needed("SONORAN_ROOT"), "tests/generated/documented-events.json");
        return JsonSerializer.Deserialize<DocumentedEvent[]>(File.ReadAllText(file), new JsonSerializerOptions(JsonSerializerDefaults.Web))!;
    }
}
