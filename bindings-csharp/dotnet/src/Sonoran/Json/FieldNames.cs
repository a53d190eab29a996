using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sonoran.Types;

namespace Sonoran.Json;

/// <summary>Finds slips in the names of documented fields, which the service would ignore without a word.</summary>
/// <remarks>Other names that are not documented pass: the service may know more than its documentation.</remarks>
internal static class FieldNames
{
    private static readonly ConcurrentDictionary<Type, Form> Known = new();

    /// <param name="name">What errors call the whole.</param>
    /// <param name="json">What is to be sent.</param>
    /// <param name="type">The record that the operation takes, alone or a list of it.</param>
    /// <exception cref="ArgumentException">A name in it is nearly that of a field, which itself is not there.</exception>
    internal static void Check(string name, ReadOnlySpan<byte> json, Type type)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 1000 });
        reader.Read();
        var form = FormOf(type);
        var isList = reader.TokenType == JsonTokenType.StartArray;
        if ((isList ? NearestOfItems(ref reader, form) : Nearest(ref reader, form)) is { } meant)
        {
            var place = WrittenPath.End(name, json.Slice(0, (int)reader.BytesConsumed).ToArray());
            throw new ArgumentException($"{place} is no documented field: did you mean {meant}?", place);
        }
    }

    /// <summary>The field that is meant where the reader stops; null at the end of a value without such a place.</summary>
    private static string? Nearest(ref Utf8JsonReader reader, Form? form)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            return NearestOfItems(ref reader, form?.Item);
        }

        if (reader.TokenType != JsonTokenType.StartObject || form?.Fields is not { Length: > 0 } fields)
        {
            reader.Skip();
            return null;
        }

        var whole = reader;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = Find(fields, ref reader);
            if (field is null && Near(fields, reader.GetString()!) is { } near && !IsThere(whole, near))
            {
                return near.Name;
            }

            reader.Read();
            if (Nearest(ref reader, field?.Form) is { } inner)
            {
                return inner;
            }
        }

        return null;
    }

    private static string? NearestOfItems(ref Utf8JsonReader reader, Form? item)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (Nearest(ref reader, item) is { } inner)
            {
                return inner;
            }
        }

        return null;
    }

    private static Form FormOf(Type type) => Known.GetOrAdd(type, static known => new Form(known));

    private static Field? Find(Field[] fields, ref Utf8JsonReader reader)
    {
        foreach (var field in fields)
        {
            if (reader.ValueTextEquals(field.Utf8))
            {
                return field;
            }
        }

        return null;
    }

    private static Field? Near(Field[] fields, string name)
    {
        var plain = Spelling.Plain(name);
        return Array.Find(fields, field => Spelling.IsNear(plain, field.Plain));
    }

    private static bool IsThere(Utf8JsonReader reader, Field field)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(field.Utf8))
            {
                return true;
            }

            reader.Read();
            reader.Skip();
        }

        return false;
    }

    /// <summary>What is known of a type: its fields, or those of its items.</summary>
    private sealed class Form(Type type)
    {
        private readonly Lazy<Form?> _item = new(() =>
            type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? FormOf(type.GetGenericArguments()[0]) : null);

        internal Field[] Fields { get; } = SonoranJson.Default.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Object } info
            ? info.Properties.Where(property => !property.IsExtensionData).Select(property => new Field(property.Name, property.PropertyType)).ToArray()
            : [];

        internal Form? Item => _item.Value;
    }

    private sealed class Field(string name, Type type)
    {
        private readonly Lazy<Form> _form = new(() => FormOf(type));

        internal string Name { get; } = name;

        // Not before it is asked for: a type may be its own field's.
        internal Form Form => _form.Value;

        internal byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(name);

        internal string Plain { get; } = Spelling.Plain(name);
    }
}
