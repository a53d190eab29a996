using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sonoran.Tests;

/// <summary>Compares an answer with the documented one: everything documented is there, with the documented type.</summary>
internal static partial class Shape
{
    public static IEnumerable<string> Differences(JsonElement documented, JsonElement actual, string place = "data")
    {
        if (documented.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        if (Kind(documented) != Kind(actual))
        {
            return [$"{place} is {Kind(actual)}, documented as {Kind(documented)}"];
        }

        return documented.ValueKind switch
        {
            JsonValueKind.Array => Items(documented, actual, place),
            JsonValueKind.Object => documented.EnumerateObject().SelectMany(member => Member(member, actual, place)),
            _ => [],
        };
    }

    /// <summary>The same without members that are null, which a record leaves out.</summary>
    public static JsonNode? WithoutNulls(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                var kept = members.Where(member => member.Value is not null);
                return new JsonObject(kept.Select(member => KeyValuePair.Create(member.Key, WithoutNulls(member.Value))));
            case JsonArray items:
                return new JsonArray([.. items.Select(WithoutNulls)]);
            // However it is written, it is the same time.
            case JsonValue value when value.TryGetValue<string>(out var text) && Time().IsMatch(text):
                return DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
            default:
                return node?.DeepClone();
        }
    }

    private static IEnumerable<string> Items(JsonElement documented, JsonElement actual, string place)
    {
        if (documented.GetArrayLength() == 0)
        {
            return [];
        }

        return actual.GetArrayLength() == 0 ? [$"{place} is empty"] : Differences(documented[0], actual[0], $"{place}[0]");
    }

    private static IEnumerable<string> Member(JsonProperty documented, JsonElement actual, string place)
    {
        // Histories are keyed by when something happened, which is never twice the same.
        var name = Time().IsMatch(documented.Name)
            ? actual.EnumerateObject().Select(member => member.Name).FirstOrDefault(Time().IsMatch, documented.Name)
            : documented.Name;
        return actual.TryGetProperty(name, out var value)
            ? Differences(documented.Value, value, $"{place}.{name}")
            : [$"{place}.{name} is missing"];
    }

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        var kind => kind.ToString(),
    };

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT")]
    private static partial Regex Time();
}
