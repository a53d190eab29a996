using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;

namespace Sonoran.Json;

/// <summary>Takes a value of JSON as a type. One that does not fit leaves what was there and gives false; a null fits everywhere.</summary>
internal delegate bool Taker<T>(JsonElement value, ref T read);

/// <summary>The takers of plain values, and what makes those of lists, maps and records.</summary>
/// <remarks>Lenient where a value has one obvious meaning: a number may be a text, and the other way round.</remarks>
internal static class Take
{
    // What stands for data that have another form altogether. A list comes first: no record is one, and so nothing that may be
    // a record or something else is the record then.
    private static readonly JsonElement[] Empty = [Parsed("[]"), Parsed("{}"), Parsed("\"\"")];

    /// <summary>The data of an answer: never null, and empty where they do not fit.</summary>
    internal static T Whole<T>(Taker<T> take, JsonElement? data, out bool fits)
    {
        T read = default!;
        fits = data is { } element && take(element, ref read);
        foreach (var empty in read is null ? Empty : [])
        {
            if (read is null)
            {
                take(empty, ref read);
            }
        }

        return read;
    }

    internal static bool Nothing(JsonElement value, ref NoContent read)
    {
        read = NoContent.Instance;
        return true;
    }

    internal static bool Any(JsonElement value, ref JsonElement read)
    {
        read = value;
        return true;
    }

    internal static bool Any(JsonElement value, ref JsonElement? read)
    {
        read = value.ValueKind == JsonValueKind.Null ? null : value;
        return true;
    }

