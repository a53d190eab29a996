using System;
using System.IO;
using System.Text.Json;

namespace Sonoran;

/// <summary>A positional argument of a call.</summary>
internal readonly struct Argument
{
    private readonly string _name;
    private readonly string? _text;
    private readonly long? _integer;
    private readonly bool _optional;

    private Argument(string name, string? text, long? integer, bool optional)
    {
        _name = name;
        _text = text;
        _integer = integer;
        _optional = optional;
    }

    /// <summary>No arguments at all.</summary>
    internal static Argument[] None => Array.Empty<Argument>();

    internal static Argument Required(string name, string? value) => new(name, value, null, optional: false);

    internal static Argument Required(string name, long value) => new(name, null, value, optional: false);

    /// <summary>An argument that stands for the default server where it is null.</summary>
    internal static Argument Optional(string name, string? value) => new(name, value, null, optional: true);

    /// <inheritdoc cref="Optional(string, string?)"/>
    internal static Argument Optional(string name, long? value) => new(name, null, value, optional: true);

    /// <summary>An argument that stands for the default server.</summary>
    internal static Argument Missing(string name) => new(name, null, null, optional: true);

    /// <summary>The arguments as a JSON array.</summary>
    /// <exception cref="ArgumentNullException">A required argument is null.</exception>
    internal static byte[] Write(Argument[] arguments)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartArray();
            foreach (var argument in arguments)
            {
                argument.Write(writer);
            }

            writer.WriteEndArray();
        }

        return stream.ToArray();
    }

    private void Write(Utf8JsonWriter writer)
    {
        if (_text is not null)
        {
            writer.WriteStringValue(_text);
        }
        else if (_integer is { } integer)
        {
            writer.WriteNumberValue(integer);
        }
        else if (_optional)
        {
            writer.WriteNullValue();
        }
        else
        {
            throw new ArgumentNullException(_name);
        }
    }
}
