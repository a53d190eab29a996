using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sonoran.Types;

namespace Sonoran.Json;

/// <summary>Tells why the data of an answer are no value of their documented type, where the value is empty only for that.</summary>
internal static class Unfit
{
    /// <param name="value">What was read.</param>
    /// <param name="data">What it was read from.</param>
    /// <param name="fits">Whether the data are of its form.</param>
    /// <param name="take">What read it.</param>
    /// <returns>What is wrong, to stand behind "the answer"; null where nothing is.</returns>
    internal static string? Words<T>(T value, JsonElement? data, bool fits, Taker<T> take)
    {
        if (value is NoContent)
        {
            return null;
        }

        if (data is not { ValueKind: not JsonValueKind.Null } there)
        {
            // No list is an empty one, and no text an empty text.
            return value is JsonElement or IEnumerable or IOneOf ? null : $"has no data, where {Name(typeof(T))} is documented";
        }

        if (!fits)
        {
            return ItemWords(there, take) ?? $"is {Kind(there)}, and no {Name(typeof(T))}";
        }

        // A service that changes the form of its items does so for all of them.
        var whole = there.ValueKind == JsonValueKind.Array && value is IEnumerable items
            ? RecordWords(items.Cast<object?>().FirstOrDefault(), there.EnumerateArray().FirstOrDefault()) is { } words ? $"has items that do not fit: [0] {words}" : null
            : RecordWords(value is IOneOf one ? one.Value : value, there);
        return whole ?? Lost.Words(value);
    }

    internal static string Name(Type type) => Nullable.GetUnderlyingType(type) is { } given ? Name(given)
        : !type.IsGenericType ? type.Name
        : type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? $"list of {Name(type.GetGenericArguments()[0])}"
        : "object";

    internal static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a flag",
    };

    /// <summary>A record of which no field is there: its first one that the service always sends.</summary>
    private static string? RecordWords(object? value, JsonElement data)
    {
        if (value is null || data.ValueKind != JsonValueKind.Object || value.GetType().Namespace != typeof(Meta).Namespace
            || SonoranJson.Default.GetTypeInfo(value.GetType()) is not { Kind: JsonTypeInfoKind.Object, CreateObject: { } create } info)
        {
            return null;
        }

        var misfits = info.Properties.FirstOrDefault(property => property.IsExtensionData) is { Get: { } extra } ? extra(value) as IDictionary<string, JsonElement> : null;
        var fields = info.Properties.Where(property => !property.IsExtensionData).ToList();
        if (fields.Exists(field => data.TryGetProperty(field.Name, out _) && misfits?.ContainsKey(field.Name) != true))
        {
            return null;
        }

        var empty = create();
        return fields.Find(field => field.Get!(empty) is not null) is { Name: var name }
            ? $"is no {info.Type.Name}: its {name} is {(data.TryGetProperty(name, out var found) ? Kind(found) : "not there")}"
            : null;
    }

    /// <summary>The first item of a list that is left out of it.</summary>
    private static string? ItemWords<T>(JsonElement data, Taker<T> take)
    {
        var at = 0;
        foreach (var item in data.ValueKind == JsonValueKind.Array ? data.EnumerateArray() : default)
        {
            T read = default!;
            using var alone = JsonDocument.Parse($"[{item.GetRawText()}]", AnswerReader.Deep);
            if (!take(alone.RootElement, ref read))
            {
                // Where a list is no form of it at all, an item is not what is wrong.
                return read is IEnumerable ? $"has an item that does not fit: [{at}] is {Kind(item)}" : null;
            }

            at++;
        }

        return null;
    }
}
