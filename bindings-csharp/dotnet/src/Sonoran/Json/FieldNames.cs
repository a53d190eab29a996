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
    private static readonly ConcurrentDictionary<Type, Field[]> Known = new();

    /// <param name="name">What errors call the whole.</param>
    /// <param name="json">What is to be sent.</param>
    /// <param name="type">The record that the operation takes, alone or a list of it.</param>
    /// <exception cref="ArgumentException">A name in it is nearly that of a field, which itself is not there.</exception>
    internal static void Check(string name, ReadOnlySpan<byte> json, Type type)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 1000 });
        reader.Read();
        var isList = reader.TokenType == JsonTokenType.StartArray;
        if ((isList ? NearestOfItems(ref reader, type) : Nearest(ref reader, type)) is { } meant)
        {
            var place = WrittenPath.End(name, json.Slice(0, (int)reader.BytesConsumed).ToArray());
            throw new ArgumentException($"{place} is no documented field: did you mean {meant}?", place);
        }
    }

    /// <summary>The field that is meant where the reader stops; null at the end of a value without such a place.</summary>
    private static string? Nearest(ref Utf8JsonReader reader, Type? type)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            return NearestOfItems(ref reader, ItemOf(type));
        }

        if (reader.TokenType != JsonTokenType.StartObject || type is null || Fields(type) is not { Length: > 0 } fields)
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
            if (Nearest(ref reader, field?.Type) is { } inner)
            {
                return inner;
            }
        }

        return null;
    }

    private static string? NearestOfItems(ref Utf8JsonReader reader, Type? item)
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

    private static Field[] Fields(Type type) => Known.GetOrAdd(type, static known =>
        SonoranJson.Default.GetTypeInfo(known) is { Kind: JsonTypeInfoKind.Object } info
            ? info.Properties.Where(property => !property.IsExtensionData).Select(property => new Field(property.Name, property.PropertyType)).ToArray()
            : []);

    private static Type? ItemOf(Type? type) =>
        type is { IsGenericType: true } && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

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

    private sealed class Field(string name, Type type)
    {
        internal string Name { get; } = name;

        internal Type Type { get; } = type;

        internal byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(name);

        internal string Plain { get; } = Spelling.Plain(name);
    }
}
