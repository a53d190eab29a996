using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Sonoran.Json;

/// <summary>Tells which value a record can't have, in the words that the core has for the same in a call.</summary>
internal static class Misfit
{
    private const int Shown = 60;

    private static readonly Dictionary<Type, string> Expected = new()
    {
        [typeof(string)] = "text",
        [typeof(long)] = "a whole number",
        [typeof(double)] = "a number",
        [typeof(bool)] = "true or false",
        [typeof(Guid)] = "a UUID such as 00000000-0000-0000-0000-000000000000",
    };

    /// <param name="name">What errors call the object.</param>
    /// <param name="record">The documented fields.</param>
    /// <param name="json">What was given.</param>
    /// <param name="cause">What reading it said.</param>
    internal static ArgumentException Of(string name, JsonTypeInfo record, byte[] json, JsonException cause)
    {
        var place = $"{name}{cause.Path?.TrimStart('$')}";
        using var given = JsonDocument.Parse(json);
        return new ArgumentException($"{place} {Words(record, given.RootElement, cause.Path)}", place, cause);
    }

    private static string Words(JsonTypeInfo record, JsonElement given, string? path)
    {
        if (given.ValueKind != JsonValueKind.Object)
        {
            return $"must be an object of fields, not {Unfit.Kind(given)}";
        }

        var name = path?.StartsWith("$.", StringComparison.Ordinal) == true ? path.Substring(2) : "";
        var field = record.Properties.FirstOrDefault(field => field.Name == name);
        return field is not null && given.TryGetProperty(name, out var value)
            ? $"must be {Form(field.PropertyType)}, not {Value(value)}"
            : "has another form than documented";
    }

    private static string Form(Type type)
    {
        var given = Nullable.GetUnderlyingType(type) ?? type;
        return Expected.TryGetValue(given, out var words) ? words : $"a {Unfit.Name(given)}";
    }

    private static string Value(JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
        {
            return Unfit.Kind(value);
        }

        var text = value.GetRawText();
        return text.Length <= Shown ? text : $"{text.Substring(0, Shown)}…";
    }
}
