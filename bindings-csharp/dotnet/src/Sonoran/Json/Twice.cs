using System;
using System.Collections.Generic;
using System.Text;
using System.Text.Json;

namespace Sonoran.Json;

/// <summary>Refuses an object that would be sent with a member twice, of which the service takes one without a word.</summary>
/// <remarks>As where a record has a field and its <c>Extra</c> one of the same name.</remarks>
internal static class Twice
{
    /// <summary>So many names are compared with each other, as most objects have no more; of more a set is made.</summary>
    private const int Few = 16;

    /// <param name="name">What errors call the whole.</param>
    /// <param name="json">What is to be sent.</param>
    /// <exception cref="ArgumentException">A member is there twice.</exception>
    internal static void Check(string name, ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 1000 });
        reader.Read();
        if (IsWithin(ref reader, json))
        {
            var place = WrittenPath.End(name, json.Slice(0, (int)reader.BytesConsumed).ToArray());
            throw new ArgumentException($"{place} is there twice, as where a field and Extra have it: leave one of them out", place);
        }
    }

    /// <summary>Whether a member is twice within the value; the reader then stands at the second, else at the value's end.</summary>
    private static bool IsWithin(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            return IsInObject(ref reader, json);
        }

        if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (IsWithin(ref reader, json))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool IsInObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        Span<(int Start, int Length)> few = stackalloc (int, int)[Few];
        HashSet<string>? all = null;
        for (var count = 0; reader.Read() && reader.TokenType == JsonTokenType.PropertyName; count++)
        {
            // Behind its quotation mark; the writer has one way to write a name.
            var name = (Start: (int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
            if (count == Few)
            {
                all = Texts(json, few);
            }

            if (all?.Add(Text(json, name)) == false || (all is null && Has(json, few.Slice(0, count), name)))
            {
                return true;
            }

            if (all is null)
            {
                few[count] = name;
            }

            reader.Read();
            if (IsWithin(ref reader, json))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Has(ReadOnlySpan<byte> json, ReadOnlySpan<(int Start, int Length)> names, (int Start, int Length) name)
    {
        foreach (var (start, length) in names)
        {
            if (json.Slice(start, length).SequenceEqual(json.Slice(name.Start, name.Length)))
            {
                return true;
            }
        }

        return false;
    }

    private static HashSet<string> Texts(ReadOnlySpan<byte> json, ReadOnlySpan<(int Start, int Length)> names)
    {
        var texts = new HashSet<string>();
        foreach (var name in names)
        {
            texts.Add(Text(json, name));
        }

        return texts;
    }

    private static string Text(ReadOnlySpan<byte> json, (int Start, int Length) name) => Encoding.UTF8.GetString(json.Slice(name.Start, name.Length).ToArray());
}
