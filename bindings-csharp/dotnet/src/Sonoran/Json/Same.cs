using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace Sonoran.Json;

/// <summary>Compares values, JSON among them, which has no equality of its own in every framework.</summary>
internal static class Same<T>
{
    internal static IEqualityComparer<T> Comparer { get; } =
        typeof(T) == typeof(JsonElement) ? (IEqualityComparer<T>)(object)new SameJson() : EqualityComparer<T>.Default;

    internal static int Hash(T value) => value is null ? 0 : Comparer.GetHashCode(value);
}

/// <summary>JSON is the same where its values are, in whatever order an object's members stand.</summary>
internal sealed class SameJson : IEqualityComparer<JsonElement>
{
    public bool Equals(JsonElement one, JsonElement other) => one.ValueKind == other.ValueKind && one.ValueKind switch
    {
        JsonValueKind.Object => Members(one).SequenceEqual(Members(other), this),
        JsonValueKind.Array => one.EnumerateArray().SequenceEqual(other.EnumerateArray(), this),
        JsonValueKind.String => one.ValueEquals(other.GetString()),
        JsonValueKind.Number => one.GetRawText() == other.GetRawText(),
        _ => true,
    };

    public int GetHashCode(JsonElement value) => value.ValueKind.GetHashCode();

    // Names and values in turn.
    private static IEnumerable<JsonElement> Members(JsonElement value) =>
        value.EnumerateObject().OrderBy(member => member.Name, System.StringComparer.Ordinal).SelectMany(member => new[] { Name(member.Name), member.Value });

    private static JsonElement Name(string name) => JsonSerializer.SerializeToElement(name, Types.SonoranJson.Default.String);
}

/// <summary>JSON that compares and prints by its value.</summary>
internal readonly struct Raw : System.IEquatable<Raw>
{
    internal Raw(JsonElement? element) => Element = element;

    internal JsonElement? Element { get; }

    public bool Equals(Raw other) =>
        Element is { } one && other.Element is { } two ? Same<JsonElement>.Comparer.Equals(one, two) : Element is null == other.Element is null;

    public override bool Equals(object? obj) => obj is Raw other && Equals(other);

    public override int GetHashCode() => Element is { } element ? Same<JsonElement>.Hash(element) : 0;
}