    internal static bool Text(JsonElement value, ref string read)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String when TextOf(value) is { } text:
                read = text;
                return true;
            case JsonValueKind.Number:
                read = value.GetRawText();
                return true;
            default:
                return value.ValueKind == JsonValueKind.Null;
        }
    }

    internal static bool Flag(JsonElement value, ref bool read) => Fits(value, FlagOf(value), ref read);

    internal static bool Flag(JsonElement value, ref bool? read) => Fits(value, FlagOf(value), ref read);

    internal static bool Integer(JsonElement value, ref long read) => Fits(value, IntegerOf(value), ref read);

    internal static bool Integer(JsonElement value, ref long? read) => Fits(value, IntegerOf(value), ref read);

    internal static bool Number(JsonElement value, ref double read) => Fits(value, NumberOf(value), ref read);

    internal static bool Number(JsonElement value, ref double? read) => Fits(value, NumberOf(value), ref read);

    internal static bool Uuid(JsonElement value, ref Guid read) => Fits(value, UuidOf(value), ref read);

    internal static bool Uuid(JsonElement value, ref Guid? read) => Fits(value, UuidOf(value), ref read);

    internal static bool Time(JsonElement value, ref DateTimeOffset read) => Fits(value, TimeOf(value), ref read);

    internal static bool Time(JsonElement value, ref DateTimeOffset? read) => Fits(value, TimeOf(value), ref read);

    internal static bool Record<T>(JsonElement value, ref T read, Func<JsonElement, T> of)
        where T : class
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return value.ValueKind == JsonValueKind.Null;
        }

        read = of(value);
        return true;
    }

    /// <summary>A record in whose place the list may come that it holds.</summary>
    internal static bool RecordOrList<T>(JsonElement value, ref T read, Func<JsonElement, T> of)
        where T : class
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return Record(value, ref read, of);
        }

        read = of(value);
        return true;
    }

    internal static bool OneOf<T>(JsonElement value, ref T read, Func<JsonElement, T> of)
        where T : class, IOneOf
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        read = of(value);
        return read.Value is not null;
    }

    /// <summary>Takes what fits of a list.</summary>
    internal static bool List<T>(JsonElement value, ref IReadOnlyList<T> read, Taker<T> take)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return value.ValueKind == JsonValueKind.Null;
        }

        var items = new List<T>(value.GetArrayLength());
        var all = true;
        foreach (var element in value.EnumerateArray())
        {
            all &= Item(element, take, out var item, out var isThere);
            if (isThere)
            {
                items.Add(item);
            }
        }

        read = new Items<T>(items);
        return all;
    }

    /// <summary>Takes what fits of an object with free keys.</summary>
    internal static bool Map<T>(JsonElement value, ref IReadOnlyDictionary<string, T> read, Taker<T> take)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return value.ValueKind == JsonValueKind.Null;
        }

        var members = new Members<T>();
        var all = true;
        foreach (var member in value.EnumerateObject())
        {
            all &= Item(member.Value, take, out var item, out var isThere);
            if (isThere)
            {
                members[member.Name] = item;
            }
        }

        read = members;
        return all;
    }

    internal static bool IsList(JsonElement element) => element.ValueKind == JsonValueKind.Array;

    /// <summary>The members of an object; none of what is no object.</summary>
    internal static JsonElement.ObjectEnumerator MembersOf(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object ? element.EnumerateObject() : default;

    /// <summary>Keeps what has no place of its own.</summary>
    internal static void Keep(ref Members<JsonElement>? extra, JsonProperty member) => Keep(ref extra, member.Name, member.Value);

    /// <inheritdoc cref="Keep(ref Members{JsonElement}, JsonProperty)"/>
    internal static void Keep(ref Members<JsonElement>? extra, string name, JsonElement value) => (extra ??= new())[name] = value;

    /// <summary>Whether an object has more fields of one record than of another.</summary>
    internal static bool IsRather(JsonElement value, string[] one, string[] other) =>
        value.ValueKind == JsonValueKind.Object && one.Count(name => value.TryGetProperty(name, out _)) >= other.Count(name => value.TryGetProperty(name, out _));

    /// <summary>Takes an item. A null that its type has no place for is left out; what fits of a list or map within is not.</summary>
    internal static bool Item<T>(JsonElement element, Taker<T> take, out T item, out bool isThere)
    {
        item = default!;
        var fits = take(element, ref item);
        var takesNull = typeof(T) == typeof(JsonElement) || Nullable.GetUnderlyingType(typeof(T)) is not null;
        fits &= element.ValueKind != JsonValueKind.Null || takesNull;
        isThere = fits || (!typeof(T).IsValueType && item is not null);
        return fits;
    }

    private static bool Fits<T>(JsonElement value, T? found, ref T read)
        where T : struct
    {
        read = found ?? read;
        return found is not null || value.ValueKind == JsonValueKind.Null;
    }

    private static bool Fits<T>(JsonElement value, T? found, ref T? read)
        where T : struct
    {
        read = found ?? read;
        return found is not null || value.ValueKind == JsonValueKind.Null;
    }

    private static bool? FlagOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String when bool.TryParse(TextOf(value), out var flag) => flag,
        _ => null,
    };

    private static long? IntegerOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetInt64(out var number) => number,
        // Such as 7.0.
        JsonValueKind.Number when value.TryGetDecimal(out var number) && number == decimal.Truncate(number) && number is <= long.MaxValue and >= long.MinValue => (long)number,
        JsonValueKind.String when long.TryParse(TextOf(value), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    private static double? NumberOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetDouble(out var number) && !double.IsInfinity(number) => number,
        JsonValueKind.String when double.TryParse(TextOf(value), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && !double.IsNaN(number) && !double.IsInfinity(number) => number,
        _ => null,
    };

    private static Guid? UuidOf(JsonElement value) => value.ValueKind != JsonValueKind.String ? null
        : value.TryGetGuid(out var id) || Guid.TryParse(TextOf(value), out id) ? id : null;

    // One that names no zone is UTC, as the service's own are.
    private static DateTimeOffset? TimeOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.String
        && DateTimeOffset.TryParse(TextOf(value), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    // Half of a surrogate pair may be escaped in it, which is no text.
    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static JsonElement Parsed(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
