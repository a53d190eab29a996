using System;
using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sonoran.Types;

namespace Sonoran.Json;

/// <summary>Finds what was read of an answer only in part: a field that the service always sends and that is empty, a list that lacks items.</summary>
/// <remarks>What did not fit is among the record's extra fields, under its documented name.</remarks>
internal static class Lost
{
    private static readonly ConcurrentDictionary<Type, Form?> Forms = new();

    /// <summary>What was lost first, to stand behind "the answer"; null where nothing was.</summary>
    internal static string? Words(object? value) => Words(value, "");

    private static string? Words(object? value, string place) => value switch
    {
        null or string => null,
        IOneOf one => Words(one.Value, place),
        IDictionary map => First(map.Keys.Cast<object>(), key => Words(map[key], $"{place}.{key}")),
        IList list when MayHold(list) => First(Enumerable.Range(0, list.Count), at => Words(list[at], $"{place}[{at.ToString(CultureInfo.InvariantCulture)}]")),
        _ => Forms.GetOrAdd(value.GetType(), static type => Form.Of(type)) is { } form ? Words(value, form, place) : null,
    };

    private static string? Words(object value, Form form, string place) =>
        (form.Extra(value) is { Count: > 0 } extra ? First(form.Fields, field => Words(value, field, extra, place)) : null)
        ?? First(form.Inner, field => Words(field.Value(value), $"{place}.{field.Name}"));

    private static string? Words(object value, Field field, IDictionary<string, JsonElement> extra, string place)
    {
        if (!extra.TryGetValue(field.Name, out var came))
        {
            return null;
        }

        var name = $"{place}.{field.Name}".TrimStart('.');
        if (came.ValueKind == JsonValueKind.Array && field.Value(value) is ICollection read)
        {
            var all = came.GetArrayLength();
            return read.Count < all ? $"has items that do not fit: {name} lacks {all - read.Count} of {all}" : null;
        }

        return field.IsRequired ? $"does not fit: its {name} is {Unfit.Kind(came)}, and no {Unfit.Name(field.Type)}" : null;
    }

    private static bool MayHold(IList list) => list.Count > 0 && list[0] is { } first && first is not string && !first.GetType().IsPrimitive;

    private static string? First<T>(IEnumerable<T> all, Func<T, string?> words)
    {
        foreach (var each in all)
        {
            if (words(each) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>The fields of a documented type.</summary>
    private sealed class Form
    {
        private readonly Func<object, object?> _extra;

        private Form(JsonTypeInfo info, object empty)
        {
            _extra = info.Properties.First(property => property.IsExtensionData).Get!;
            Fields = info.Properties.Where(property => !property.IsExtensionData).Select(property => new Field(property, empty)).ToArray();
            Inner = Fields.Where(field => field.Type.IsInterface || field.Type.Namespace == typeof(Meta).Namespace).ToArray();
        }

        internal Field[] Fields { get; }

        /// <summary>Those that may hold records.</summary>
        internal Field[] Inner { get; }

        /// <summary>That of a type; null where it is none of the documented ones.</summary>
        internal static Form? Of(Type type) =>
            type.Namespace == typeof(Meta).Namespace && SonoranJson.Default.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Object, CreateObject: { } create } info
                ? new Form(info, create())
                : null;

        /// <summary>What a record holds beside its fields.</summary>
        internal IDictionary<string, JsonElement>? Extra(object value) => (IDictionary<string, JsonElement>?)_extra(value);
    }

    private sealed class Field(JsonPropertyInfo property, object empty)
    {
        internal string Name { get; } = property.Name;

        internal Type Type { get; } = property.PropertyType;

        /// <summary>Whether the service always sends it: it is never null.</summary>
        internal bool IsRequired { get; } = property.Get!(empty) is not null;

        internal Func<object, object?> Value { get; } = property.Get!;
    }
}
